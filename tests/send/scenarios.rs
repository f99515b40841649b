//! `--scenario`: the events of one message, consistent with each other.

use std::collections::BTreeSet;
use std::time::Duration;

use lettermint_hook::lettermint::scenario::SCENARIOS;
use lettermint_hook::lettermint::timestamp::parse_micros;
use serde_json::Value;

use crate::support::{Hook, NOW, Outcome, Receiver, Request};

fn tell(name: &str, args: &[&str]) -> (Outcome, Vec<Request>) {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let all = [&["--scenario", name], args].concat();
    let outcome = hook.send(receiver.url(), &all).exits(0);
    (outcome, receiver.requests())
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
fn every_scenario_is_about_one_message_one_recipient_and_one_subject() {
    for scenario in SCENARIOS {
        let (_, requests) = tell(scenario.name, &[]);
        let events: Vec<_> = requests
            .iter()
            .map(|request| request.header("x-lettermint-event"))
            .collect();
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
fn times_rise_as_the_scenario_says_and_end_now() {
    for scenario in SCENARIOS {
        let (_, requests) = tell(scenario.name, &[]);
        let seconds: Vec<_> = requests
            .iter()
            .map(|request| {
                let payload = request.payload();
                let text = payload["timestamp"].as_str().unwrap().to_owned();
                parse_micros(&text).unwrap() / 1_000_000
            })
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
fn scheduling_times_speak_of_points_of_the_scenario() {
    let (_, requests) = tell("scheduled", &[]);
    let payloads: Vec<_> = requests.iter().map(Request::payload).collect();
    let at = |event: &str, field: &str| {
        let of_event = |payload: &&Value| payload["event"] == format!("message.{event}");
        let payload = payloads.iter().find(of_event).unwrap();
        parse_micros(payload["data"][field].as_str().unwrap()).unwrap()
    };
    let first_plan = at("scheduled", "scheduled_at");
    let second_plan = at("rescheduled", "scheduled_at");
    assert_eq!(at("rescheduled", "previous_scheduled_at"), first_plan);
    assert!(first_plan < second_plan);
    assert_eq!(at("released", "scheduled_at"), second_plan);
    assert_eq!(at("released", "released_at"), second_plan);

    let (_, requests) = tell("canceled", &[]);
    let plans: Vec<_> = requests.iter().map(Request::payload).collect();
    let plans = texts(&plans, &["/data/scheduled_at"]);
    assert_eq!(plans.len(), 1, "{plans:?}");
    assert!(parse_micros(plans.first().unwrap()).unwrap() > NOW * 1_000_000);
}

#[test]
fn edits_apply_wherever_the_event_has_the_field() {
    let edits = [
        "--set",
        "data.recipient=me@example.com",
        "--set",
        "data.subject=Mine",
        "--set",
        "data.value=me@example.com",
    ];
    let (_, requests) = tell("bounced", &edits);
    let payloads: Vec<_> = requests.iter().map(Request::payload).collect();
    let mine = ["/data/recipient", "/data/value"];
    assert_eq!(
        texts(&payloads, &mine),
        ["me@example.com".to_owned()].into()
    );
    assert_eq!(
        texts(&payloads, &["/data/subject"]),
        ["Mine".to_owned()].into()
    );
    // An event without the field does not get it.
    assert_eq!(payloads[0].pointer("/data/recipient"), None);
}

#[test]
fn an_edit_that_no_event_of_the_scenario_takes_is_refused() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = ["--scenario", "bounced", "--set", "data.recipent=x"];
    let outcome = hook.send(receiver.url(), &args).exits(2);
    assert!(outcome.stderr.contains("did you mean `data.recipient`?"));
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn speed_divides_the_waits_of_the_scenario() {
    // Delivered after 1 and 3 seconds.
    let (_, requests) = tell("delivered", &["--speed", "10"]);
    let start = requests[0].arrived;
    let after = |number: usize| requests[number].arrived.duration_since(start);
    assert!(after(1) >= Duration::from_millis(95), "{:?}", after(1));
    assert!(after(2) >= Duration::from_millis(295), "{:?}", after(2));
}

#[test]
fn a_scenario_goes_on_after_a_failure_unless_told_to_stop() {
    for (stop, expected) in [(&[][..], 3), (&["--stop-on-failure"], 2)] {
        let (hook, receiver) = (Hook::new(), Receiver::statuses(&[200, 500, 200]));
        let args = [&["--scenario", "delivered"], stop].concat();
        hook.send(receiver.url(), &args).exits(1);
        assert_eq!(receiver.requests().len(), expected);
        assert_eq!(hook.records().len(), expected);
    }
}

#[test]
fn the_list_describes_all_twelve() {
    let hook = Hook::new();
    let text = hook.run(&["send", "--scenario", "list"]).exits(0);
    assert_eq!(SCENARIOS.len(), 12);
    for scenario in SCENARIOS {
        assert!(text.text().contains(scenario.name), "{}", text.text());
        assert!(
            text.text().contains(scenario.description),
            "{}",
            text.text()
        );
    }
    let json = hook.run(&["--json", "send", "--scenario", "list"]).exits(0);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 12);
}

#[test]
fn an_unknown_scenario_names_the_nearest() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let outcome = hook
        .send(receiver.url(), &["--scenario", "bounce"])
        .exits(2);
    assert!(outcome.stderr.contains("did you mean `bounced`?"));
    assert_eq!(receiver.connections(), 0);
}
