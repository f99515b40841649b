//! `replay` and `deliveries` from the outside: captures of every kind in, exact bytes out.
//!
//! The support is that of `tests/cli`: a sandbox to run the binary in, and a receiver that takes
//! down what it gets to the byte.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, unused_imports, reason = "tests/cli uses all of it")]
#[path = "../cli/support/mod.rs"]
mod support;

mod bulk;
mod comparing;
mod continuing;
mod fixtures;
mod pruning;
mod round_trips;
mod selecting;
mod sending;
mod sources;
