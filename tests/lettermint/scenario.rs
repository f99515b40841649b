use lettermint_hook::lettermint::scenario::{SCENARIOS, scheduling_edits};
use lettermint_hook::lettermint::{Edit, catalogue};

#[test]
fn twelve_scenarios_of_known_events_in_rising_order() {
    assert_eq!(SCENARIOS.len(), 12);
    for scenario in SCENARIOS {
        assert!(
            scenario.steps.is_sorted_by_key(|step| step.after),
            "{}",
            scenario.name
        );
        for step in scenario.steps {
            let mut payload = catalogue::find(step.event).unwrap().sample().unwrap();
            for edit in step.edits().unwrap() {
                edit.apply(&mut payload).unwrap();
            }
            for (path, value) in scheduling_edits(scenario, step, |after| after.to_string()) {
                Edit::set(path, value).unwrap().apply(&mut payload).unwrap();
            }
        }
    }
}
