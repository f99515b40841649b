//! Payloads that are genuine and that hardly any handler reproduces by parsing and encoding again.
//!
//! Ordinary payloads survive `JSON.stringify(JSON.parse(body))`, so a handler that verifies a
//! re-encoded body works until the first that does not. These do not.

use serde_json::{Value, json};

use super::catalogue::Event;
use super::edit::Edit;
use super::payload::PayloadTemplate;

/// The event that shows the most of it.
pub const EVENT: &str = "message.policy_rejected";

/// U+2028, which PHP escapes and most others do not, beside characters that PHP leaves and others
/// escape: a letter with an accent, an emoji, a slash, and what HTML reserves.
const TEXT: &str = "Déjà vu 🎉 \u{2028}50 % off </b> & <more> on a/b, \"quoted\" \\ back";

/// Changes that make an event's payload awkward, of those that it has a field for; none when it has
/// no such field. All stay within the documented types.
#[must_use]
pub fn edits(event: &Event) -> Vec<Edit> {
    // Names that are array indices come out in another order in JavaScript.
    let metadata = json!({"10": "ten", "2": "two", "1": "one", "order_id": "007"});
    let symbols = json!([
        // An integer that a double cannot hold, and what PHP writes of 1.0 and of 1e-7.
        {"name": "AWKWARD", "score": 9_007_199_254_740_993_u64, "options": [], "description": null},
        {"name": "ONE", "score": 1.0, "options": ["a/b", "é"], "description": TEXT},
        {"name": "TINY", "score": 1e-7, "options": [], "description": ""},
    ]);
    let changes = [
        ("data.metadata", metadata),
        ("data.subject", Value::from(TEXT)),
        ("data.spam_symbols", symbols),
        ("data.message", Value::from(TEXT)),
    ];
    let sample = event.sample().unwrap_or_default();
    changes
        .into_iter()
        .filter(|(path, _)| {
            let name = path.trim_start_matches("data.");
            sample["data"]
                .get(name)
                .is_some_and(|field| !field.is_null())
        })
        .filter_map(|(path, value)| Edit::set(path, value).ok())
        .filter(|edit| PayloadTemplate::of_event(event, std::slice::from_ref(edit)).is_ok())
        .collect()
}
