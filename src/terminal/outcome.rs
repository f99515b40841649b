//! Outcomes as values, each as text for people and as JSON for programs.

use serde_json::Value;

use super::paint::Paint;

pub(crate) trait Outcome {
    /// Appends the text for people, newline included. Untrusted bytes go through
    /// [`visible::escape`].
    fn text(&self, paint: &dyn Paint, out: &mut String);

    /// The JSON for programs, an object that begins with its `type`; `None` when there is nothing
    /// for them.
    fn json(&self) -> Option<Value>;
}

/// What every JSON line begins with, up to its `type`: the version of the lines, which changes
/// when a program that reads them would have to.
pub(crate) const JSON_START: &str = "{\"v\":1,";

/// An object as a JSON line: `v`, then what it has.
pub(crate) fn json_line(object: &Value) -> String {
    let members = object.to_string();
    debug_assert!(members.starts_with("{\"type\":\""), "{members}");
    format!("{JSON_START}{}\n", &members[1..])
}
