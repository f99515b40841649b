//! Which pseudonym each field of a payload gets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::marker;
use super::pseudonyms::{LABEL, PERSON, Pseudonyms, SUBADDRESS};
use super::shape::{is_plain_id, is_uuid, masked};
use crate::lettermint::timestamp;

/// What happens to the text of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Treatment {
    /// One of a known set, or close to it: stays when it is a single plain word.
    Word,
    /// Stays when it is a UUID or a number.
    Id,
    /// Letters and digits masked.
    Prose,
    /// A pseudonym of this kind, even when it looks like an id or a time: it is the customer's own.
    Numbered(&'static str),
    Agent,
    /// A pseudonym that keeps the extension.
    FileName,
    /// Base64 of other bytes, as many.
    Content,
}

/// Fields whose text is not simply replaced by what it looks like (address, URL, host, IP address,
/// else a label). `[]` stands for every element.
const FIELDS: [(Treatment, &str); 9] = [
    (
        Treatment::Id,
        "id context.team_id context.project_id context.route_id data.message_id \
         data.suppression_id data.webhook_id",
    ),
    (
        Treatment::Word,
        "event sandbox_result context.scope data.response.enhanced_status_code data.reason \
         data.type data.applies_to data.device_type data.client_type data.client_name \
         data.bot.classification data.bot.proxy_type data.bot.reason_codes[] \
         data.spam_symbols[].name data.headers[].name data.attachments[].content_type",
    ),
    (
        Treatment::Numbered(PERSON),
        "data.from.name data.to[].name data.cc[].name data.bcc[].name data.reply_to.name \
         data.reply_to[].name",
    ),
    (
        Treatment::Prose,
        "data.subject data.message data.body.text data.body.html data.auto_reply.subject \
         data.auto_reply.body.text data.auto_reply.body.html data.anchor_text \
         data.response.content data.spam_symbols[].description",
    ),
    (Treatment::Agent, "data.user_agent"),
    (
        Treatment::Numbered(SUBADDRESS),
        "data.subaddress data.from.subaddress data.to[].subaddress data.cc[].subaddress \
         data.bcc[].subaddress data.reply_to.subaddress data.reply_to[].subaddress",
    ),
    (Treatment::FileName, "data.attachments[].filename"),
    (Treatment::Content, "data.attachments[].content"),
    (
        Treatment::Numbered(LABEL),
        "data.tag data.tags[].name data.tags[].value data.route",
    ),
];

/// The subtree in which everything is the customer's own, numbers included.
const METADATA: &str = "data.metadata";

/// Where a payload starts.
pub(crate) const PAYLOAD: &str = "";
/// Where a value starts that is no payload. No field is there, so every text in it is redacted by
/// what it looks like.
pub(crate) const OTHER: &str = "[other]";

/// Redacts all that is at a path and below.
pub(crate) fn redact(path: &str, value: &mut Value, pseudonyms: &mut Pseudonyms) {
    match value {
        Value::String(text) => *text = redacted(path, text, pseudonyms),
        Value::Array(items) => {
            let path = format!("{path}[]");
            for item in items {
                redact(&path, item, pseudonyms);
            }
        }
        Value::Object(members) => {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(name, mut member)| {
                    let path = match path {
                        PAYLOAD => name.clone(),
                        path => format!("{path}.{name}"),
                    };
                    redact(&path, &mut member, pseudonyms);
                    (pseudonyms.member_name(&name), member)
                })
                .collect();
        }
        Value::Number(number) if is_metadata(path) => {
            *value = pseudonyms.number("number", &number.to_string()).into();
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

fn is_metadata(path: &str) -> bool {
    path.strip_prefix(METADATA)
        .is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The pseudonym of a text at a path.
pub(crate) fn redacted(path: &str, text: &str, pseudonyms: &mut Pseudonyms) -> String {
    if text.is_empty() {
        return String::new();
    }
    let treatment = FIELDS
        .iter()
        .find(|(_, fields)| fields.split(' ').any(|field| field == path))
        .map(|(treatment, _)| *treatment);
    match treatment {
        Some(Treatment::Word) if is_word(text) => text.to_owned(),
        Some(Treatment::Id) if is_plain_id(text) => text.to_owned(),
        Some(Treatment::Numbered(kind)) => pseudonyms.numbered(kind, text),
        Some(Treatment::Prose | Treatment::Word) => masked(text),
        Some(Treatment::Agent) => pseudonyms.user_agent(text),
        Some(Treatment::FileName) => {
            let extension = text
                .rsplit_once('.')
                .map(|(_, extension)| extension)
                .filter(|extension| extension.len() <= 4 && is_word(extension));
            let name = pseudonyms.numbered(LABEL, text);
            extension.map_or_else(|| name.clone(), |extension| format!("{name}.{extension}"))
        }
        Some(Treatment::Content) => match BASE64.decode(text) {
            Ok(bytes) => BASE64.encode(marker(bytes.len())),
            Err(_) => masked(text),
        },
        Some(Treatment::Id) | None => {
            let name = path.rsplit('.').next().unwrap_or(path);
            let is_time = timestamp::parse_micros(text).is_some();
            let is_kept = !is_metadata(path)
                && (is_time || (is_uuid(text) && (name == "id" || name.ends_with("_id"))));
            if is_kept {
                text.to_owned()
            } else {
                pseudonyms.replaced(text)
            }
        }
    }
}

/// A single word of a vocabulary: `hard_bounce`, `R_DKIM_ALLOW`, `text/plain`, `5.1.1`.
fn is_word(text: &str) -> bool {
    text.len() <= 48
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lettermint::catalogue::EVENTS;

    /// Texts of the samples that say something about somebody.
    const PERSONAL: &str = "jane,example.com,shipped,Jane Doe,Example Orders,192.0.2.25,autumn,\
        1234,iPhone,out of office,Grüße,t42,note.txt,Bestel";

    #[test]
    fn nothing_personal_is_left_in_any_sample() {
        for event in EVENTS {
            let Some(mut payload) = event.sample() else {
                continue;
            };
            let before = payload.clone();
            let mut pseudonyms = Pseudonyms::default();
            redact(PAYLOAD, &mut payload, &mut pseudonyms);
            for kept in ["id", "event", "timestamp", "sandbox", "context"] {
                assert_eq!(payload.get(kept), before.get(kept), "{}", event.name);
            }
            let text = payload["data"].to_string();
            for personal in PERSONAL.split(',') {
                assert!(!text.contains(personal), "{personal} in {text}");
            }
        }
    }

    #[test]
    fn unknown_fields_are_replaced_and_metadata_even_in_numbers() {
        let mut payload = serde_json::json!({
            "data": {
                "later": "secret", "later_id": "4711", "later_at": "2026-10-04T08:15:30Z",
                "metadata": {"n": 4711, "at": "2026-10-04T08:15:30Z", "jane@example.com": "x"},
                "score": 7.5,
            }
        });
        redact(PAYLOAD, &mut payload, &mut Pseudonyms::default());
        assert_eq!(
            payload,
            serde_json::json!({
                "data": {
                    "later": "value1", "later_id": "value2", "later_at": "2026-10-04T08:15:30Z",
                    "metadata": {"n": 1, "at": "value3", "user1@domain1.example": "value4"},
                    "score": 7.5,
                }
            })
        );
    }
}
