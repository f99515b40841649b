use lettermint_hook::lettermint::catalogue;
use lettermint_hook::lettermint::suggest::nearest;

#[test]
fn suggest_typos_parts_and_nonsense() {
    for (typed, meant) in [
        ("message.deliverd", Some("message.delivered")),
        ("message.bounced", Some("message.soft_bounced")),
        ("delivered", Some("message.delivered")),
        ("message.hard-bounced", Some("message.hard_bounced")),
        ("message.cancelled", Some("message.canceled")),
        ("webhook.tset", Some("webhook.test")),
        ("order.paid", None),
    ] {
        let found = nearest(typed, catalogue::names());
        match (typed, found) {
            // Both bounces are as near; either helps.
            ("message.bounced", Some(name)) => assert!(name.ends_with("bounced")),
            _ => assert_eq!(found, meant, "{typed}"),
        }
    }
}
