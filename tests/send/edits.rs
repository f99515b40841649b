//! `--set`, `--unset`, `--id`, `--timestamp`, `--body`, `-H`: honoured to the byte, or refused.

use lettermint_hook::lettermint::verification::SignatureVerdict;
use serde_json::{Value, json};

use crate::support::{Hook, Receiver};

/// Sends one delivery and returns its body.
fn body_of(event: &str, edits: &[&str]) -> String {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let mut args = vec![event];
    args.extend(edits);
    hook.send(receiver.url(), &args).exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 1);
    requests[0].assert_genuine();
    String::from_utf8(requests[0].body.clone()).unwrap()
}

#[test]
fn every_kind_of_edit_is_honoured() {
    #[rustfmt::skip]
    let table: &[(&[&str], &str, Option<Value>)] = &[
        (&["--set", "data.recipient=a=b@example.com"], "/data/recipient", Some(json!("a=b@example.com"))),
        (&["--set", "data.subject="], "/data/subject", Some(json!(""))),
        (&["--set", "data.subject=true"], "/data/subject", Some(json!("true"))),
        (&["--set", "sandbox:=true"], "/sandbox", Some(json!(true))),
        (&["--set", "data.subject:=null"], "/data/subject", Some(json!(null))),
        (&["--set", "data.metadata:={\"b\":1,\"a\":2}"], "/data/metadata", Some(json!({"b": 1, "a": 2}))),
        (&["--set", "data.metadata.new=x"], "/data/metadata/new", Some(json!("x"))),
        (&["--set", "data.metadata[\"with.dots\"]=x"], "/data/metadata/with.dots", Some(json!("x"))),
        (&["--set", "data.tags[0].name=first"], "/data/tags/0/name", Some(json!("first"))),
        (&["--set", "data.tags[1]:={\"name\":\"added\"}"], "/data/tags/1/name", Some(json!("added"))),
        (&["--set", "id=my-id"], "/id", Some(json!("my-id"))),
        (&["--id", "my-id"], "/id", Some(json!("my-id"))),
        (&["--set", "timestamp=yesterday"], "/timestamp", Some(json!("yesterday"))),
        (&["--timestamp", "2027-01-01T00:00:00Z"], "/timestamp", Some(json!("2027-01-01T00:00:00.000000Z"))),
        (&["--unset", "data.subject"], "/data/subject", None),
        (&["--unset", "data.tags[0]"], "/data/tags/0", None),
        // Removal comes last, whatever the order on the command line.
        (&["--unset", "data.subject", "--set", "data.subject=x"], "/data/subject", None),
        // Later ones win.
        (&["--set", "data.subject=one", "--set", "data.subject=two"], "/data/subject", Some(json!("two"))),
    ];
    for (edits, pointer, expected) in table {
        let body: Value = serde_json::from_str(&body_of("message.sent", edits)).unwrap();
        assert_eq!(body.pointer(pointer), expected.as_ref(), "{edits:?}");
    }
}

#[test]
fn what_cannot_be_honoured_is_refused_before_anything_is_sent() {
    let receiver = Receiver::ok();
    #[rustfmt::skip]
    let table: &[(&[&str], &str)] = &[
        (&["--set", "data.recipent=x"], "did you mean `data.recipient`?"),
        (&["--set", "data.tags[5].name=x"], "index 1 appends an element"),
        (&["--set", "data.recipient.local=x"], "data.recipient.local"),
        (&["--set", "data..x=1"], "data..x"),
        (&["--set", "data.recipient"], "PATH=TEXT"),
        (&["--set", "sandbox:=yes"], "`sandbox=yes` sets it as text instead"),
        (&["--unset", "data.nothing"], "data.nothing"),
        (&["--unset", "data.tags[1]"], "data.tags[1]"),
        (&["--set", "data.subject=x", "--body", "-"], "--body"),
    ];
    for (edits, words) in table {
        let hook = Hook::new();
        let mut args = vec!["message.sent"];
        args.extend(*edits);
        let outcome = hook.send(receiver.url(), &args).exits(2);
        assert!(
            outcome.stderr.contains(words),
            "{edits:?}: {}",
            outcome.stderr
        );
        assert!(hook.records().is_empty());
    }
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn all_other_bytes_stay_as_they_are() {
    let plain = body_of("message.hard_bounced", &[]);
    let old: Value = serde_json::from_str(&plain).unwrap();
    let old = format!("\"recipient\":{}", old["data"]["recipient"]);
    assert_eq!(plain.matches(&old).count(), 1);
    assert_eq!(
        body_of(
            "message.hard_bounced",
            &["--set", "data.recipient=zoë/x@example.com"]
        ),
        // As PHP writes it: slashes and letters beyond ASCII unescaped.
        plain.replace(&old, "\"recipient\":\"zoë/x@example.com\"")
    );
}

#[test]
fn the_event_header_follows_the_body() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = ["message.sent", "--set", "event=message.snoozed"];
    let outcome = hook.send(receiver.url(), &args).exits(0);
    let requests = receiver.requests();
    requests[0].assert_genuine();
    assert_eq!(requests[0].header("x-lettermint-event"), "message.snoozed");
    assert_eq!(outcome.attempts()[0]["event"], "message.snoozed");
    assert_eq!(hook.records()[0].event.as_deref(), Some("message.snoozed"));
}

