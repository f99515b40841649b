//! Ctrl+C and the request to terminate.

/// Catches Ctrl+C and SIGTERM from this call on; the future ends with the first of them.
///
/// Not an `async fn`: a signal that comes before the future is first polled counts too. Must be
/// called inside a runtime.
#[cfg(unix)]
pub fn interrupted() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let caught = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    async move {
        // Without handlers the default action ends the process, which is what is wanted.
        let (Ok(mut interrupt), Ok(mut terminate)) = caught else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Waits for Ctrl+C.
#[cfg(not(unix))]
pub async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
