//! The program from the outside: the real binary, real sockets, real files.
//!
//! Every test has a working folder and a home of its own, starts from an empty environment and
//! listens on port 0, so that all of them can run at the same time and none can reach the
//! network. What is being waited for is always an event (a line, an exit, a request) with a
//! limit, never a span of time.

// Signals, file modes and pseudo-terminals are half of what is tested here.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod bad_input;
mod bodies;
mod colours;
mod exit_codes;
mod help;
mod json_errors;
mod listen;
mod listen_limits;
mod pipes;
mod replay;
mod secrecy;
mod send;
mod send_failures;
mod sign;
mod small_commands;
mod store;
mod targets;
mod terminal;
mod tls;
mod verify;
mod wire;
