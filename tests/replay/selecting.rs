//! Which deliveries are taken, and what is said when none are.

use serde_json::{Value, json};

use crate::support::{Receiver, Sandbox, stored_delivery};

/// Three deliveries, the second in two attempts, and one that was sent.
fn store(sandbox: &Sandbox) {
    let mut lines = [
        stored_delivery("a", "message.sent", 200),
        stored_delivery("b", "message.opened", 500),
        stored_delivery("b", "message.opened", 200),
        stored_delivery("c", "message.sent", 200),
        stored_delivery("s", "message.sent", 200),
    ];
    lines[2]["attempt"] = json!(2);
    lines[3]["body"] = json!(r#"{"id":"c","event":"message.sent","data":{"to":"me@example.com"}}"#);
    lines[4]["direction"] = json!("sent");
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    sandbox.write(
        ".lettermint-hook/deliveries.ndjson",
        lines.join("\n") + "\n",
    );
}

fn replayed(options: &str) -> Vec<(String, u64)> {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::ok();
    let line = format!("replay {options} --json --no-store --to {}", receiver.url);
    // Without a store to write to, the one to read must be named.
    let line = line.replace("replay", "replay .lettermint-hook/deliveries.ndjson");
    let run = sandbox.cmd(&line).run().exits(0);
    receiver.requests();
    let mut lines = run.json_lines();
    lines.pop();
    lines
        .iter()
        .map(|line| {
            let id = line["id"].as_str().unwrap().to_owned();
            (id, line["attempt"].as_u64().unwrap())
        })
        .collect()
}

#[test]
fn attempts_directions_and_conditions() {
    let pairs = |pairs: &[(&str, u64)]| -> Vec<(String, u64)> {
        pairs.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect()
    };
    for (options, expected) in [
        ("", &[("a", 2), ("b", 3), ("c", 2)][..]),
        ("--every-attempt", &[("a", 2), ("b", 2), ("b", 3), ("c", 2)]),
        ("--direction sent", &[("s", 2)]),
        ("--direction any --last 1", &[("s", 2)]),
        ("--where data.to=*@example.com", &[("c", 2)]),
        ("--where data.url=* --where id=b", &[("b", 3)]),
        ("--attempt same", &[("a", 1), ("b", 2), ("c", 1)]),
        ("--attempt 7 --id a", &[("a", 7)]),
        ("--since-id a", &[("b", 3), ("c", 2)]),
        ("--since-id b", &[("c", 2)]),
        ("--last 2 --since-id b", &[("c", 2)]),
        ("--every-attempt --since-id b", &[("b", 3), ("c", 2)]),
    ] {
        assert_eq!(replayed(options), pairs(expected), "{options}");
    }
}

#[test]
fn what_excluded_the_others_is_counted() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::unwanted();
    for (options, hints) in [
        (
            "--id x",
            &["4 are of another id", "1 is sent, not received"][..],
        ),
        ("--event webhook.*", &["4 are of another event"]),
        ("--where data.to=x", &["4 are of another payload"]),
        ("--failed --since-id b", &["1 is before the part"]),
        ("--since-id x", &["no selected delivery has the id: x"]),
        ("--pick", &["--pick needs a terminal", "--id, --event"]),
    ] {
        let line = format!("replay {options} --to {}", receiver.url);
        let run = sandbox.cmd(&line).run();
        assert!(matches!(run.code(), Some(1 | 2)), "{}", run.transcript());
        run.says(hints);
    }
}

#[test]
fn the_right_lines_are_taken_wherever_the_blocks_of_a_large_file_end() {
    let sandbox = Sandbox::with_secret();
    // Some twenty blocks, with a byte order mark, blank lines, broken lines and lines of every
    // form in between.
    let mut text = "\u{feff}".to_owned();
    for number in 0..6_000 {
        let mut delivery = stored_delivery(&format!("id-{number:04}"), "message.sent", 200);
        match number % 7 {
            // What the quick reader leaves to the whole one.
            1 => delivery["later"] = json!({ "a": [1] }),
            2 => text.push_str(" \r\n\n"),
            3 if number % 1_000 == 3 => text.push_str("{\"v\":1,\n"),
            4 => delivery["body"] = json!("x".repeat(number)),
            _ => {}
        }
        text.push_str(&delivery.to_string());
        text.push('\n');
    }
    sandbox.write("large.ndjson", text);
    let wanted = ["id-0000", "id-0433", "id-2999", "id-3001", "id-5999"];
    for options in ["", "--concurrency 3"] {
        let receiver = Receiver::ok();
        let ids: Vec<String> = wanted.iter().map(|id| format!("--id {id}")).collect();
        let line = format!(
            "replay large.ndjson --direction any --no-store {} {options} --to {}",
            ids.join(" "),
            receiver.url
        );
        sandbox.cmd(&line).run().exits(0);
        let mut sent: Vec<String> = receiver
            .requests()
            .iter()
            .map(|request| {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                body["id"].as_str().unwrap().to_owned()
            })
            .collect();
        sent.sort();
        assert_eq!(sent, wanted, "{options}");
    }
}
