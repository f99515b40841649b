//! Verifying captures: reading them, judging each on all cores, printing in order.

mod chunks;
mod diagnosing;
mod inputs;
mod judge;
mod ordered;
mod printer;
mod run;

pub use judge::{AsOf, Judge, brief_cause};
pub use printer::Form;
pub use run::{Plan, verify_captures, verify_one};
