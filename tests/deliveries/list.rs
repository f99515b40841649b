//! `deliveries list`.

use super::attempts;
use crate::support::Sandbox;

#[test]
fn deliveries_list_is_newest_first_and_narrowed_by_options() {
    let sandbox = attempts();
    for (options, expected) in [
        ("", &["cc", "aa-1", "bb-1", "aa-2", "aa-1"][..]),
        ("--limit 2", &["cc", "aa-1"]),
        ("--failed", &["bb-1", "aa-1"]),
        ("--failed --direction sent", &["aa-1"]),
        ("--direction received", &["bb-1"]),
        ("--direction any --limit 1", &["cc"]),
        ("--event *bounced", &["aa-2"]),
        ("--id aa", &["aa-1", "aa-2", "aa-1"]),
        ("--id aa-2 --id cc", &["cc", "aa-2"]),
        ("--since 2026-10-04T08:15:04Z", &["cc", "aa-1"]),
        ("--until 2026-10-04T08:15:02Z", &["aa-1"]),
        ("--event webhook.*", &[]),
    ] {
        let line = format!("deliveries list --json {options}");
        let rows = sandbox.cmd(&line).run().exits(0).json_lines();
        let ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{options}");
    }
}

#[test]
fn deliveries_list_says_why_and_shows_no_escapes() {
    let run = attempts()
        .cmd("deliveries list --color never")
        .run()
        .exits(0);
    run.says(&["1 line is no record and was skipped"]);
    let shown = run.out();
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].starts_with("TIME"), "{shown}");
    let newest = "2026-10-04 08:15:05  200       1.6 ms  sent";
    assert!(lines[1].starts_with(newest), "{shown}");
    assert!(lines[3].ends_with("bb-1  signature_mismatch"), "{shown}");
    assert!(lines[3].contains("message.\\u001b[31mred"), "{shown}");
    let refused = "connection refused: tried 127.0.0.1:3000";
    assert!(lines[5].ends_with(refused), "{shown}");
}

#[test]
fn deliveries_list_limit_reads_only_the_tail() {
    // A line that is no record lies further back than two rows need.
    let run = attempts().cmd("deliveries list --limit 2").run().exits(0);
    assert!(run.stderr.is_empty(), "{}", run.transcript());
}

#[test]
fn deliveries_list_and_show_without_a_store_or_with_an_empty_one() {
    let sandbox = Sandbox::new();
    for line in ["deliveries list", "deliveries show a"] {
        let run = sandbox.cmd(line).run().exits(3);
        run.says(&["`lettermint-hook listen` records"]);
    }
    sandbox.write("s", "");
    let run = sandbox.cmd("deliveries list --store s").run().exits(0);
    assert!(run.stdout.is_empty());
    assert_eq!(run.err(), "nothing is recorded yet\n");
}
