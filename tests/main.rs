//! The program from the outside: the real binary, real sockets, real files.
//!
//! A directory holds what is tested of a command, a file in it what belongs to an option or a
//! subject, and the name of a test begins with both: `send --tamper wrong-secret` is tested in
//! `send/tamper.rs` by `send_tamper_wrong_secret_goes_with_count`. What commands have in common is
//! in `cli`, the public library in `lettermint` and `delivery`.
//!
//! Every test has a working directory and a home of its own, starts from an empty environment and
//! listens on port 0, so that all of them can run at the same time and none can reach the
//! network.

// Signals, file modes and pseudo-terminals are half of what is tested here.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod cli;
mod completions;
mod deliveries;
mod delivery;
mod demo;
mod events;
mod layers;
mod lettermint;
mod listen;
mod man;
mod replay;
mod retries;
mod secret;
mod send;
mod sign;
mod verify;
mod webhooks;
