//! Verifying captures: reading them, judging each on all cores, printing in order.

mod brief;
mod diagnosing;
mod inputs;
mod judge;
mod printer;
mod run;

pub use brief::BriefCauses;
pub use judge::{AsOf, Judge};
pub use printer::Form;
pub use run::{Plan, verify_captures, verify_one};
