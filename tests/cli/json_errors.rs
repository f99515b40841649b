//! With `--json`, an error is one JSON object on stderr and nothing else anywhere.

use crate::support::{RefusingPort, Sandbox};

#[test]
fn json_error_has_kind_message_and_hints() {
    let sandbox = Sandbox::new();
    let busy = RefusingPort::new();
    for (line, code, kind, message) in [
        (
            "events message.snet",
            2,
            "usage",
            "unknown event: message.snet",
        ),
        ("send message.sent", 2, "usage", "no secret"),
        (
            "verify --secret whsec_a",
            3,
            "cannot_run",
            "cannot read the store",
        ),
        (
            "secret check --secret-file nowhere",
            3,
            "cannot_run",
            "nowhere",
        ),
        (
            &format!("listen --port {}", busy.port()),
            3,
            "cannot_run",
            "cannot listen",
        ),
    ] {
        let run = sandbox.cmd(line).arg("--json").run().exits(code);
        assert!(run.stdout.is_empty(), "{}", run.transcript());
        assert_eq!(run.err().lines().count(), 1, "{}", run.transcript());
        let start = "{\"v\":1,\"type\":\"error\",\"error\":{";
        assert!(run.err().starts_with(start), "{}", run.transcript());
        let error = run.json_error();
        assert_eq!(error["kind"], kind, "{}", run.transcript());
        let text = error["message"].as_str().unwrap();
        assert!(text.contains(message), "{}", run.transcript());
        assert!(error["hints"].is_array(), "{}", run.transcript());
    }
}

#[test]
fn json_error_of_the_argument_parser_is_an_object_too() {
    let sandbox = Sandbox::new();
    for (line, message) in [
        ("--json", "no command"),
        ("--json secret", "no command"),
        ("--json sned", "sned"),
        ("events --json --bogus", "--bogus"),
        ("completions --json", "<SHELL>"),
        ("send --json --now noon", "noon"),
        ("send --json --all --body x", "--body"),
    ] {
        let run = sandbox.cmd(line).run().exits(2);
        assert!(run.stdout.is_empty(), "{}", run.transcript());
        let error = run.json_error();
        assert_eq!(error["kind"], "usage");
        let text = error["message"].as_str().unwrap();
        assert!(text.contains(message), "{}", run.transcript());
        assert!(!text.contains('\n'), "{}", run.transcript());
        assert!(!text.starts_with("error"), "{}", run.transcript());
    }
}

#[test]
fn json_error_hint_names_the_right_command_or_option() {
    let sandbox = Sandbox::new();
    for (line, right) in [("sned", "send"), ("events --fields-x", "--fields")] {
        let error = sandbox.cmd(line).arg("--json").run().exits(2).json_error();
        let hints = error["hints"].to_string();
        assert!(hints.contains(right), "{line}: {error}");
    }
}
