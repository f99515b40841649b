//! `events`: the catalogue, samples and fields.

use serde_json::Value;

use crate::support::{EVENTS, Sandbox};

#[test]
fn events_lists_the_whole_catalogue() {
    let sandbox = Sandbox::new();
    let run = sandbox.cmd("events").run().exits(0);
    assert_eq!(run.out().lines().count(), EVENTS.len() + 1);
    let listed = sandbox.cmd("events --json").run().exits(0).json();
    let names: Vec<_> = listed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["name"].as_str().unwrap())
        .collect();
    let expected: Vec<_> = EVENTS.iter().map(|event| event.name).collect();
    assert_eq!(names, expected);
}

#[test]
fn events_json_of_an_event_ends_with_its_sample_to_the_byte() {
    let sandbox = Sandbox::new();
    for event in EVENTS {
        let Some(sample) = event.sample_json() else {
            continue;
        };
        let line = format!("events {}", event.name);
        let run = sandbox.cmd(&line).arg("--json").run().exits(0);
        let printed = run.out();
        let (_, printed) = printed.split_once("\"sample\":").unwrap();
        assert_eq!(printed.trim_end(), format!("{}}}", sample.trim_end()));
        let text = sandbox.cmd(&line).run().exits(0).out();
        let shown: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(shown, serde_json::from_str::<Value>(sample).unwrap());
    }
}

#[test]
fn events_fields_are_a_table() {
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
fn events_describes_an_event_without_a_sample() {
    let sandbox = Sandbox::new();
    let run = sandbox.cmd("events inbound.rejected").run().exits(0);
    assert!(!run.stdout.is_empty());
    let run = sandbox.cmd("events inbound.rejected --json").run().exits(0);
    assert_eq!(run.json()["sample"], Value::Null);
}
