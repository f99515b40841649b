use lettermint_hook::lettermint::Condition;

#[test]
fn condition_texts_and_other_values() {
    let payload = serde_json::json!({"data": {"to": "a@example.com", "tags": [{"n": 7}]}});
    for (text, met) in [
        ("data.to=*@example.com", true),
        ("data.to=a@example.org", false),
        ("data.tags[0].n=7", true),
        ("data.tags[1].n=*", false),
        ("data.tags=*", true),
    ] {
        let condition: Condition = text.parse().unwrap();
        assert_eq!(condition.is_met_by(&payload), met, "{text}");
    }
    assert!("data.to".parse::<Condition>().is_err());
    assert!("data..to=x".parse::<Condition>().is_err());
}
