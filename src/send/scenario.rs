//! The events of a scenario, consistent with each other.

use std::time::Duration;

use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::lettermint::scenario::{self, SCENARIOS, Scenario};
use crate::lettermint::timestamp::Style;
use crate::lettermint::{Edit, Fresh, Random, suggest};

use super::plan::{Content, EventInstance};
use crate::sending::job::template_of;

/// The events of a scenario in order, each with the wait before it.
///
/// All events are about one message. Without `speed` nothing is waited for and the scenario ends
/// now; with it the waits are the scenario's own, divided by it. `started_at` (microseconds since
/// 1970) puts the beginning elsewhere. The user's edits come last, where the event has the
/// field. An unknown scenario, or an edit that no event of it takes, is an error, exit 2.
pub(super) fn events(
    name: &str,
    edits: &[Edit],
    random: &mut Random,
    clock: Clock,
    started_at: Option<i64>,
    speed: Option<f64>,
) -> Result<Vec<EventInstance>> {
    let scenario = scenario::find(name).ok_or_else(|| unknown(name))?;
    refuse_unused(scenario, edits)?;
    let real_length = speed.map_or(0.0, |speed| scenario.length() as f64 / speed);
    let start = started_at.unwrap_or_else(|| {
        clock.micros() - scenario.length() * 1_000_000 + (real_length * 1e6) as i64
    });
    let at = |after: i64| start + after * 1_000_000;
    let message = Fresh::draw(random, start);
    let mut events = Vec::new();
    let mut before = 0;
    for step in scenario.steps {
        let time = |after| Style::SecondsOffset.format(at(after));
        let own = scenario.edits(step, time);
        let mut all = own.map_err(|error| Error::from(error).about(step.event))?;
        all.extend(edits.iter().filter(|edit| fits(step.event, edit)).cloned());
        // What would be refused is refused before anything is sent.
        template_of(step.event, &all)?;
        let fresh = Fresh {
            delivery_id: Fresh::draw(random, at(step.after)).delivery_id,
            // A suppression is an entry of its own; everything else is the one message.
            subject_id: match step.event.starts_with("message.") {
                true => message.subject_id,
                false => Fresh::draw(random, at(step.after)).subject_id,
            },
            occurred_at: at(step.after),
        };
        let gap = (step.after - before) as f64;
        before = step.after;
        let wait = speed.map_or(Duration::ZERO, |speed| Duration::from_secs_f64(gap / speed));
        events.push(EventInstance {
            content: Content::Fresh {
                name: step.event.to_owned(),
                edits: all,
                fresh,
                is_awkward: false,
            },
            wait,
        });
    }
    Ok(events)
}

fn fits(event: &str, edit: &Edit) -> bool {
    template_of(event, std::slice::from_ref(edit)).is_ok()
}

/// An edit that no event of the scenario takes is a mistake.
fn refuse_unused(scenario: &Scenario, edits: &[Edit]) -> Result<()> {
    for edit in edits {
        if scenario.steps.iter().any(|step| fits(step.event, edit)) {
            continue;
        }
        let refusals = scenario
            .steps
            .iter()
            .filter_map(|step| template_of(step.event, std::slice::from_ref(edit)).err());
        // Of all refusals, the one that knows what was meant.
        if let Some(refusal) = refusals.max_by_key(|refusal| !refusal.hints().is_empty()) {
            return Err(refusal);
        }
    }
    Ok(())
}

fn unknown(name: &str) -> Error {
    let error = Error::usage(format!("unknown scenario: {name}"));
    let nearest = suggest::did_you_mean(name, SCENARIOS.iter().map(|scenario| scenario.name));
    error.hint(
        nearest.unwrap_or_else(|| "`lettermint-hook send --scenario list` describes them".into()),
    )
}
