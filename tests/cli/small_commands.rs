//! `events`, `retries`, `secret`, `demo`, `completions` and `man`.

use lettermint_hook::lettermint::catalogue::EVENTS;
use serde_json::{Value, json};

use crate::support::Sandbox;

#[test]
fn events_lists_the_whole_catalogue() {
    let sandbox = Sandbox::new();
    let run = sandbox.cmd("events").run().exits(0);
    assert_eq!(run.out().lines().count(), EVENTS.len() + 1);
    let listed = sandbox.cmd("events --json").run().exits(0).json();
    let names: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["name"].as_str().unwrap())
        .collect();
    let expected: Vec<_> = EVENTS.iter().map(|event| event.name).collect();
    assert_eq!(names, expected);
}

#[test]
fn the_json_of_an_event_is_its_sample_byte_for_byte() {
    let sandbox = Sandbox::new();
    for event in EVENTS {
        let Some(sample) = event.sample_json() else {
            continue;
        };
        let line = format!("events {}", event.name);
        let run = sandbox.cmd(&line).arg("--json").run().exits(0);
        assert_eq!(run.out().trim_end(), sample.trim_end());
        let text = sandbox.cmd(&line).run().exits(0).out();
        let shown: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(shown, serde_json::from_str::<Value>(sample).unwrap());
    }
}

#[test]
fn the_fields_of_an_event_are_a_table() {
    let sandbox = Sandbox::new();
    for event in EVENTS {
        let line = format!("events {} --fields", event.name);
        let text = sandbox.cmd(&line).run().exits(0).out();
        assert!(text.starts_with(event.name), "{text}");
        let value = sandbox.cmd(&line).arg("--json").run().exits(0).json();
        let paths = value["fields"].as_array().unwrap();
        assert_eq!(paths.len(), event.fields().count());
        for path in paths {
            assert!(text.contains(path["path"].as_str().unwrap()), "{text}");
        }
    }
}

#[test]
fn an_event_without_a_sample_is_described() {
    let sandbox = Sandbox::new();
    let run = sandbox.cmd("events inbound.rejected").run().exits(0);
    assert!(!run.stdout.is_empty());
    let run = sandbox.cmd("events inbound.rejected --json").run().exits(0);
    assert_eq!(run.json(), Value::Null);
}

#[test]
fn retries_is_the_schedule_with_clock_times() {
    let sandbox = Sandbox::new();
    let line = "retries --from 2026-10-04T08:15:30Z --now 2026-10-04T09:00:00Z";
    let run = sandbox.cmd(line).run().exits(0);
    assert_eq!(run.out().lines().count(), 14);
    run.prints(&["ATTEMPT", "24 h 13 min", "2026-10-05 08:28:30"]);
    let rows = sandbox.cmd(line).arg("--json").run().exits(0).json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 13);
    assert_eq!(
        rows[1],
        json!({"attempt": 2, "wait_seconds": 60, "elapsed_seconds": 60, "at": "2026-10-04T08:16:30.000000Z"})
    );
    assert_eq!(rows[12]["elapsed_seconds"], 1_453 * 60);
}

#[test]
fn retries_can_begin_in_the_past_and_end_early() {
    let sandbox = Sandbox::new();
    let line = "retries --json --from 3h --max-attempts 12 --now 2026-10-04T09:00:00Z";
    let rows = sandbox.cmd(line).run().exits(0).json();
    assert_eq!(rows.as_array().unwrap().len(), 12);
    // A span back is counted from `--now`.
    assert_eq!(rows[0]["at"], "2026-10-04T06:00:00.000000Z");
}

