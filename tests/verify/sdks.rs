//! `--as`: what older SDKs say, and notes about what handlers may do.

use serde_json::json;

use super::with_records;
use crate::support::{Record, Sandbox, sample};

#[test]
fn verify_as_and_notes_change_no_exit_code() {
    const SIGNATURE: &str = "X-Lettermint-Signature";
    let odd = r#"{"event":"message.sent","data":{"n":9007199254740993}}"#;
    let plain = Record::signed(sample("message.sent"));
    let value = plain.header(SIGNATURE);
    let (t, mac) = value.split_once(",v1=").unwrap();
    let upper = format!("{t},v1={}", mac.to_uppercase());
    let upper = plain.clone().with_header(SIGNATURE, upper);
    let sandbox = with_records(&[Record::signed(odd), upper, plain]);
    let run = sandbox
        .cmd("verify c.ndjson --json --as python@2 --as node@2.7")
        .run();
    let verdicts = run.exits(0).verdicts();
    for (n, words) in [
        (0, ["JavaScript JSON.stringify", "data.n"]),
        (1, ["older SDKs refuse it: ", "python@2"]),
    ] {
        let notes = verdicts[n]["notes"].to_string();
        assert!(words.iter().all(|word| notes.contains(word)), "{notes}");
    }
    assert_eq!(verdicts[2]["notes"], json!([]));
    assert_eq!(verdicts[1]["sdks"][0]["accepts"], false);
    assert_eq!(verdicts[1]["sdks"][1]["accepts"], true);
    let run = sandbox.cmd("verify c.ndjson --as python@2").run().exits(0);
    run.prints(&[
        "    python@2: accepts it",
        "    python@2: refuses it (signature_mismatch)",
    ]);
}

#[test]
fn verify_as_lists_the_sdks_and_suggests_the_nearest() {
    let sandbox = Sandbox::with_secret();
    let list = sandbox.cmd("verify --as list").run().exits(0);
    list.prints(&["python@2", "node@2.7"]);
    let run = sandbox.cmd("verify --as pyton@2").run().exits(2);
    run.says(&["did you mean `python@2`"]);
}
