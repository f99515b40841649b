//! `listen` as a process, on real sockets and files.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests fail like tests, and drive processes in the real world"
)]

mod assertions;
mod faults;
mod forwarding;
mod refusals;
mod showing;
mod support;
mod survival;
