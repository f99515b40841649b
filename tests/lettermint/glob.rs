use lettermint_hook::lettermint::glob::matches;

#[test]
fn globs() {
    for (glob, text, expected) in [
        ("message.*", "message.sent", true),
        ("message.*", "webhook.test", false),
        ("*bounced", "message.soft_bounced", true),
        ("message.*_bounced", "message.hard_bounced", true),
        ("*", "", true),
        ("", "", true),
        ("", "a", false),
        ("a?c", "abc", true),
        ("*a*b*c", "xaybzbc", true),
        ("*a*b*c", "xaybzbcd", false),
        ("Message.sent", "message.sent", false),
    ] {
        assert_eq!(matches(glob, text), expected, "{glob} {text}");
    }
}
