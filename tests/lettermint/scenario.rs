use lettermint_hook::lettermint::catalogue;
use lettermint_hook::lettermint::scenario::SCENARIOS;

#[test]
fn scenario_twelve_scenarios_of_known_events_in_rising_order() {
    assert_eq!(SCENARIOS.len(), 12);
    for scenario in SCENARIOS {
        assert!(
            scenario.steps.is_sorted_by_key(|step| step.after),
            "{}",
            scenario.name
        );
        for step in scenario.steps {
            let mut payload = catalogue::find(step.event).unwrap().sample().unwrap();
            let edits = scenario.edits(step, |after| after.to_string());
            for edit in edits.unwrap() {
                edit.apply(&mut payload).unwrap();
            }
        }
    }
}
