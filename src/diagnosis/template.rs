//! Keys put back into Lettermint's order, after something sorted them.
//!
//! The order is that of the event's sample in the catalogue, objects within objects and arrays
//! included. Keys that the sample does not have, `metadata` above all, have no known place: a
//! few of them are tried in every order.

use crate::lettermint::catalogue;

use crate::json::tree::{Member, Node, Object, decode};
use crate::json::writer::Style;

/// The event whose order stands in for one that the catalogue has no sample of.
const FALLBACK_EVENT: &str = "message.delivered";

/// Every body that the template makes of this one, likeliest first, each handed to `each` until
/// that returns `false`.
pub(crate) fn restore(
    node: &Node<'_>,
    style: &'static Style,
    max_arrangements: u64,
    each: &mut dyn FnMut(Vec<u8>) -> bool,
) {
    let event = node.get("event").and_then(Node::text);
    let sample = event
        .as_deref()
        .and_then(catalogue::find)
        .and_then(catalogue::Event::sample_json)
        .or_else(|| catalogue::find(FALLBACK_EVENT)?.sample_json());
    let Some(Ok(mut template)) = sample.map(|json| Node::parse(json.as_bytes())) else {
        return;
    };
    // Most events have `data` before `context`, suppressions the other way round, and which
    // does which is known from samples only: so both, the catalogue's way first.
    for swapped in [false, true] {
        if swapped && !swap(&mut template, "data", "context") {
            return;
        }
        let mut ordered = node.clone();
        order_by(&mut ordered, &template);
        for n in 0..ordered.arrangements().min(max_arrangements) {
            let written = style.write_arranged(&ordered, n);
            if !written.is_some_and(&mut *each) {
                return;
            }
        }
    }
}

/// Orders members as the template has them, those it does not have behind.
fn order_by(node: &mut Node<'_>, template: &Node<'_>) {
    match (node, template) {
        (Node::Object(object), Node::Object(known)) => {
            let unknown = Node::Scalar(b"null");
            let mut ranked: Vec<(usize, Member<'_>)> = object
                .members
                .drain(..)
                .map(|member| (place(&member, known), member))
                .collect();
            // Stable, so members without a place keep their order.
            ranked.sort_by_key(|(place, _)| *place);
            object.placed = ranked.partition_point(|(place, _)| *place < known.members.len());
            for (place, mut member) in ranked {
                let template = known.members.get(place).map(|known| &known.value);
                order_by(&mut member.value, template.unwrap_or(&unknown));
                object.members.push(member);
            }
        }
        (Node::Object(Object { members, placed }), _) => {
            *placed = 0;
            for member in members {
                order_by(&mut member.value, template);
            }
        }
        (Node::Array(items), template) => {
            let unknown = Node::Scalar(b"null");
            let template = match template {
                Node::Array(known) => known.first().unwrap_or(&unknown),
                _ => &unknown,
            };
            for item in items {
                order_by(item, template);
            }
        }
        (Node::Scalar(_) | Node::Text(_), _) => {}
    }
}

/// The member's position in the template; past its end when it is not there.
fn place(member: &Member<'_>, known: &Object<'_>) -> usize {
    let name = decode(member.key).unwrap_or_default();
    let mut names = known.members.iter().map(|known| known.key);
    names
        .position(|known| known == name.as_bytes())
        .unwrap_or(known.members.len())
}

fn swap(template: &mut Node<'_>, one: &str, other: &str) -> bool {
    let Node::Object(object) = template else {
        return false;
    };
    let place = |name: &str| {
        let name = name.as_bytes();
        object.members.iter().position(|member| member.key == name)
    };
    match (place(one), place(other)) {
        (Some(one), Some(other)) => {
            object.members.swap(one, other);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::json::writer::{LETTERMINT, Order};
    use crate::lettermint::catalogue::EVENTS;

    const SORTED: Style = Style {
        order: Order::Sorted,
        ..LETTERMINT
    };

    fn reaches(body: &str, original: &str) -> bool {
        let mut found = false;
        let node = Node::parse(body.as_bytes()).unwrap();
        restore(&node, &LETTERMINT, 1_000, &mut |candidate| {
            found = candidate == original.as_bytes();
            !found
        });
        found
    }

    #[test]
    fn every_sorted_sample_is_put_back() {
        for event in EVENTS {
            if let Some(json) = event.sample_json() {
                let sorted = SORTED.write(&Node::parse(json.as_bytes()).unwrap());
                let sorted = String::from_utf8(sorted.unwrap()).unwrap();
                assert!(reaches(&sorted, json), "{}", event.name);
            }
        }
    }

    #[test]
    fn unknown_keys_are_tried_in_every_order_and_place() {
        let original = r#"{"event":"message.sent","data":{"message_id":"1","headers":[],"subject":"s","metadata":{"z":"1","a":"2","m":"3"}}}"#;
        let sorted = r#"{"data":{"headers":[],"message_id":"1","metadata":{"a":"2","m":"3","z":"1"},"subject":"s"},"event":"message.sent"}"#;
        assert!(reaches(sorted, original));
    }

    #[test]
    fn envelope_order_may_be_either_way() {
        let json = catalogue::find("suppression.added").unwrap();
        let json = json.sample_json().unwrap();
        let value: Value = serde_json::from_str(json).unwrap();
        let mut members = value.as_object().unwrap().clone();
        let context = members.shift_remove("context").unwrap();
        members.insert("context".into(), context);
        let original = Value::Object(members).to_string();
        assert_ne!(original, json);
        assert!(reaches(&original, json));
        assert!(reaches(json, &original));
    }
}
