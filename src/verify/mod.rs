//! Verifying captures: reading them, judging each on all cores, printing in order.

pub mod args;
pub mod diagnosing;
pub mod judge;
pub mod output;
pub mod printer;
pub mod run;

pub use judge::{AsOf, Judge};
pub use printer::Form;
pub use run::{Plan, verify_captures, verify_one};
