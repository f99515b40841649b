use lettermint_hook::lettermint::catalogue::{self, EVENTS};
use lettermint_hook::lettermint::{Edit, Fresh, PayloadTemplate, Random, timestamp};
use serde_json::Value;

const SAMPLE_TIME: &str = "2026-10-04T08:15:30.000000Z";

fn rendered(template: &PayloadTemplate, fresh: &Fresh) -> Vec<u8> {
    let mut out = Vec::new();
    template.render(fresh, &mut out);
    out
}

#[test]
fn payload_at_the_samples_time_only_ids_differ() {
    let at = timestamp::parse_micros(SAMPLE_TIME).unwrap();
    for event in EVENTS {
        let Some(template) = PayloadTemplate::of_event(event, &[]).unwrap() else {
            continue;
        };
        let fresh = Fresh::draw(&mut Random::seeded(1), at);
        let body = String::from_utf8(rendered(&template, &fresh)).unwrap();
        let payload: Value = serde_json::from_str(&body).unwrap();
        let mut expected = event.sample_json().unwrap().to_owned();
        let sample = event.sample().unwrap();
        for path in ["/id", "/data/message_id", "/data/suppression_id"] {
            if let (Some(old), Some(new)) = (
                sample.pointer(path).and_then(Value::as_str),
                payload.pointer(path).and_then(Value::as_str),
            ) {
                assert_ne!(old, new, "{} {path}", event.name);
                expected = expected.replace(old, new);
            }
        }
        assert_eq!(body, expected, "{}", event.name);
        assert_eq!(
            template.id(&fresh).as_deref(),
            payload["id"].as_str(),
            "{}",
            event.name
        );
    }
}

#[test]
fn payload_times_move_together_and_ids_are_of_their_kind() {
    let event = catalogue::find("message.released").unwrap();
    let template = PayloadTemplate::of_event(event, &[]).unwrap().unwrap();
    let at = timestamp::parse_micros("2027-01-01T00:00:00.5Z").unwrap();
    let fresh = Fresh::draw(&mut Random::seeded(7), at);
    let payload: Value = serde_json::from_slice(&rendered(&template, &fresh)).unwrap();
    assert_eq!(payload["timestamp"], "2027-01-01T00:00:00.500000Z");
    assert_eq!(payload["data"]["released_at"], "2026-12-31T23:59:59+00:00");
    assert_eq!(payload["data"]["scheduled_at"], "2026-12-31T23:59:30+00:00");
    assert_eq!(fresh.delivery_id.get_version_num(), 4);
    assert_eq!(fresh.subject_id.get_version_num(), 7);
}

#[test]
fn payload_edits_win_over_slots_and_may_contain_the_mark() {
    let event = catalogue::find("message.sent").unwrap();
    let edits = [
        Edit::parse_set("id=fixed").unwrap(),
        Edit::parse_set("data.subject=\u{e000}0\u{e000}").unwrap(),
        Edit::parse_set("data.metadata[\"\u{e000}0\u{e000}\"]=x").unwrap(),
    ];
    let template = PayloadTemplate::of_event(event, &edits).unwrap().unwrap();
    let fresh = Fresh::draw(&mut Random::seeded(7), 0);
    let payload: Value = serde_json::from_slice(&rendered(&template, &fresh)).unwrap();
    assert_eq!(payload["id"], "fixed");
    assert_eq!(template.id(&fresh).as_deref(), Some("fixed"));
    assert_eq!(payload["data"]["subject"], "\u{e000}0\u{e000}");
    assert_eq!(payload["data"]["metadata"]["\u{e000}0\u{e000}"], "x");
}

#[test]
fn payload_an_unknown_event_has_the_envelope_and_open_data() {
    let edits = [Edit::parse_set("data.anything.at[0].all=1").unwrap()];
    let template = PayloadTemplate::of_unknown("message.snoozed", &edits).unwrap();
    let fresh = Fresh::draw(&mut Random::seeded(7), 0);
    let payload: Value = serde_json::from_slice(&rendered(&template, &fresh)).unwrap();
    assert_eq!(template.event(), Some("message.snoozed"));
    assert_eq!(payload["data"]["anything"]["at"][0]["all"], "1");
}
