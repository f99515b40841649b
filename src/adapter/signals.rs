//! Ctrl+C and the request to terminate.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::sync::oneshot;

/// Whether somebody waits in [`interrupted`], so that Ctrl+C is theirs.
static AWAITED: AtomicBool = AtomicBool::new(false);

/// Whether a [`CtrlCWatch`] has replaced what the system does at Ctrl+C, which lasts.
static REPLACED: AtomicBool = AtomicBool::new(false);

/// Catches Ctrl+C and SIGTERM from this call on; the future ends with the first of them.
///
/// Not an `async fn`: a signal that comes before the future is first polled counts too. Must be
/// called inside a runtime.
#[cfg(unix)]
pub fn interrupted() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    AWAITED.store(true, Ordering::Relaxed);
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

/// Waits for a Ctrl+C that nobody else takes, once a [`CtrlCWatch`] has taken it from the system.
pub async fn unclaimed() {
    if !REPLACED.load(Ordering::Relaxed) {
        // The system ends the process.
        return std::future::pending().await;
    }
    while tokio::signal::ctrl_c().await.is_ok() {
        if !AWAITED.load(Ordering::Relaxed) {
            return;
        }
    }
    std::future::pending().await
}

/// Notices Ctrl+C while it lives, for code that is not async.
#[derive(Debug)]
pub struct CtrlCWatch {
    /// Dropping it ends the watch.
    _stop: oneshot::Sender<()>,
}

impl CtrlCWatch {
    /// Calls `notice` once, from another thread, at the next Ctrl+C.
    ///
    /// # Errors
    /// The system gives no runtime or no signal.
    pub fn start(notice: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, is_ready) = std::sync::mpsc::channel();
        thread::spawn(move || {
            runtime.block_on(async {
                let interrupt = tokio::signal::ctrl_c();
                tokio::pin!(interrupt);
                tokio::select! {
                    biased;
                    _ = &mut interrupt => return notice(),
                    // The first poll has registered the handler.
                    () = std::future::ready(()) => {}
                }
                let _ = ready.send(());
                tokio::select! {
                    _ = &mut interrupt => notice(),
                    _ = stopped => {}
                }
            });
        });
        REPLACED.store(true, Ordering::Relaxed);
        // Before that, Ctrl+C would still end the process with the terminal as it is.
        let _ = is_ready.recv();
        Ok(Self { _stop: stop })
    }
}
