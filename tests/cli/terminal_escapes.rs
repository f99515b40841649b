//! On a terminal nothing that is shown can act on it, in whatever form it is printed.

use crate::support::{Record, Sandbox, Terminal, lines};

/// C1's CSI, a bidirectional override, and what starts a terminal's title.
const HOSTILE: &str = "a\u{9b}31m\u{202e}b\u{7f}";

#[test]
fn terminal_gets_no_raw_control_in_any_form() {
    let sandbox = Sandbox::with_secret();
    let body = format!("{{\"event\":\"message.sent\",\"id\":\"x{HOSTILE}\",\"data\":{{}}}}");
    let record = Record::signed(body.as_bytes());
    sandbox.write("store.ndjson", lines(&[record]));
    for line in [
        "verify store.ndjson",
        "verify store.ndjson --json",
        "verify store.ndjson --format junit",
        "deliveries list --store store.ndjson",
        "deliveries list --store store.ndjson --json",
        "deliveries show x --store store.ndjson",
        "deliveries show x --store store.ndjson --json",
        "deliveries export --format ndjson --store store.ndjson",
        "deliveries export --format http --store store.ndjson",
        "deliveries export --format curl --store store.ndjson",
        "send message.sent --id \u{9b}x --print http",
        "send message.sent --id \u{9b}x --print json",
        "send message.sent --id \u{9b}x --dry-run --json",
        "deliveries show \u{202e}nowhere --store store.ndjson",
        "deliveries show \u{202e}nowhere --store store.ndjson --json",
    ] {
        let (shown, _) = Terminal::start(&sandbox, line).finish();
        for c in ['\u{9b}', '\u{202e}', '\u{7f}'] {
            assert!(!shown.contains(c), "{c:?} of `{line}` in {shown:?}");
        }
        assert!(
            shown.contains("\\u009b") || shown.contains("\\u202e"),
            "{line}: {shown:?}"
        );
        if line.ends_with("--json") {
            let json: serde_json::Value =
                serde_json::from_str(shown.lines().next().unwrap()).unwrap();
            assert!(json.is_object());
        }
    }
}
