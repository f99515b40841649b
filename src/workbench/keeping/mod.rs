//! The store as a tool: exporting, importing, redacting and comparing what it holds.

mod comparing;
mod exporting;
mod importing;

pub use comparing::compare;
pub use exporting::{export, redact};
pub use importing::import;
