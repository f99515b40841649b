use lettermint_hook::delivery::record::REDACTED;
use lettermint_hook::delivery::{Record, RecordSummary};

const LINE: &str = r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","event":"message.sent","id":"a","attempt":2,"method":"POST","target":"http://localhost/","headers":[["A","b"],["x-lettermint-delivery","1"]],"body":"{\"x\":1}","verdict":{"valid":false,"reason":"stale","signed_at":1,"secret":null},"reply":{"status":null,"headers":[],"body":"","duration_us":5,"error":"timed out: 30 s"},"later":{}}"#;

#[test]
fn record_of_a_repeated_field_the_last_counts() {
    let line = LINE.replacen("\"id\":\"a\"", "\"id\":\"a\",\"id\":\"b\"", 1);
    let record = Record::parse(line.as_bytes()).unwrap();
    assert_eq!(record.id.as_deref(), Some("b"));
}

#[test]
fn record_says_what_is_wrong_with_a_line() {
    for (line, expected) in [
        ("", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{}", "`v`"),
        (r#"{"v":2}"#, "version 2"),
        (r#"{"v":1,"direction":"up"}"#, "`direction`"),
        (r#"{"v":1,"direction":"sent","at":"x"}"#, "`at`"),
        (
            r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","headers":[["a"]],"body":""}"#,
            "`headers`",
        ),
        (
            r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","headers":[["a","b","c"]],"body":""}"#,
            "`headers`",
        ),
        (
            r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z"}"#,
            "`body`",
        ),
        (
            r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","body_base64":"?"}"#,
            "`body_base64`",
        ),
    ] {
        let error = Record::parse(line.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{line}: {error}");
        // Headers and bodies are passed over in a summary.
        let is_passed_over = ["`headers`", "`body_base64`"].contains(&expected);
        assert_eq!(
            RecordSummary::parse(line.as_bytes()).is_some(),
            is_passed_over
        );
    }
}

#[test]
fn record_credentials_never_reach_a_line() {
    let mut record = Record::parse(LINE.as_bytes()).unwrap();
    for name in ["Authorization", "COOKIE", "Proxy-Authorization"] {
        record.headers.push(name, "marker-value");
    }
    let mut line = Vec::new();
    record.write_line(&mut line);
    let line = String::from_utf8(line).unwrap();
    assert!(!line.contains("marker-value"));
    assert_eq!(line.matches(REDACTED).count(), 3);
}
