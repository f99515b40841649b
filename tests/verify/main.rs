//! `verify` from the outside: captures in, verdicts, causes and exit codes out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bulk;
mod causes;
mod ci;
mod inputs;
mod reports;
mod support;
