use lettermint_hook::lettermint::{EventPattern, catalogue};

#[test]
fn event_pattern_is_a_known_name_or_a_glob_that_matches_one() {
    for name in catalogue::names() {
        let pattern: EventPattern = name.parse().unwrap();
        assert!(pattern.matches(name));
        assert_eq!(pattern.names().collect::<Vec<_>>(), [name]);
    }
    let bounced: EventPattern = "message.*bounced".parse().unwrap();
    assert!(bounced.matches("message.hard_bounced") && !bounced.matches("message.sent"));
    assert_eq!(bounced.names().count(), 2);
    // A glob is a question about any event, those of tomorrow included.
    assert!(EventPattern::any().matches("order.paid"));
}

#[test]
fn event_pattern_that_matches_no_event_says_what_was_meant() {
    for (text, message, hint) in [
        (
            "message.deliverd",
            "unknown event: message.deliverd",
            "did you mean `message.delivered`?",
        ),
        (
            "bounced",
            "unknown event: bounced",
            "did you mean `message.hard_bounced`?",
        ),
        (
            "Message.Sent",
            "unknown event: Message.Sent",
            "did you mean `message.sent`?",
        ),
        (
            "order.*",
            "no known event matches: order.*",
            "`lettermint-hook events` lists them",
        ),
        (
            "order.paid",
            "unknown event: order.paid",
            "`lettermint-hook events` lists them",
        ),
        (
            "",
            "expected the name of an event, such as message.delivered",
            "`lettermint-hook events` lists them",
        ),
    ] {
        let unknown = text.parse::<EventPattern>().unwrap_err();
        assert_eq!(
            (unknown.to_string().as_str(), unknown.hint().as_str()),
            (message, hint)
        );
    }
}
