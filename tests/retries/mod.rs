//! `retries`: the schedule.

use serde_json::json;

use crate::support::Sandbox;

#[test]
fn retries_prints_the_schedule_with_clock_times() {
    let sandbox = Sandbox::new();
    let line = "retries --from 2026-10-04T08:15:30Z --now 2026-10-04T09:00:00Z";
    let run = sandbox.cmd(line).run().exits(0);
    assert_eq!(run.out().lines().count(), 14);
    run.prints(&["ATTEMPT", "24 h 13 min", "2026-10-05 08:28:30"]);
    let rows = sandbox.cmd(line).arg("--json").run().exits(0).json();
    let rows = rows["attempts"].as_array().unwrap();
    assert_eq!(rows.len(), 13);
    assert_eq!(
        rows[1],
        json!({"attempt": 2, "wait_seconds": 60, "elapsed_seconds": 60, "at": "2026-10-04T08:16:30.000000Z"})
    );
    assert_eq!(rows[12]["elapsed_seconds"], 1_453 * 60);
}

#[test]
fn retries_from_the_past_with_max_attempts() {
    let sandbox = Sandbox::new();
    let line = "retries --json --from 3h --max-attempts 12 --now 2026-10-04T09:00:00Z";
    let rows = &sandbox.cmd(line).run().exits(0).json()["attempts"];
    assert_eq!(rows.as_array().unwrap().len(), 12);
    // A span back is counted from `--now`.
    assert_eq!(rows[0]["at"], "2026-10-04T06:00:00.000000Z");
}