#[test]
fn the_id_that_is_sent_is_the_id_that_is_shown_and_recorded() {
    for edits in [&[][..], &["--id", "mine"], &["--set", "id=mine"]] {
        let (hook, receiver) = (Hook::new(), Receiver::ok());
        let args = [&["message.opened"], edits].concat();
        let outcome = hook.send(receiver.url(), &args).exits(0);
        let id = receiver.requests()[0].id();
        assert_eq!(outcome.attempts()[0]["id"], id.as_str());
        assert_eq!(hook.records()[0].id.as_deref(), Some(id.as_str()));
        assert_eq!(id == "mine", !edits.is_empty());
    }
}

#[test]
fn an_event_of_ones_own_has_the_envelope_and_the_fields_that_were_set() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = ["message.snoozed", "--set", "data.until[0].day=monday"];
    hook.send(receiver.url(), &args).exits(0);
    let request = &receiver.requests()[0];
    request.assert_genuine();
    assert_eq!(
        request.payload()["data"],
        json!({"until": [{"day": "monday"}]})
    );

    let unknown = hook.send(receiver.url(), &["message.deliverd"]).exits(2);
    assert!(unknown.stderr.contains("did you mean `message.delivered`?"));
}

#[test]
fn a_body_of_ones_own_is_sent_to_the_byte() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let bytes = b"{ \"event\" : \"message.sent\",\r\n\"id\":\"a\", \"x\":\"\xff\\/\" }\n\0";
    hook.file("body", bytes);
    hook.send(receiver.url(), &["--body", "body"]).exits(0);
    let request = &receiver.requests()[0];
    assert_eq!(request.body, bytes);
    // It is no JSON, so no SDK would take it; the signature is over these very bytes.
    assert_eq!(request.verdict().signature, SignatureVerdict::Ok);
    assert_eq!(hook.records()[0].body, &bytes[..]);
}

#[test]
fn headers_are_added_behind_lettermints_or_put_in_their_place() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let extra = ["-H", "X-A: 1", "-H", "X-A: 2", "-H", "user-agent: mine"];
    let args = [&["message.sent", "--attempt", "4"][..], &extra].concat();
    hook.send(receiver.url(), &args).exits(0);
    let request = receiver.requests().remove(0);
    let lines: Vec<_> = request
        .headers
        .iter()
        .map(|line| (line.name, String::from_utf8_lossy(line.value)))
        .filter(|(name, _)| !matches!(*name, "Host" | "X-Lettermint-Signature"))
        .collect();
    let length = request.body.len().to_string();
    let expected = [
        ("Content-Type", "application/json"),
        ("User-Agent", "mine"),
        ("X-Lettermint-Event", "message.sent"),
        ("X-Lettermint-Delivery", "1791101730"),
        ("X-Lettermint-Attempt", "4"),
        ("X-A", "1"),
        ("X-A", "2"),
        ("Content-Length", &length),
    ];
    assert_eq!(lines, expected.map(|(name, value)| (name, value.into())));
    request.assert_genuine();
    assert_eq!(hook.records()[0].headers, request.headers);
}
