//! What `verify` notes of encoders that give back most payloads, against the real ones.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::verify;
use crate::support::{Record, javascript, json_corpus, python, run_tool};

/// Compares what `verify` notes with a program that answers each line of base64 with one, empty
/// where it refuses.
fn compare(encoder: &str, program: &str, args: &[&str]) {
    let corpus = json_corpus().into_iter();
    let corpus: Vec<_> = corpus
        .map(|value| format!(r#"{{"event":"x","v":{value}}}"#))
        .collect();
    let lines: String = corpus
        .iter()
        .map(|body| STANDARD.encode(body) + "\n")
        .collect();
    let answers = String::from_utf8(run_tool(program, args, lines.as_bytes())).unwrap();
    assert_eq!(answers.lines().count(), corpus.len());
    let records: Vec<_> = corpus.iter().map(Record::signed).collect();
    let verdicts = verify(&records, "--json").exits(0).verdicts();
    let verifies = format!("verifies what {encoder} writes refuses it: ");
    for ((body, answer), verdict) in corpus.iter().zip(answers.lines()).zip(&verdicts) {
        let real = STANDARD.decode(answer).unwrap();
        let notes = verdict["notes"].as_array().unwrap().iter();
        let mut notes = notes.filter_map(|note| Some(note.as_str()?.split_once(&verifies)?.1));
        let Some(note) = notes.next() else {
            assert_eq!(String::from_utf8_lossy(&real), *body, "{encoder}");
            continue;
        };
        let Some(change) = note.strip_prefix("at byte ") else {
            assert_eq!(note, "this JSON cannot be read or written there");
            assert_eq!(real, b"", "{encoder} of {body}");
            continue;
        };
        let at: usize = change.split(' ').next().unwrap().parse().unwrap();
        let (_, becomes) = change.split_once("` becomes `").unwrap();
        let becomes = becomes.strip_suffix('`').unwrap();
        assert_eq!(body.as_bytes()[..at], real[..at], "{encoder} of {body}");
        let rest = String::from_utf8_lossy(&real[at..]);
        let rest = rest.trim_end_matches('\u{fffd}');
        assert!(
            rest.starts_with(becomes),
            "{encoder} of {body}: {note} but {rest}"
        );
    }
}

#[test]
fn verify_notes_of_javascript_are_like_node() {
    let script = javascript("JSON.stringify(JSON.parse(text))");
    compare("JavaScript JSON.stringify", "node", &["-e", &script]);
}

#[test]
fn verify_notes_of_python_are_like_python() {
    let script = python("json.dumps(json.loads(raw), separators=(',', ':'), ensure_ascii=False)");
    let encoder = "Python json.dumps (compact, ensure_ascii=False)";
    compare(encoder, "python3", &["-c", &script]);
}
