//! What a command has to say: outcomes as values, each as text for people and as JSON for
//! programs.
//!
//! Pure: nothing here writes anywhere. A command hands an [`Outcome`] to the terminal, which
//! picks the form.

pub mod attempt;
pub mod command_line;
pub mod comparison;
pub mod store_work;

pub mod delivery_history;
pub mod delivery_list;
pub mod demo;
pub mod duration;
pub mod events;
pub mod expected;
pub mod github;
pub mod histogram;
pub mod json_text;
pub mod junit;
pub mod line;
pub mod listen_summary;
pub mod listening;
pub mod load;
pub mod mail;
pub mod paint;
pub mod prepared;
pub mod received;
pub mod retries;
pub mod secrets;
pub mod signed;
pub mod table;
pub mod tables;
pub mod time;
pub mod verification;
pub mod visible;
pub mod webhooks;

pub use paint::{Paint, Role};

use serde_json::Value;

/// Something to report.
pub trait Outcome {
    /// Appends the text for people, newline included. Untrusted bytes go through
    /// [`visible::escape`].
    fn text(&self, paint: &dyn Paint, out: &mut String);

    /// The JSON for programs; `None` when there is nothing for them.
    fn json(&self) -> Option<Value>;
}