#[test]
fn a_new_secret_is_one_line_that_check_likes() {
    let sandbox = Sandbox::new();
    let text = sandbox.cmd("secret new").run().exits(0).out();
    assert_eq!(text.lines().count(), 1);
    sandbox.write("key.txt", &text);
    let run = sandbox
        .cmd("secret check --secret-file key.txt")
        .run()
        .exits(0);
    run.prints(&["✓ 1. --secret-file key.txt", "49 bytes, sha256 "]);
    let value = sandbox.cmd("secret new --json").run().exits(0).json();
    assert!(value["secret"].as_str().unwrap().starts_with("whsec_"));
}

#[test]
fn check_looks_at_every_secret_and_says_what_is_wrong_with_each() {
    let sandbox = Sandbox::new().env("QUOTED", "'whsec_a'");
    let line = "secret check --secret-env QUOTED --secret whsec_a --secret whsec_a";
    let run = sandbox.cmd(line).run().exits(1);
    run.prints(&["✗ 1. --secret-env QUOTED", "quotes", "✓ 2. --secret"]);
    let checked = sandbox.cmd(line).arg("--json").run().exits(1).json();
    assert_eq!(checked[0]["problems"].as_array().unwrap().len(), 1);
    // The same secret has the same fingerprint, so that two machines can be compared.
    assert_eq!(checked[1]["sha256_prefix"], checked[2]["sha256_prefix"]);
    assert_ne!(checked[0]["sha256_prefix"], checked[1]["sha256_prefix"]);
}

#[test]
fn demo_goes_the_whole_round_and_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let run = sandbox.cmd("demo").run().exits(0);
    assert_eq!(sandbox.files(), Vec::<std::path::PathBuf>::new());
    for number in 1..=5 {
        let step = format!("\n{number}. ");
        assert!(run.out().contains(&step), "{}", run.transcript());
    }
    for event in EVENTS.iter().filter(|event| event.sample_json().is_some()) {
        assert!(run.out().contains(event.name), "{}", run.transcript());
    }
    run.prints(&[
        "$ lettermint-hook listen --port ",
        "$ lettermint-hook send --all --to http://127.0.0.1:",
        "$ lettermint-hook verify ",
        "21 of 21 valid",
        "$ lettermint-hook replay --id ",
        "attempt 2",
        "✗ 401",
        "signature_mismatch",
        "Everything went as it should.",
    ]);
}

#[test]
fn demo_in_json_is_steps_attempts_deliveries_and_a_summary() {
    let run = Sandbox::new().cmd("demo --json").run().exits(0);
    let lines = run.json_lines();
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!(
        (count("step"), count("attempt"), count("delivery")),
        (5, 23, 23)
    );
    assert_eq!(
        lines.last().unwrap(),
        &json!({"type": "summary", "surprises": 0})
    );
}

#[test]
fn demo_with_a_fixed_time_and_seed_sends_the_same_bodies_again() {
    let bodies = || {
        let run = Sandbox::new()
            .cmd("demo --json --now 2026-10-04T08:15:30Z --seed 1")
            .run()
            .exits(0);
        let lines = run.json_lines().into_iter();
        lines.map(|line| line["body"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(bodies(), bodies());
}

#[test]
fn completions_are_printed_for_every_shell() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        run.prints(&["lettermint-hook", "dry-run"]);
    }
    // The other generators leave out what a positional argument may be.
    for shell in ["bash", "zsh"] {
        let run = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        run.prints(&["message.hard_bounced"]);
    }
}

#[test]
fn a_manual_page_is_printed_for_the_overview_and_every_command() {
    let sandbox = Sandbox::new();
    sandbox
        .cmd("man")
        .run()
        .exits(0)
        .prints(&[".TH lettermint-hook 1"]);
    for command in [
        "send", "listen", "replay", "verify", "sign", "events", "retries",
    ] {
        let run = sandbox.cmd(&format!("man {command}")).run().exits(0);
        run.prints(&[&format!(".TH lettermint-hook-{command} 1"), "Examples"]);
    }
    let run = sandbox.cmd("man sned").run().exits(2);
    run.says(&["no such command: sned", "hint: "]);
}
