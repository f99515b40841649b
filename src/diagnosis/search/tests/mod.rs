//! Every row of the table, made to happen and then found.

mod ways;

use std::collections::BTreeSet;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use self::ways::ways;
use super::*;
use crate::diagnosis::cause;
use crate::diagnosis::spoiled::{Delivery, SECRET, T, good, named, sample};
use crate::lettermint::headers;
use crate::lettermint::{Headers, SigningKey};

#[test]
fn every_cause_is_found_when_it_happened() {
    let mut made = BTreeSet::new();
    for (code, delivery) in ways() {
        let diagnosis = delivery.diagnose();
        let codes: Vec<_> = diagnosis.findings.iter().map(Finding::code).collect();
        let cause = cause::all().find(|cause| cause.code == code).unwrap();
        let expected: &[&str] = match code {
            "time.zone" => &["time.stale", "time.zone"],
            _ => &[code],
        };
        let body = String::from_utf8_lossy(&delivery.body);
        assert_eq!(codes, expected, "{body}");
        assert_eq!(
            diagnosis.findings.last().unwrap().proven,
            cause.provable,
            "{code}"
        );
        made.insert(code);
    }
    let all: BTreeSet<_> = cause::all().map(|cause| cause.code).collect();
    assert_eq!(made, all);
}

#[test]
fn a_good_delivery_has_no_findings() {
    let diagnosis = good().diagnose();
    assert!(diagnosis.matches_as_given);
    assert_eq!(diagnosis.findings, []);
    assert_eq!(diagnosis.candidates, 1);
    assert_eq!(diagnosis.unexplained(), None);
}

#[test]
fn pairs_are_found_when_no_single_cause_is_enough() {
    let body = sample();
    let text = std::str::from_utf8(body).unwrap();
    let spaced = text.replace(":", ": ");
    let spaced = spaced
        .replace("T08: 15: ", "T08:15:")
        .replace("+00: 00", "+00:00");
    let spaced = spaced.replace("https: ", "https:");
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, body);
    let event = format!("{{\"body\":\"{base64}\"}}");
    let svix = b"example0123456789abcdef";
    let id = b"9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d12.1791101730.";
    let svix_mac = SigningKey::from_bytes(svix).mac_of(&[id, body]);
    let quoted = |v: &str| format!("'{v}'");
    let newline = [body, b"\n"].concat();
    let rest = SECRET.strip_prefix("whsec_").unwrap();
    let expect = |code, delivery: Delivery| assert_eq!(delivery.codes(), [code]);
    let padded = good().secret(format!("{SECRET}\n")).body(spaced);
    expect("secret.white_space+body.reformatted", padded);
    let twice = good().secret(format!(" \"{SECRET}\" "));
    expect("secret.white_space+secret.quoted", twice);
    expect("body.wrapped+body.base64", good().body(event));
    let both = good().body(newline).signature(quoted);
    expect("body.trailing_newline+header.quoted", both);
    let by_svix = good().digest(&svix_mac);
    expect("secret.base64_decoded+signer.id_prefixed", by_svix);
    let both = good().secret(rest).signature(quoted);
    expect("secret.prefix_missing+header.quoted", both);
}

#[test]
fn what_cannot_be_undone_says_so() {
    let diagnosis = good()
        .body(r#"{"event":"message.sent","data":{}}"#)
        .diagnose();
    assert_eq!(diagnosis.findings, []);
    assert!(diagnosis.candidates > 50);
    let text = diagnosis.unexplained().unwrap();
    assert!(text.contains(&diagnosis.candidates.to_string()));
    let mut nothing = good();
    nothing.secrets.clear();
    let text = nothing.diagnose().unexplained().unwrap();
    assert_eq!(text, "nothing to try: there is no secret");
    for (value, missing) in [
        (
            Some("t=abc"),
            "no signature can be read in the X-Lettermint-Signature header",
        ),
        (
            Some(""),
            "no signature can be read in the X-Lettermint-Signature header",
        ),
        (None, "there is no X-Lettermint-Signature header"),
    ] {
        let mut delivery = good();
        delivery.headers = Headers::new();
        if let Some(value) = value {
            delivery.headers.push(headers::SIGNATURE, value);
        }
        let text = delivery.diagnose().unexplained().unwrap();
        assert_eq!(text, format!("nothing to try: {missing}"));
    }
}

#[test]
fn many_secrets_cost_no_more_than_the_limits() {
    let mut delivery = good().secret("whsec_0");
    for n in 1..2_000 {
        delivery.secrets.push(named(format!("\"whsec_{n}\"\n")));
    }
    delivery.secrets.push(named(format!("{SECRET}\n")));
    let diagnosis = delivery.diagnose();
    assert!(diagnosis.candidates <= Limits::full().max_candidates);
    assert_eq!(delivery.codes(), ["secret.white_space"]);
    assert_eq!(
        diagnosis.findings[0].secret.as_ref().unwrap().position,
        2_001
    );
}

#[test]
fn limits_are_kept_and_said() {
    let delivery = good().body([sample(), b" x"].concat());
    let case = Case::new(&delivery.headers, &delivery.body, &delivery.secrets);
    let limits = Limits {
        max_hashed_bytes: 5_000,
        max_candidates: 1_000,
        max_inflated: 1_000,
    };
    let diagnosis = diagnose(&case, limits);
    assert!(diagnosis.exhausted && diagnosis.hashed_bytes <= 5_000);
    assert!(
        diagnosis
            .unexplained()
            .unwrap()
            .contains("as the limits allow")
    );
}

#[test]
fn no_finding_holds_any_part_of_a_secret() {
    let rest = SECRET.strip_prefix("whsec_").unwrap();
    for (code, delivery) in ways() {
        let shown = format!("{:?}", delivery.diagnose());
        assert!(!shown.contains(&rest[..8]), "{code}: {shown}");
        assert!(!shown.contains("example0123"), "{code}: {shown}");
        assert!(!shown.contains("lm_team"), "{code}: {shown}");
    }
    let quoted = good().secret(format!("\"{SECRET}\"")).diagnose();
    let finding = &quoted.findings[0];
    assert_eq!(finding.secret.as_ref().unwrap().position, 1);
    let digest = Sha256::digest(SECRET);
    let start: String = digest[..4].iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(finding.key_fingerprint, Some(start));
    assert!(finding.message.contains("secret 1, --secret-file key.txt"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_is_ever_proven_of_random_bodies_and_secrets(
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "[\\[\\]{}:,\"a-z0-9 \\\\\n]{0,60}".prop_map(String::into_bytes),
        ],
        secret in prop_oneof![prop::collection::vec(any::<u8>(), 1..60), "whsec_[A-Za-z0-9+/=\"' \n]{0,40}".prop_map(String::into_bytes)],
        value in prop_oneof![
            "t=[0-9]{1,14},v1=[0-9a-f]{64}",
            "(t=[0-9]{0,3}|v1=[0-9a-fA-F]{0,130}|sha256=[0-9a-f]{64}|[\"'%, :=]){1,4}",
        ],
        delivery in "[0-9]{0,13}",
    ) {
        let mut headers = Headers::new();
        headers.push(headers::SIGNATURE, value);
        headers.push(headers::DELIVERY, delivery);
        let secrets = [named(secret)];
        let mut case = Case::new(&headers, &body, &secrets);
        case.now = Some(T);
        let diagnosis = diagnose(&case, Limits::small());
        prop_assert!(!diagnosis.matches_as_given);
        prop_assert!(!diagnosis.is_explained(), "{:?}", diagnosis);
    }
}
