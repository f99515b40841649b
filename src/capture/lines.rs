//! Formats of one JSON object a line: the store, `listen --json` and Lettermint's own CLI.
//!
//! Lettermint's CLI (`internal/presentation/listener.go` and `internal/api/client.go` of
//! lettermint/lettermint-cli, 2026-09) prints
//! `{"event":{"sequence","delivery_id","event","attempt"},"result":{"sequence","status","error",
//! "duration_ms"}}`: the outcome of forwarding, without the payload.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::capture::captured::{Capture, Fidelity, Parsed, Problem, Request, without_bom};
use crate::delivery::reply::Failure;
use crate::delivery::{Record, Reply};
use crate::json::writer;

/// Fields that `listen --json` adds to a record.
const LISTEN_FIELDS: [&str; 4] = ["type", "seq", "duplicate_of", "cause"];

/// Reads one line, told apart by its fields. `line` is its number, counted from 1. `None` for an
/// empty line and for the lines of `listen --json` that are no deliveries.
pub(crate) fn parse_line(bytes: &[u8], line: usize) -> Result<Option<Capture>, Problem> {
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() {
        return Ok(None);
    }
    match read_line(bytes) {
        Ok(capture) => Ok(capture.map(|capture| Capture {
            line,
            entry: line,
            ..capture
        })),
        Err(message) => Err(Problem::new(line, message)),
    }
}

fn read_line(bytes: &[u8]) -> Result<Option<Capture>, String> {
    // Nearly every line is a record of the store.
    if let Ok(record) = Record::parse(bytes)
        && !record.unknown.contains_key("type")
    {
        return Ok(Some(Capture::of_record(record)));
    }
    let mut object: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| format!("expected one JSON object a line: {error}"))?;
    if let Some(Value::String(kind)) = object.get("type")
        && !object.contains_key("direction")
        && kind != "delivery"
    {
        return Ok(None);
    }
    if object.get("event").is_some_and(Value::is_object) {
        return official_cli(object).map(Some);
    }
    if object.contains_key("type") {
        for name in LISTEN_FIELDS {
            object.shift_remove(name);
        }
        object.entry("v").or_insert_with(|| Value::from(1));
    }
    if !object.contains_key("v") {
        return Err(
            "expected a record of the store (`v`, `direction`, …), a line of `listen --json` \
             (`type`) or of Lettermint's CLI (`event`, `result`)"
                .to_owned(),
        );
    }
    let record = Record::from_json(object).map_err(|error| error.to_string())?;
    Ok(Some(Capture::of_record(record)))
}

pub(crate) fn parse(document: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let lines = without_bom(document).split(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        match parse_line(line, index + 1) {
            Ok(None) => {}
            Ok(Some(capture)) => parsed.captures.push(capture),
            Err(problem) => parsed.problems.push(problem),
        }
    }
    parsed
}

/// Takes over what a line of Lettermint's CLI says. A `payload`, should a later version print
/// one, is taken too.
fn official_cli(mut object: Map<String, Value>) -> Result<Capture, String> {
    let Some(Value::Object(mut event)) = object.shift_remove("event") else {
        return Err("expected `event` to be an object".to_owned());
    };
    let name = text(&event, "event").ok_or("expected `event.event` to be text")?;
    let id = text(&event, "delivery_id").ok_or("expected `event.delivery_id` to be text")?;
    let attempt = event.get("attempt").and_then(Value::as_u64);
    let payload = event
        .shift_remove("payload")
        .or_else(|| object.shift_remove("payload"));
    let (body, fidelity, note) = match payload {
        None | Some(Value::Null) => (
            Vec::new(),
            Fidelity::Absent,
            "Lettermint's CLI prints no payloads: it can be listed but not replayed or verified",
        ),
        Some(payload) => (
            writer::encode(&payload),
            Fidelity::Reencoded,
            "the payload was encoded anew: it can be replayed but not verified",
        ),
    };
    let mut capture = Capture::of_request(Request {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        body: body.into(),
        ..Request::default()
    });
    capture.record.event = Some(name);
    capture.record.id = capture.record.id.or(Some(id));
    capture.record.attempt = attempt.and_then(|attempt| u32::try_from(attempt).ok());
    if let Some(Value::Object(result)) = object.shift_remove("result") {
        capture.record.reply = Some(outcome(&result));
    }
    if let Some(sequence) = event.shift_remove("sequence") {
        capture
            .record
            .unknown
            .insert("lettermint_cli_sequence".to_owned(), sequence);
    }
    capture.fidelity = fidelity;
    capture.note(note);
    Ok(capture)
}

/// `result`: status 0 stands for no answer.
fn outcome(result: &Map<String, Value>) -> Reply {
    let number = |name| result.get(name).and_then(Value::as_u64);
    let status = number("status").and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| *status != 0);
    let error = text(result, "error").filter(|error| !error.is_empty());
    Reply {
        status,
        duration: Duration::from_millis(number("duration_ms").unwrap_or_default()),
        // `local_http_500` says no more than the status does.
        error: error
            .filter(|error| status.is_none() || !error.starts_with("local_http_"))
            .as_deref()
            .map(Failure::parse),
        ..Reply::default()
    }
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}
