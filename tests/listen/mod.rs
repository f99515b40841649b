//! `listen` as a process, on real sockets and files.

mod address;
mod answers;
mod body;
mod command;
mod display;
mod expect;
mod faults;
mod forward_to;
mod http;
mod interrupt;
mod json;
mod loops;
mod record;
mod secret;
mod store;
mod terminal;

use std::net::TcpStream;

use crate::support::{Listener, Sandbox, answer, signed_request};

/// A delivery that has something to show.
const BODY: &str =
    r#"{"id":"d-1","event":"message.delivered","data":{"recipient":"jane@example.com"}}"#;

/// A listener with these options in a sandbox of its own.
#[track_caller]
fn start(options: &str) -> (Sandbox, Listener) {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, options);
    (sandbox, listener)
}

/// A genuine request with more header lines.
fn signed(body: impl AsRef<[u8]>, lines: &str) -> Vec<u8> {
    signed_request("/hook?a=b", lines, body.as_ref())
}

/// A request whose signature is that of another body.
fn forged() -> String {
    let request = String::from_utf8(signed(BODY, "Connection: close\r\n")).unwrap();
    request.replace("jane", "john")
}

/// The status on a connection that stays open; `None` when it was closed instead.
fn status(stream: &mut TcpStream) -> Option<u16> {
    answer(stream).map(|answer| answer.status)
}

/// A body with this id.
fn body(id: &str) -> String {
    format!(r#"{{"id":"{id}","event":"message.sent"}}"#)
}
