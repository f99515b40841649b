//! A `listen` that is ready to be sent to.

use std::io::Write as _;
use std::net::TcpStream;

use rustix::process::Signal;
use serde_json::Value;

use super::http::{Response, connect, read_all, signed_request};
use super::{Cmd, Run, Running, Sandbox};

/// A running listener; killed when dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    /// `host:port`.
    pub(crate) address: String,
    /// The `ready` line of one that prints JSON.
    pub(crate) ready: Value,
    pub(crate) running: Running,
}

impl Listener {
    /// Starts `listen --port 0` with further arguments and waits until it is ready.
    #[track_caller]
    pub(crate) fn start(sandbox: &Sandbox, more: &str) -> Self {
        Self::of(sandbox.cmd(&format!("listen --port 0 {more}")))
    }

    /// The same with `--json`.
    #[track_caller]
    pub(crate) fn json(sandbox: &Sandbox, more: &str) -> Self {
        let mut running = sandbox
            .cmd(&format!("listen --port 0 --json {more}"))
            .start();
        let ready = running.next_json();
        assert_eq!(ready["type"], "ready", "{ready}");
        let url = ready["url"].as_str().unwrap();
        Self {
            address: url.trim_start_matches("http://").to_owned(),
            ready,
            running,
        }
    }

    /// Starts any command line that ends in a listener without `--json`.
    #[track_caller]
    pub(crate) fn of(cmd: Cmd) -> Self {
        let mut running = cmd.start();
        loop {
            let line = running.next_message();
            if let Some(rest) = line.strip_prefix("ready on http://") {
                return Self {
                    address: rest.split(',').next().unwrap().to_owned(),
                    ready: Value::Null,
                    running,
                };
            }
        }
    }

    /// Without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> TcpStream {
        connect(&self.address)
    }

    /// Sends bytes, then reads until the listener closes.
    pub(crate) fn exchange(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_ref()).unwrap();
        read_all(stream)
    }

    /// Delivers a body that is signed with [`super::SECRET`].
    pub(crate) fn deliver(&self, body: impl AsRef<[u8]>) -> Response {
        let request = signed_request("/hook?a=b", "Connection: close\r\n", body.as_ref());
        Response::parse(&self.exchange(request))
    }

    /// The next line, which must be a delivery.
    #[track_caller]
    pub(crate) fn delivery(&mut self) -> Value {
        let line = self.running.next_json();
        assert_eq!(line["type"], "delivery", "{line}");
        line
    }

    /// Presses Ctrl+C.
    pub(crate) fn interrupt(&self) {
        self.running.interrupt();
    }

    /// Presses Ctrl+C and waits for the end, which is an exit with 130.
    #[track_caller]
    pub(crate) fn stop(self) -> Run {
        self.interrupt();
        self.finish().exits(130)
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn finish(self) -> Run {
        self.running.finish()
    }

    /// Kills it without a chance to say goodbye.
    #[track_caller]
    pub(crate) fn kill(self) {
        self.running.signal(Signal::KILL);
        assert_eq!(self.running.finish().code(), None);
    }
}
