//! `send` in full, from the command line to the bytes on the wire.
//!
//! Every test runs the real binary with an empty environment in a folder of its own, against a
//! receiver on a free port that records the exact bytes. Clock and seed are fixed wherever the
//! bytes are compared.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod answers;
mod bulk;
mod edits;
mod load;
mod loopback;
mod printing;
mod recorded;
mod retry;
mod scenarios;
mod support;
mod tampering;
mod tls;
mod webhooks;
