//! The tables behind `--scenario list` and `--tamper list`.

use serde_json::{Value, json};

use crate::delivery::tampering;
use crate::lettermint::scenario::SCENARIOS;
use crate::terminal::Outcome;
use crate::terminal::duration;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::table;
use crate::terminal::table::{Align, cell};

#[derive(Debug, Clone, Copy)]
pub(super) struct ScenarioTable;

impl Outcome for ScenarioTable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let rows: Vec<_> = SCENARIOS
            .iter()
            .map(|scenario| {
                vec![
                    (Role::Strong, scenario.name.to_owned()),
                    cell(scenario.steps.len().to_string()),
                    cell(duration::span(scenario.length().unsigned_abs())),
                    cell(scenario.description),
                ]
            })
            .collect();
        let columns = [
            ("SCENARIO", Align::Left),
            ("EVENTS", Align::Right),
            ("TAKES", Align::Right),
            ("DESCRIPTION", Align::Left),
        ];
        table::write(&columns, &rows, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let describe = |scenario: &crate::lettermint::scenario::Scenario| {
            let events: Vec<_> = scenario
                .steps
                .iter()
                .map(|step| json!({"event": step.event, "after_seconds": step.after}))
                .collect();
            json!({
                "name": scenario.name,
                "description": scenario.description,
                "events": events,
            })
        };
        let scenarios: Value = SCENARIOS.iter().map(describe).collect();
        Some(json!({"type": "scenarios", "scenarios": scenarios}))
    }
}

/// Every way to tamper with a delivery.
#[derive(Debug, Clone, Copy)]
pub(super) struct TamperingTable;

impl Outcome for TamperingTable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let rows: Vec<_> = tampering::TABLE
            .iter()
            .map(|kind| {
                let name = match kind.seconds {
                    Some(seconds) => format!("{}[={seconds}]", kind.name),
                    None => kind.name.to_owned(),
                };
                vec![
                    (Role::Strong, name),
                    cell(kind.description),
                    cell(kind.expected.describe()),
                ]
            })
            .collect();
        let titles = ["KIND", "THE DELIVERY IS SENT", "A CORRECT HANDLER"];
        let columns = titles.map(|title| (title, Align::Left));
        table::write(&columns, &rows, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let describe = |kind: &tampering::TamperingKind| {
            json!({
                "name": kind.name,
                "description": kind.description,
                "expected": kind.expected.describe(),
                "default_seconds": kind.seconds,
            })
        };
        let kinds: Value = tampering::TABLE.iter().map(describe).collect();
        Some(json!({"type": "tampering_kinds", "kinds": kinds}))
    }
}
