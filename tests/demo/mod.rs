//! `demo`: the whole round in one process.

use serde_json::json;

use crate::support::{EVENTS, Sandbox};

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
        "22 of 22 valid",
        "$ lettermint-hook replay --id ",
        "attempt 2",
        "✓ refused (401), as it should",
        "signature_mismatch",
        "Everything went as it should.",
    ]);
}

#[test]
fn demo_json_is_steps_attempts_deliveries_and_a_summary() {
    let run = Sandbox::new().cmd("demo --json").run().exits(0);
    let lines = run.json_lines();
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!(
        (count("step"), count("attempt"), count("delivery")),
        (5, 24, 24)
    );
    assert_eq!(
        lines.last().unwrap(),
        &json!({"v": 1, "type": "summary", "surprises": 0})
    );
}

#[test]
fn demo_with_now_and_seed_sends_the_same_bodies_again() {
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
