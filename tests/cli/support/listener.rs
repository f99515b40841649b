//! A `listen --json` that is ready to be sent to.

use rustix::process::Signal;
use serde_json::Value;

use super::{Run, Running, Sandbox};

/// A running listener; killed when dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    /// Without a path.
    pub(crate) url: String,
    /// The `ready` line.
    pub(crate) ready: Value,
    running: Running,
}

impl Listener {
    /// Starts `listen --port 0 --json` with further arguments and waits until it is ready.
    pub(crate) fn start(sandbox: &Sandbox, more: &str) -> Self {
        let mut running = sandbox
            .cmd(&format!("listen --port 0 --json {more}"))
            .start();
        let ready: Value = serde_json::from_str(&running.next_line()).unwrap();
        assert_eq!(ready["type"], "ready", "{ready}");
        Self {
            url: ready["url"].as_str().unwrap().to_owned(),
            ready,
            running,
        }
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The next line, which must be a delivery.
    #[track_caller]
    pub(crate) fn delivery(&mut self) -> Value {
        let line: Value = serde_json::from_str(&self.running.next_line()).unwrap();
        assert_eq!(line["type"], "delivery", "{line}");
        line
    }

    /// Presses Ctrl+C.
    pub(crate) fn interrupt(&self) {
        self.running.signal(Signal::INT);
    }

    /// Presses Ctrl+C and waits for the end.
    pub(crate) fn stop(self) -> Run {
        self.interrupt();
        self.running.finish()
    }

    /// Waits for the end.
    pub(crate) fn finish(self) -> Run {
        self.running.finish()
    }

    /// Kills it without a chance to say goodbye.
    pub(crate) fn kill(self) {
        self.running.signal(Signal::KILL);
        assert_eq!(self.running.finish().code(), None);
    }
}
