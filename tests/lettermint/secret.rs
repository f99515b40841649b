use lettermint_hook::lettermint::secret::{EmptySecret, Secret, SecretLint};

#[test]
fn secret_debug_says_nothing() {
    let secret = Secret::new("whsec_marker").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret([redacted])");
}

#[test]
fn secret_empty_is_refused() {
    assert_eq!(Secret::new(""), Err(EmptySecret));
}

#[test]
fn secret_lints_name_each_mistake() {
    use SecretLint::{ApiToken, OuterWhiteSpace, PrefixDoubled, PrefixMissing, Quoted};
    for (text, expected) in [
        ("whsec_abc", vec![]),
        ("whsec_abc\n", vec![OuterWhiteSpace]),
        ("\"whsec_abc\"", vec![Quoted]),
        (" 'whsec_abc' ", vec![OuterWhiteSpace, Quoted]),
        ("abc", vec![PrefixMissing]),
        ("whsec_whsec_abc", vec![PrefixDoubled]),
        ("lm_team_abc", vec![ApiToken]),
    ] {
        assert_eq!(Secret::new(text).unwrap().lints(), expected, "{text:?}");
    }
}
