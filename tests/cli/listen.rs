//! `listen`: what is answered, shown and recorded.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{
    BODY, Listener, SECRET, Sandbox, clock, exchange, post, request, signature, signed_headers,
    signed_request,
};

#[test]
fn a_genuine_delivery_is_answered_200_on_any_path() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::start(&sandbox, "");
    for path in ["/", "/webhooks/lettermint", "/a%20b?c=d"] {
        let bytes = signed_request(path, SECRET, clock(), BODY);
        let answers = exchange(listener.address(), &bytes, 1);
        assert_eq!(answers[0].status, 200);
        assert_eq!(answers[0].body, r#"{"received":true}"#);
        assert!(answers[0].head.contains("content-type: application/json"));
        let delivery = listener.delivery();
        assert_eq!(delivery["target"], path);
        assert_eq!(delivery["verdict"]["valid"], true);
        assert_eq!(
            delivery["verdict"]["secret"],
            json!({"position": 1, "source": "LETTERMINT_WEBHOOK_SECRET"})
        );
    }
}

#[test]
fn anything_else_is_answered_401_with_the_reason() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::start(&sandbox, "");
    let now = clock();
    let stale = signed_headers(SECRET, now - 3_600, BODY);
    let forged = signed_headers("whsec_other", now, BODY);
    let mut moved = signed_headers(SECRET, now, BODY);
    moved[2].1 = (now + 1).to_string();
    for (headers, reason) in [
        (vec![], "signature_header_missing"),
        (stale, "timestamp_out_of_tolerance"),
        (forged, "signature_mismatch"),
        (moved, "delivery_timestamp_mismatch"),
    ] {
        let lines: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let answer = post(listener.address(), &lines, BODY);
        assert_eq!(answer.status, 401);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["reason"], reason);
        let delivery = listener.delivery();
        assert_eq!(delivery["verdict"]["reason"], reason);
        assert_eq!(delivery["reply"]["status"], 401);
    }
}

#[test]
fn without_a_secret_everything_is_unverified_and_answered_200() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "");
    assert_eq!(listener.ready["secrets"], json!([]));
    assert_eq!(post(listener.address(), &[], b"anything").status, 200);
    assert!(listener.delivery().get("verdict").is_none());
    let run = listener.stop().exits(130);
    assert_eq!(run.json_lines().pop().unwrap()["unverified"], 1);
    run.says(&["none: all is shown unverified"]);
}

#[test]
fn every_given_secret_is_tried_and_the_one_that_matched_is_named() {
    let sandbox = Sandbox::new()
        .env("OLD", "whsec_old")
        .env("NEW", "whsec_new");
    let mut listener = Listener::start(&sandbox, "--secret-env OLD --secret-env NEW");
    for (secret, position, source) in [
        ("whsec_new", 2, "--secret-env NEW"),
        ("whsec_old", 1, "--secret-env OLD"),
    ] {
        let bytes = signed_request("/", secret, clock(), BODY);
        assert_eq!(exchange(listener.address(), &bytes, 1)[0].status, 200);
        let matched = listener.delivery()["verdict"]["secret"].clone();
        assert_eq!(matched, json!({"position": position, "source": source}));
    }
}

#[test]
fn the_record_is_the_request_with_order_case_and_repeats_of_its_headers() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "");
    let bytes =
        b"POST /p?q=1 HTTP/1.1\r\nhOSt: localhost\r\nX-B:  2 \r\nx-a: 1\r\nX-b: 3\r\nX-Empty:\r\n\
        CONTENT-LENGTH: 9\r\nX-Lettermint-Event: a.b\r\nX-Lettermint-Attempt: 4\r\n\r\n{ \"id\":1}";
    exchange(listener.address(), bytes, 1);
    let delivery = listener.delivery();
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!(
        record["headers"],
        json!([
            ["hOSt", "localhost"],
            ["X-B", "2"],
            ["x-a", "1"],
            ["X-b", "3"],
            ["X-Empty", ""],
            ["CONTENT-LENGTH", "9"],
            ["X-Lettermint-Event", "a.b"],
            ["X-Lettermint-Attempt", "4"]
        ])
    );
    assert_eq!(record["body"], "{ \"id\":1}");
    assert_eq!(record["target"], "/p?q=1");
    assert_eq!(record["event"], "a.b");
    assert_eq!(record["attempt"], 4);
    assert_eq!(record["id"], Value::Null);
    assert!(record["remote"].as_str().unwrap().starts_with("127.0.0.1:"));
    // What is printed is what is recorded, with two facts of this run.
    let mut printed = delivery.as_object().unwrap().clone();
    assert_eq!(printed.shift_remove("type"), Some(json!("delivery")));
    assert_eq!(printed.shift_remove("seq"), Some(json!(1)));
    assert_eq!(printed.shift_remove("duplicate_of"), Some(Value::Null));
    assert_eq!(&Value::Object(printed), record);
}

