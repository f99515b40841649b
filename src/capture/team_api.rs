//! Webhook deliveries as Lettermint's Team API returns them (`WebhookDeliveryData`): one, a list,
//! or a list under `data`.
//!
//! They hold the payload as JSON values and no request headers: the body is encoded anew the way
//! Lettermint does, and a signature cannot be verified. `payload` and `response_headers` are
//! declared as lists of text in the API's description, which is how an array of PHP appears
//! there; objects are what comes.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::capture::captured::{
    Capture, Fidelity, JsonEntries, Parsed, Request, reply_of, without_bom,
};
use crate::delivery::Reply;
use crate::delivery::reply::Failure;
use crate::json::writer;
use crate::lettermint::Headers;
use crate::lettermint::timestamp;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
}

/// Reads every delivery of an export.
pub(crate) fn parse(document: &[u8]) -> Parsed {
    let document = without_bom(document);
    let mut entries = JsonEntries::new(document);
    let whole = match serde_json::from_slice::<&RawValue>(document) {
        Ok(whole) => whole,
        Err(error) => {
            let message = format!("expected deliveries of the Team API as JSON: {error}");
            entries.parsed.problem(error.line(), message);
            return entries.parsed;
        }
    };
    let deliveries = serde_json::from_str(whole.get())
        .or_else(|_| serde_json::from_str::<Page<'_>>(whole.get()).map(|page| page.data))
        .unwrap_or_else(|_| vec![whole]);
    for delivery in deliveries {
        entries.read(delivery, |text| {
            let mut object: Map<String, Value> = serde_json::from_str(text)
                .map_err(|error| format!("expected a delivery of the Team API: {error}"))?;
            // A single one may be wrapped in `data` as well.
            if let Some(Value::Object(inner)) = object.get_mut("data")
                && inner.contains_key("payload")
            {
                object = std::mem::take(inner);
            }
            read_delivery(object)
        });
    }
    entries.parsed
}

fn read_delivery(mut object: Map<String, Value>) -> Result<Capture, String> {
    let mut notes = vec![
        "a Team API export holds no raw bytes and no headers: the payload was encoded anew, so it \
         can be replayed but not verified"
            .to_owned(),
    ];
    let body = match object.shift_remove("payload") {
        Some(Value::String(text)) => {
            notes.push("`payload` is text and was taken as it is".to_owned());
            text.into_bytes()
        }
        Some(payload @ (Value::Object(_) | Value::Array(_))) => writer::encode(&payload),
        _ => {
            return Err(
                "expected `payload`: rows of a list leave it out, a single delivery \
                 (`GET /webhooks/{id}/deliveries/{deliveryId}`) has it"
                    .to_owned(),
            );
        }
    };
    let at = ["delivered_at", "timestamp", "created_at"]
        .into_iter()
        .find_map(|name| timestamp::parse_micros(object.get(name)?.as_str()?));
    let mut capture = Capture::of_request(Request {
        at,
        method: "POST".to_owned(),
        target: "/".to_owned(),
        body: body.into(),
        ..Request::default()
    });
    capture.fidelity = Fidelity::Reencoded;
    capture.notes = notes;
    let record = &mut capture.record;
    record.event = take_text(&mut object, "event_type").or_else(|| record.event.take());
    let delivery_id = take_text(&mut object, "id");
    record.id = record.id.take().or(delivery_id);
    record.attempt = object
        .shift_remove("attempt_number")
        .and_then(|number| u32::try_from(number.as_u64()?).ok());
    record.reply = read_reply(&mut object);
    object.retain(|_, value| !value.is_null());
    if !object.is_empty() {
        record
            .unknown
            .insert("team_api".to_owned(), Value::Object(object));
    }
    Ok(capture)
}

/// The outcome; `None` while the delivery is pending.
fn read_reply(object: &mut Map<String, Value>) -> Option<Reply> {
    let number = |object: &Map<String, Value>, name| object.get(name).and_then(Value::as_u64);
    let status = number(object, "http_status_code").and_then(|status| u16::try_from(status).ok());
    let outcome = object.get("status").and_then(Value::as_str);
    let failed = !matches!(outcome, None | Some("pending" | "success"));
    let message = object.get("error_message").and_then(Value::as_str);
    let error = message
        .filter(|message| !message.is_empty())
        .or(outcome.filter(|_| failed && status.is_none()))
        .map(str::to_owned);
    if status.is_none() && error.is_none() {
        return None;
    }
    let duration = number(object, "duration_ms").unwrap_or_default();
    for name in ["http_status_code", "error_message", "duration_ms"] {
        object.shift_remove(name);
    }
    let headers = object.shift_remove("response_headers");
    let body = match object.shift_remove("response_body") {
        Some(Value::String(text)) => text.into_bytes(),
        None | Some(Value::Null) => Vec::new(),
        Some(value) => writer::encode(&value),
    };
    Some(Reply {
        status,
        headers: headers.map(read_headers).unwrap_or_default(),
        duration: Duration::from_millis(duration),
        error: error.as_deref().map(Failure::parse),
        ..reply_of(body)
    })
}

/// Headers as an object of text or lists of text, or as a list of `Name: value`.
pub(crate) fn read_headers(value: Value) -> Headers {
    let mut headers = Headers::new();
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Array(values) => values
                        .iter()
                        .for_each(|value| headers.push(name.clone(), plain(value))),
                    value => headers.push(name, plain(&value)),
                }
            }
        }
        Value::Array(lines) => {
            for line in lines {
                if let Some((name, value)) = line.as_str().and_then(|line| line.split_once(':')) {
                    headers.push(name, value.trim());
                }
            }
        }
        _ => {}
    }
    headers
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn take_text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    match object.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
