//! Ctrl+C, the request to terminate, and the end of the terminal.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, OnceLock};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::exit::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Interrupt,
    Terminate,
    /// The terminal was closed.
    Hangup,
    /// As `kill -9`.
    Kill,
}

/// The first signal that was taken: it decides the exit code of a run that it ended.
static FIRST: OnceLock<Signal> = OnceLock::new();

/// The code of a run that was interrupted.
pub(crate) fn interrupted_code() -> ExitCode {
    match FIRST.get() {
        Some(Signal::Terminate) => ExitCode::Terminated,
        Some(Signal::Hangup) => ExitCode::HungUp,
        _ => ExitCode::Interrupted,
    }
}

/// How long a command that is not async may take to notice a signal: it may wait for its input, or
/// for somebody to read its output.
const WIND_UP: Duration = Duration::from_secs(2);

/// The same for one that is async and ends by itself, unless nobody reads its output.
const ASYNC_WIND_UP: Duration = Duration::from_secs(5);

/// Notices the first signal for commands that are not async; they ask for it with [`check`]. One
/// that does not end then is ended, as by a second signal.
pub(crate) fn watch() {
    end_after(WIND_UP);
}

/// Ends the process at the second signal, or so long after the first.
fn end_after(wind_up: Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    // Without one, the system's own action stays, which is to end the process at once.
    let Ok(runtime) = { runtime }.enable_all().build() else {
        return;
    };
    let entered = runtime.enter();
    let mut signals = Signals::new();
    drop(entered);
    thread::spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            let _ = tokio::time::timeout(wind_up, signals.next()).await;
        });
        #[expect(
            clippy::disallowed_methods,
            clippy::exit,
            reason = "the main thread waits for what may never come, and holds nothing that has to be put right"
        )]
        std::process::exit(interrupted_code().number().into());
    });
}

/// An error once a signal has been noticed.
pub(crate) fn check() -> Result<()> {
    match FIRST.get() {
        None => Ok(()),
        Some(_) => Err(Error::interrupted()),
    }
}

/// Whether somebody waits in [`interrupted`], so that Ctrl+C is theirs.
static AWAITED: AtomicBool = AtomicBool::new(false);

/// Whether a [`CtrlCWatch`] has replaced what the system does at Ctrl+C, which lasts.
static REPLACED: AtomicBool = AtomicBool::new(false);

/// Listens for the three from its making on, so that none between two waits is lost.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    hangup: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    /// Takes over the signals. One that cannot be had keeps its default action, which ends the
    /// process, as is wanted.
    pub(crate) fn new() -> Self {
        AWAITED.store(true, Ordering::Relaxed);
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            // A file that may grow no more is then an error like a full disk, not the end.
            let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
            Self {
                interrupt: signal(SignalKind::interrupt()).ok(),
                terminate: signal(SignalKind::terminate()).ok(),
                hangup: (!is_hangup_ignored())
                    .then(|| signal(SignalKind::hangup()).ok())
                    .flatten(),
            }
        }
        #[cfg(not(unix))]
        Self {}
    }

    pub(crate) async fn next(&mut self) -> Signal {
        let signal = self.receive().await;
        FIRST.get_or_init(|| signal);
        signal
    }

    async fn receive(&mut self) -> Signal {
        #[cfg(unix)]
        {
            async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
                if let Some(signal) = signal
                    && signal.recv().await.is_some()
                {
                    return;
                }
                std::future::pending().await
            }
            tokio::select! {
                () = one(&mut self.interrupt) => Signal::Interrupt,
                () = one(&mut self.terminate) => Signal::Terminate,
                () = one(&mut self.hangup) => Signal::Hangup,
            }
        }
        #[cfg(not(unix))]
        {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Signal::Interrupt
        }
    }
}

/// Whether the process was started to outlive its terminal, as with `nohup`. Only Linux says so
/// without unsafe code.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    const HANGUP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut masks = status
        .lines()
        .filter_map(|line| line.strip_prefix("SigIgn:"));
    let mask = masks.find_map(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & HANGUP != 0)
}

impl Default for Signals {
    fn default() -> Self {
        Self::new()
    }
}

/// Catches Ctrl+C, SIGTERM and SIGHUP from this call on; the future ends with the first of them.
///
/// The process is to end then: at the second signal, or when it takes too long, it is ended.
///
/// Not an `async fn`: a signal that comes before the future is first polled counts too. Must be
/// called inside a runtime.
pub(crate) fn interrupted() -> impl Future<Output = ()> {
    static ENDED_AFTER: Once = Once::new();
    ENDED_AFTER.call_once(|| end_after(ASYNC_WIND_UP));
    let mut signals = Signals::new();
    async move {
        signals.next().await;
    }
}

/// Waits for a Ctrl+C that nobody else takes, once a [`CtrlCWatch`] has taken it from the system.
pub(crate) async fn unhandled_ctrl_c() {
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
pub(crate) struct CtrlCWatch {
    /// Dropping it ends the watch.
    _stop: oneshot::Sender<()>,
}

impl CtrlCWatch {
    /// Calls `notice` once, from another thread, at the next Ctrl+C.
    pub(crate) fn start(notice: impl FnOnce() + Send + 'static) -> io::Result<Self> {
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
