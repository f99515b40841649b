//! `deliveries diff`.

use serde_json::{Value, json};

use crate::support::{Sandbox, stored_delivery};

fn sandbox(left: &str, right: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let mut lines = [
        stored_delivery("abc-1", "message.sent", 200),
        stored_delivery("abc-1", "message.sent", 200),
    ];
    lines[0]["body"] = json!(left);
    lines[1]["body"] = json!(right);
    lines[1]["attempt"] = json!(2);
    let lines = lines.map(|line: Value| line.to_string() + "\n").concat();
    sandbox.write(".lettermint-hook/deliveries.ndjson", &lines);
    sandbox.write("s.ndjson", lines);
    sandbox
}

#[test]
fn the_re_encoding_is_named_and_the_first_byte_shown() {
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
fn values_that_differ_are_named_by_their_path() {
    let sandbox = sandbox(r#"{"a":{"b":[1,2]}}"#, r#"{"a":{"b":[1,3]}}"#);
    let run = sandbox.cmd("deliveries diff abc@1 abc@2").run().exits(1);
    run.prints(&["a.b[1]", "- 2", "+ 3"]);
}

#[test]
fn the_same_is_exit_0() {
    let sandbox = sandbox("{}", "{}");
    let run = sandbox.cmd("deliveries diff abc@1 abc@2").run().exits(0);
    run.prints(&["the same to the byte"]);
}

#[test]
fn what_is_not_there_or_not_clear_is_said() {
    let sandbox = sandbox("{}", "{}");
    for (line, code, words) in [
        ("x y", 1, "no recorded delivery has the id: x"),
        ("abc@1 abc@3", 1, "recorded are: 1, 2"),
        ("abc@one abc", 2, "not a number of an attempt: one"),
        ("s.ndjson abc", 2, "holds several requests: s.ndjson"),
        ("s.ndjson:7 abc", 1, "no request starts there: s.ndjson:7"),
        ("missing.har abc", 3, "no such file: missing.har"),
    ] {
        let run = sandbox.cmd(&format!("deliveries diff {line}")).run();
        run.exits(code).says(&[words]);
    }
}
