//! Outcomes as values, each as text for people and as JSON for programs.

use serde_json::Value;

use super::paint::Paint;

pub(crate) trait Outcome {
    /// Appends the text for people, newline included. Untrusted bytes go through
    /// [`visible::escape`].
    fn text(&self, paint: &dyn Paint, out: &mut String);

    /// The JSON for programs; `None` when there is nothing for them.
    fn json(&self) -> Option<Value>;
}
