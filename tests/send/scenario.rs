//! `--scenario`: the events of one message, consistent with each other.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::support::{NOW, Receiver, Request, SCENARIOS, Sandbox, micros};

fn play(name: &str, args: &str) -> Vec<Request> {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let line = format!("--scenario {name} {args}");
    sandbox.send(&receiver.url, &line).exits(0);
    receiver.take()
}

/// The different texts at these places, wherever they are.
fn texts(payloads: &[Value], pointers: &[&str]) -> BTreeSet<String> {
    let places = payloads.iter().flat_map(|payload| {
        let at = |pointer: &&str| payload.pointer(pointer)?.as_str().map(str::to_owned);
        pointers.iter().filter_map(at).collect::<Vec<_>>()
    });
    places.collect()
}

#[test]
fn send_scenario_has_one_message_one_recipient_and_one_subject() {
    for scenario in SCENARIOS {
        let requests = play(scenario.name, "");
        let events: Vec<_> = requests.iter().map(|request| request.event()).collect();
        let steps: Vec<_> = scenario.steps.iter().map(|step| step.event).collect();
        assert_eq!(events, steps, "{}", scenario.name);
        let payloads: Vec<_> = requests.iter().map(Request::payload).collect();
        for (what, pointers) in [
            ("message", &["/data/message_id"][..]),
            (
                "recipient",
                &["/data/to/0", "/data/recipient", "/data/value"],
            ),
            ("subject", &["/data/subject"]),
        ] {
            let found = texts(&payloads, pointers);
            assert!(found.len() <= 1, "{} {what}: {found:?}", scenario.name);
        }
        assert_eq!(texts(&payloads, &["/data/message_id"]).len(), 1);
        let ids: BTreeSet<_> = requests.iter().map(Request::id).collect();
        assert_eq!(ids.len(), steps.len(), "each is a delivery of its own");
        requests.iter().for_each(Request::assert_genuine);
    }
}

#[test]
fn send_scenario_times_rise_and_end_now() {
    for scenario in SCENARIOS {
        let requests = play(scenario.name, "");
        let seconds: Vec<_> = requests
            .iter()
            .map(|request| micros(request.payload()["timestamp"].as_str().unwrap()) / 1_000_000)
            .collect();
        let start = NOW - scenario.length();
        let told: Vec<_> = scenario
            .steps
            .iter()
            .map(|step| start + step.after)
            .collect();
        assert_eq!(seconds, told, "{}", scenario.name);
    }
}

#[test]
fn send_scenario_scheduling_times_are_those_of_its_steps() {
    let requests = play("scheduled", "");
    let payloads: Vec<_> = requests.iter().map(Request::payload).collect();
    let at = |event: &str, field: &str| {
        let of_event = |payload: &&Value| payload["event"] == format!("message.{event}");
        let payload = payloads.iter().find(of_event).unwrap();
        micros(payload["data"][field].as_str().unwrap())
    };
    let first_plan = at("scheduled", "scheduled_at");
    let second_plan = at("rescheduled", "scheduled_at");
    assert_eq!(at("rescheduled", "previous_scheduled_at"), first_plan);
    assert!(first_plan < second_plan);
    assert_eq!(at("released", "scheduled_at"), second_plan);
    assert_eq!(at("released", "released_at"), second_plan);

    let requests = play("canceled", "");
    let plans: Vec<_> = requests.iter().map(Request::payload).collect();
    let plans = texts(&plans, &["/data/scheduled_at"]);
    assert_eq!(plans.len(), 1, "{plans:?}");
    assert!(micros(plans.first().unwrap()) > NOW * 1_000_000);
}

#[test]
fn send_scenario_set_applies_where_the_event_has_the_field() {
    let edits = "--set data.recipient=me@example.com --set data.subject=Mine \
                 --set data.value=me@example.com";
    let requests = play("bounced", edits);
    let payloads: Vec<_> = requests.iter().map(Request::payload).collect();
    let mine = ["/data/recipient", "/data/value"];
    let found = texts(&payloads, &mine);
    assert_eq!(found, ["me@example.com".to_owned()].into());
    let found = texts(&payloads, &["/data/subject"]);
    assert_eq!(found, ["Mine".to_owned()].into());
    // An event without the field does not get it.
    assert_eq!(payloads[0].pointer("/data/recipient"), None);
}

#[test]
fn send_scenario_set_that_no_event_takes_is_refused() {
    let receiver = Receiver::unwanted();
    let line = "--scenario bounced --set data.recipent=x";
    let run = Sandbox::with_secret().send(&receiver.url, line).exits(2);
    run.says(&["did you mean `data.recipient`?"]);
}

#[test]
fn send_scenario_speed_divides_the_waits() {
    // Delivered after 1 and 3 seconds.
    let requests = play("delivered", "--speed 10");
    let start = requests[0].arrived;
    let after = |number: usize| requests[number].arrived.duration_since(start);
    assert!(after(1) >= Duration::from_millis(95), "{:?}", after(1));
    assert!(after(2) >= Duration::from_millis(295), "{:?}", after(2));
}

#[test]
fn send_scenario_continues_after_a_failure_without_stop_on_failure() {
    for (stop, expected) in [("", 3), ("--stop-on-failure", 2)] {
        let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([200, 500, 200]));
        let line = format!("--scenario delivered {stop}");
        sandbox.send(&receiver.url, &line).exits(1);
        assert_eq!(receiver.requests().len(), expected);
        assert_eq!(sandbox.records().len(), expected);
    }
}

#[test]
fn send_scenario_list_describes_all_twelve() {
    let sandbox = Sandbox::new();
    let text = sandbox.cmd("send --scenario list").run().exits(0);
    assert_eq!(SCENARIOS.len(), 12);
    for scenario in SCENARIOS {
        text.prints(&[scenario.name, scenario.description]);
    }
    let json = sandbox
        .cmd("send --scenario list --json")
        .run()
        .exits(0)
        .json();
    assert_eq!(json["scenarios"].as_array().unwrap().len(), 12);
}

#[test]
fn send_scenario_unknown_suggests_the_nearest() {
    let receiver = Receiver::unwanted();
    let run = Sandbox::with_secret().send(&receiver.url, "--scenario bounce");
    run.exits(2).says(&["did you mean `bounced`?"]);
}
