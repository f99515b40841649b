use lettermint_hook::lettermint::catalogue::{EVENTS, names};
use serde_json::Value;

#[test]
fn twenty_two_unique_names_and_one_without_a_sample() {
    let mut all: Vec<_> = names().collect();
    assert_eq!(all.len(), 22);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 22);
    let without: Vec<_> = EVENTS
        .iter()
        .filter(|e| e.sample_json().is_none())
        .collect();
    assert_eq!(without.len(), 1);
    assert_eq!(without[0].name, "inbound.rejected");
}

#[test]
fn samples_agree_with_their_field_tables() {
    for event in EVENTS {
        let Some(sample) = event.sample() else {
            continue;
        };
        assert_eq!(sample["event"], event.name);
        for field in event.fields() {
            let found = lookup(&sample, field.path);
            match field.example {
                Some(example) => {
                    assert!(found.is_none(), "{} {}", event.name, field.path);
                    assert!(serde_json::from_str::<Value>(example).is_ok());
                }
                None => assert!(found.is_some(), "{} {}", event.name, field.path),
            }
        }
    }
}

fn lookup<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(value, |value, step| match step.strip_suffix("[]") {
            Some(name) => value.get(name)?.get(0),
            None => value.get(step),
        })
}
