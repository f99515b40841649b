//! `listen` as a process, on real sockets and files.

#![cfg(unix)]

mod assertions;
mod faults;
mod forwarding;
mod refusals;
mod showing;
mod support;
mod survival;