#[test]
fn pipelined_requests_are_answered_in_order_and_keep_their_own_headers() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "");
    let mut bytes = Vec::new();
    for n in 0..50 {
        let number = n.to_string();
        let header = format!("X-Number-{n}");
        bytes.extend(request(
            "/",
            &[(&header, number.as_bytes())],
            number.as_bytes(),
        ));
    }
    bytes.extend(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nX-Number-50: 50\r\n\r\n1\r\n5\r\n1\r\n0\r\n0\r\n\r\n");
    let answers = exchange(listener.address(), &bytes, 51);
    assert!(answers.iter().all(|answer| answer.status == 200));
    for n in 0..=50 {
        let delivery = listener.delivery();
        assert_eq!(delivery["seq"], n + 1);
        assert_eq!(delivery["body"], n.to_string());
        let headers = delivery["headers"].to_string();
        let own = format!(r#"["X-Number-{n}","{n}"]"#);
        assert!(headers.contains(&own), "{headers}");
    }
}

#[test]
fn a_repeat_of_an_id_is_a_duplicate_and_answered_the_same() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::start(&sandbox, "");
    for attempt in 1..=3_u64 {
        let bytes = signed_request("/", SECRET, clock(), BODY);
        assert_eq!(exchange(listener.address(), &bytes, 1)[0].status, 200);
        let delivery = listener.delivery();
        assert_eq!(delivery["seq"], attempt);
        let expected = if attempt == 1 { Value::Null } else { json!(1) };
        assert_eq!(delivery["duplicate_of"], expected);
    }
    let summary = listener.stop().json_lines().pop().unwrap();
    assert_eq!(summary["duplicates"], 2);
}

#[test]
fn text_shows_a_line_the_reason_and_the_payload() {
    let sandbox = Sandbox::with_secret();
    let mut running = sandbox.cmd("listen --port 0").start();
    let ready = running.next_talk();
    assert!(ready.starts_with("ready on http://127.0.0.1:"), "{ready}");
    let address = ready["ready on http://".len()..].split(',').next().unwrap();
    let bytes = signed_request("/", SECRET, clock(), BODY);
    exchange(address, &bytes, 1);
    post(address, &[("X-Lettermint-Event", b"message.opened")], BODY);
    running.signal(Signal::INT);
    let run = running.finish().exits(130);
    run.says(&[
        "secret  LETTERMINT_WEBHOOK_SECRET",
        "store   .lettermint-hook",
        "try     ",
    ])
    .prints(&[
        "✓ verified  message.sent",
        "→ 200",
        "\n    {\n      \"id\": ",
        "✗ signature_header_missing  message.opened",
        "→ 401",
        "hint: a proxy may drop it",
        "duplicate of #1",
        "2 received: 1 verified, 1 rejected, 1 duplicates",
    ]);
}

#[test]
fn compact_leaves_the_payload_out() {
    let sandbox = Sandbox::new();
    let mut running = sandbox.cmd("listen --port 0 --compact").start();
    let ready = running.next_talk();
    let address = ready["ready on http://".len()..].split(',').next().unwrap();
    post(address, &[], BODY);
    let line = running.next_line();
    assert!(line.contains("? unverified  message.sent"), "{line}");
    running.signal(Signal::INT);
    let run = running.finish().exits(130);
    assert_eq!(run.out().lines().count(), 2, "{}", run.transcript());
}

#[test]
fn ctrl_c_prints_the_sum_and_exits_130() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "");
    let good = signed_request("/", SECRET, clock(), BODY);
    exchange(listener.address(), &good, 1);
    post(listener.address(), &[], BODY);
    post(listener.address(), &[], b"{}");
    let run = listener.stop().exits(130);
    let summary = run.json_lines().pop().unwrap();
    let counted = json!({
        "type": "summary", "received": 3, "verified": 1, "rejected": 2, "unverified": 0,
        "duplicates": 1, "unrecorded": 0, "forwarded": 0, "handler_failed": 0, "on_purpose": 0,
        "refused": 0, "not_shown": 0
    });
    assert_eq!(summary, counted);
}

#[test]
fn ctrl_c_right_after_ready_is_not_too_early() {
    for _ in 0..20 {
        Listener::start(&Sandbox::new(), "").stop().exits(130);
    }
}

#[test]
fn a_request_to_terminate_ends_it_like_ctrl_c() {
    let sandbox = Sandbox::new();
    let mut running = sandbox.cmd("listen --port 0 --json").start();
    running.next_line();
    running.signal(Signal::TERM);
    let run = running.finish().exits(130);
    assert_eq!(run.json_lines().pop().unwrap()["type"], "summary");
}

#[test]
fn what_was_answered_200_survives_a_kill() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "");
    let line = format!("send --all --no-store --to {}", listener.url);
    let sent = sandbox.cmd(&line).arg("--json").run().exits(0).json_lines();
    listener.kill();
    let recorded: Vec<_> = sandbox
        .records()
        .iter()
        .map(|record| record["id"].clone())
        .collect();
    let sent: Vec<_> = sent[..21].iter().map(|line| line["id"].clone()).collect();
    assert_eq!(recorded, sent);
}

#[test]
fn a_delivery_that_cannot_be_recorded_is_answered_503_so_that_it_comes_again() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "--store folder/store.ndjson");
    assert_eq!(post(listener.address(), &[], b"1").status, 200);
    listener.delivery();
    // A folder where the file was: nobody can write there, root neither.
    std::fs::remove_file(sandbox.path("folder/store.ndjson")).unwrap();
    std::fs::create_dir(sandbox.path("folder/store.ndjson")).unwrap();
    assert_eq!(post(listener.address(), &[], b"2").status, 503);
    assert_eq!(listener.delivery()["reply"]["status"], 503);
    std::fs::remove_dir(sandbox.path("folder/store.ndjson")).unwrap();
    assert_eq!(post(listener.address(), &[], b"3").status, 200);
    let run = listener.stop().exits(130);
    run.says(&["not recorded and answered 503", "recording works again"]);
    assert_eq!(sandbox.records_of("folder/store.ndjson")[0]["body"], "3");
}

#[test]
fn the_signature_may_come_in_any_header_case() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "");
    let t = clock().to_string();
    let signed = signature(SECRET, &t, BODY);
    let headers: [(&str, &[u8]); 2] = [
        ("x-lettermint-signature", signed.as_bytes()),
        ("X-LETTERMINT-DELIVERY", t.as_bytes()),
    ];
    assert_eq!(post(listener.address(), &headers, BODY).status, 200);
}
