use lettermint_hook::lettermint::catalogue::{EVENTS, names};
use serde_json::Value;

#[test]
fn catalogue_twenty_two_unique_names_and_one_without_a_sample() {
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
fn catalogue_samples_agree_with_their_field_tables() {
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

/// An event that names a group wrongly would lose its fields.
#[test]
fn samples_hold_nothing_but_fields_and_every_row_is_of_an_event() {
    for event in EVENTS {
        let mut leaves = Vec::new();
        collect_leaves(&event.sample().unwrap_or_default(), "", &mut leaves);
        for leaf in leaves {
            let is_in = |path: &str| {
                let rest = leaf.strip_prefix(path);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            let is_documented = event.fields().any(|field| is_in(field.path));
            assert!(is_documented, "{} {leaf}", event.name);
        }
    }
    for row in include_str!("../../src/lettermint/fields.tsv").lines() {
        let Some((_, path)) = row.split_once('\t') else {
            assert!(row.starts_with("# "), "{row}");
            continue;
        };
        let mut fields = EVENTS.iter().flat_map(|event| event.fields());
        assert!(fields.any(|field| path.split('\t').next() == Some(field.path)));
    }
}

fn collect_leaves(value: &Value, at: &str, leaves: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if at.is_empty() { "" } else { "." };
                collect_leaves(member, &format!("{at}{dot}{name}"), leaves);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                collect_leaves(item, &format!("{at}[]"), leaves);
            }
        }
        _ => leaves.extend((!at.is_empty()).then(|| at.to_owned())),
    }
}
