//! Keys put back into Lettermint's order, after something sorted them.
//!
//! The order is that of the event's sample in the catalogue, objects within objects and arrays
//! included. Keys that the sample does not have, `metadata` above all, have no known place: a
//! few of them are tried in every order.

use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::lettermint::catalogue;

use crate::json::tree::{Member, Node, decode};
use crate::json::writer::Style;

/// The event whose order stands in for one that the catalogue has no sample of.
const FALLBACK_EVENT: &str = "message.delivered";

/// Stands for a template that is not there.
const UNKNOWN: Node<'static> = Node::Scalar(b"null");

/// Every body that the template makes of this one, likeliest first.
pub(crate) fn restore<'a>(
    node: Rc<Node<'a>>,
    style: &'static Style,
    max_arrangements: u64,
) -> impl Iterator<Item = Vec<u8>> + use<'a> {
    let event = node.get("event").and_then(Node::text);
    let sample = event
        .as_deref()
        .and_then(catalogue::find)
        .and_then(catalogue::Event::sample_json)
        .or_else(|| catalogue::find(FALLBACK_EVENT)?.sample_json());
    let template = sample.and_then(|json| Node::parse(json.as_bytes()).ok());
    // Most events have `data` before `context`, suppressions the other way round, and which
    // does which is known from samples only: so both, the catalogue's way first.
    let swapped = template.clone().and_then(swapped);
    template
        .into_iter()
        .chain(swapped)
        .flat_map(move |template| {
            let mut ordered = Node::clone(&node);
            order_by(&mut ordered, &template);
            let count = arrangements(&ordered).min(max_arrangements);
            (0..count).map_while(move |n| {
                // There and back, as a copy of a large document takes its time.
                arrange(&mut ordered, &mut n.clone(), false);
                let written = style.write(&ordered);
                arrange(&mut ordered, &mut n.clone(), true);
                written
            })
        })
}

/// Orders members as the template has them, those it does not have behind.
fn order_by(node: &mut Node<'_>, template: &Node<'_>) {
    match (node, template) {
        (Node::Object(members), Node::Object(known)) => {
            let ranked = members
                .drain(..)
                .map(|member| (place(&member, known), member));
            let mut ranked: Vec<(usize, Member<'_>)> = ranked.collect();
            // Stable, so members without a place keep their order.
            ranked.sort_by_key(|(place, _)| *place);
            for (place, mut member) in ranked {
                let template = known.get(place);
                member.is_placed = template.is_some();
                order_by(&mut member.value, template.map_or(&UNKNOWN, |t| &t.value));
                members.push(member);
            }
        }
        (Node::Object(members), _) => {
            for member in members {
                member.is_placed = false;
                order_by(&mut member.value, &UNKNOWN);
            }
        }
        (Node::Array(items), template) => {
            let template = match template {
                Node::Array(known) => known.first().unwrap_or(&UNKNOWN),
                _ => &UNKNOWN,
            };
            for item in items {
                order_by(item, template);
            }
        }
        (Node::Scalar(_) | Node::Text(_), _) => {}
    }
}

/// The member's position in the template; past its end when it is not there.
fn place(member: &Member<'_>, known: &[Member<'_>]) -> usize {
    let name = decode(member.key).unwrap_or_default();
    let mut names = known.iter().map(|known| known.key);
    names
        .position(|known| known == name.as_bytes())
        .unwrap_or(known.len())
}

fn placed(members: &[Member<'_>]) -> usize {
    members.iter().filter(|member| member.is_placed).count()
}

/// In how many orders a document's objects can be written; saturates.
fn arrangements(node: &Node<'_>) -> u64 {
    let all = |total: u64, node: &Node<'_>| total.saturating_mul(arrangements(node));
    match node {
        Node::Scalar(_) | Node::Text(_) => 1,
        Node::Array(items) => items.iter().fold(1, all),
        Node::Object(members) => {
            let values = members.iter().map(|member| &member.value);
            values.fold(own_arrangements(members), all)
        }
    }
}

/// A single unplaced member can stand anywhere; up to five in any order behind the placed ones.
/// More is hopeless.
fn own_arrangements(members: &[Member<'_>]) -> u64 {
    match members.len() - placed(members) {
        1 => members.len() as u64,
        count @ 2..=5 => (1..=count as u64).product(),
        _ => 1,
    }
}

/// Puts unplaced members into the order that the arrangement's next digits say, or takes that
/// back.
fn arrange(node: &mut Node<'_>, arrangement: &mut u64, back: bool) {
    match node {
        _ if *arrangement == 0 => {}
        Node::Scalar(_) | Node::Text(_) => {}
        Node::Array(items) => {
            for item in items {
                arrange(item, arrangement, back);
            }
        }
        Node::Object(members) => {
            let ways = own_arrangements(members);
            let turns = turns(members, (*arrangement % ways) as usize);
            *arrangement /= ways;
            if !back {
                turns
                    .iter()
                    .for_each(|t| members[t.clone()].rotate_right(1));
            }
            for member in members.iter_mut() {
                arrange(&mut member.value, arrangement, back);
            }
            if back {
                let latest_first = turns.into_iter().rev();
                latest_first.for_each(|turn| members[turn].rotate_left(1));
            }
        }
    }
}

/// The parts of an object to turn by one place, one after the other.
fn turns(members: &[Member<'_>], mut digit: usize) -> Vec<RangeInclusive<usize>> {
    let (count, placed) = (members.len(), placed(members));
    let mut turns = Vec::new();
    if digit > 0 && count - placed == 1 {
        turns.push(count - 1 - digit..=count - 1);
        return turns;
    }
    // Digits in the factorial base choose, place by place, which of the rest comes next.
    for at in placed..count {
        if digit == 0 {
            break;
        }
        let rest = count - at;
        turns.push(at..=at + digit % rest);
        digit /= rest;
    }
    turns
}

fn swapped(mut template: Node<'_>) -> Option<Node<'_>> {
    if let Node::Object(members) = &mut template {
        let place = |name| members.iter().position(|m| m.key == name);
        let (data, context) = (place(&b"data"[..])?, place(b"context")?);
        members.swap(data, context);
    }
    Some(template)
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
        let node = Node::parse(body.as_bytes()).unwrap();
        restore(Rc::new(node), &LETTERMINT, 1_000).any(|candidate| candidate == original.as_bytes())
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

    #[test]
    fn every_arrangement_is_made_once() {
        let json = br#"{"k":1,"a":1,"b":2,"c":3}"#;
        for (placed, expected) in [(1, 6), (3, 4), (0, 24), (4, 1)] {
            let mut node = Node::parse(json).unwrap();
            if let Node::Object(members) = &mut node {
                members[placed..]
                    .iter_mut()
                    .for_each(|m| m.is_placed = false);
            }
            assert_eq!(arrangements(&node), expected);
            let made = (0..expected).map(|n| {
                let mut arranged = node.clone();
                arrange(&mut arranged, &mut n.clone(), false);
                let written = LETTERMINT.write(&arranged).unwrap();
                arrange(&mut arranged, &mut n.clone(), true);
                assert_eq!(arranged, node);
                written
            });
            let made: std::collections::HashSet<_> = made.collect();
            assert_eq!(made.len() as u64, expected);
            assert!(made.contains(&json[..]));
        }
    }
}
