//! `deliveries diff`.

use serde_json::json;

use crate::support::{STORE, Sandbox, lines, stored_delivery};

fn sandbox(left: &str, right: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let record = |body: &str| stored_delivery("abc-1", "message.sent", 200).with_body(body);
    let records = lines(&[record(left), record(right).with("attempt", 2)]);
    sandbox.write(STORE, &records);
    sandbox.write("s.ndjson", records);
    sandbox
}

#[test]
fn deliveries_diff_names_the_re_encoding_and_shows_the_first_byte() {
    let sandbox = sandbox(r#"{"u":"https://x/ü"}"#, r#"{"u":"https:\/\/x\/\u00fc"}"#);
    for line in [
        "deliveries diff abc-1@1 abc-1@2",
        "deliveries diff s.ndjson:1 s.ndjson:2",
        "deliveries diff abc@1 s.ndjson:2",
    ] {
        let run = sandbox.cmd(line).run().exits(1);
        run.prints(&[
            "equal up to byte 12",
            "2f 2f 78",
            "5c 2f 5c",
            "encoded anew: slashes escaped, unicode escaped",
        ]);
    }
    let run = sandbox.cmd("deliveries diff abc@1 abc@2 --json").run();
    let json = run.exits(1).json();
    assert_eq!(json["same"], false);
    assert_eq!(json["body"]["offset"], 12);
    assert_eq!(json["body"]["json"], json!([]));
}

#[test]
fn deliveries_diff_names_values_by_their_path() {
    let sandbox = sandbox(r#"{"a":{"b":[1,2]}}"#, r#"{"a":{"b":[1,3]}}"#);
    let run = sandbox.cmd("deliveries diff abc@1 abc@2").run().exits(1);
    run.prints(&["a.b[1]", "- 2", "+ 3"]);
}

#[test]
fn deliveries_diff_compares_what_was_sent_with_what_was_received() {
    let sandbox = Sandbox::new();
    let received = stored_delivery("abc-1", "message.sent", 200)
        .with_body(r#"{"a":1}"#)
        .with("target", "/hook");
    let sent = received
        .clone()
        .with("direction", "sent")
        .with("target", "http://localhost:3000/");
    let changed = received.clone().with_body(r#"{"a":2}"#).with("attempt", 2);
    let records = [&received, &sent, &changed, &sent.clone().with("attempt", 2)];
    sandbox.write(STORE, lines(&records.map(Clone::clone)));
    let run = |line: &str| sandbox.cmd(&format!("deliveries diff {line}")).run();
    run("abc:sent abc:received").exits(1).prints(&[
        "- sent abc-1, attempt 2",
        "+ received abc-1, attempt 2",
        "- 1",
        "+ 2",
    ]);
    let same = run("abc-1@1:sent abc-1@1:received").exits(1);
    same.prints(&["path", "+ /hook", "the same to the byte"]);
    run("abc@1:sent abc@2:sent").exits(0);
}

#[test]
fn deliveries_diff_of_the_same_is_exit_0() {
    let sandbox = sandbox("{}", "{}");
    let run = sandbox.cmd("deliveries diff abc@1 abc@2").run().exits(0);
    run.prints(&["the same to the byte"]);
}

#[test]
fn deliveries_diff_says_what_is_missing_or_not_clear() {
    let sandbox = sandbox("{}", "{}");
    for (line, code, words) in [
        ("x y", 1, "no delivery has the id: x"),
        (
            "abc@1 abc@3",
            1,
            "recorded are: `abc@1:received`, `abc@2:received`",
        ),
        ("abc abc@2:sent", 1, "no such record: abc@2:sent"),
        ("abc@one abc", 2, "not a number of an attempt: one"),
        ("s.ndjson abc", 2, "holds several requests: s.ndjson"),
        ("s.ndjson:7 abc", 1, "no request starts there: s.ndjson:7"),
        ("missing.har abc", 3, "no such file: missing.har"),
    ] {
        let run = sandbox.cmd(&format!("deliveries diff {line}")).run();
        run.exits(code).says(&[words]);
    }
}

#[test]
fn deliveries_diff_does_not_round_big_numbers_together() {
    for (right, words) in [
        (
            "[9007199254740992]",
            &["- 9007199254740993", "+ 9007199254740992"][..],
        ),
        ("[9007199254740993.0]", &["encoded anew: numbers"]),
    ] {
        let sandbox = sandbox("[9007199254740993]", right);
        let run = sandbox.cmd("deliveries diff abc@1 abc@2").run().exits(1);
        run.prints(words);
    }
}
