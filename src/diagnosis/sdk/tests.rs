//! The table of what each SDK does with each odd delivery, as it was found out.

use super::*;
use crate::diagnosis::Case;
use crate::diagnosis::spoiled::{Delivery, SECRET, T, delivery_of};
use crate::lettermint::{SigningKey, Tolerance, headers};

const BODY: &[u8] = br#"{"event":"message.sent"}"#;

fn hex_of(t: &str) -> String {
    let mac = SigningKey::from_bytes(SECRET.as_bytes()).mac(t.as_bytes(), BODY);
    crate::lettermint::signature::hex(&mac).as_str().to_owned()
}

fn accepting(odd: &Delivery) -> Vec<&'static str> {
    SDKS.iter()
        .filter(|sdk| judge(sdk, &odd.case()).is_ok())
        .map(|sdk| sdk.name)
        .collect()
}

/// The names of the older SDKs that accept, in the table's order.
fn older_accepting(odd: &Delivery) -> String {
    let mut names = accepting(odd);
    names.retain(|name| ALL_OLDER.split(' ').any(|older| older == *name));
    names.join(" ")
}

fn modern_accepts(odd: &Delivery) -> bool {
    accepting(odd).contains(&"rust@2")
}

const ALL_OLDER: &str =
    "node@2.7 python@2 rust@1 go@2 php@2 laravel@2 ruby@0.2 java@2 dotnet@2 elixir@1 listmonk";

#[test]
fn all_accept_what_lettermint_sends() {
    let odd = delivery_of(BODY);
    assert_eq!(accepting(&odd).len(), SDKS.len());
    assert_eq!(older_accepting(&odd), ALL_OLDER);
}

/// A signature header, whether the newer SDKs accept it, and the older ones that do.
const HEADERS: &str = "
t=T,v1=UPPER         | yes | node@2.7 rust@1 dotnet@2 elixir@1 listmonk
t=T,v1=MAC,v1=JUNK   | yes | node@2.7 dotnet@2 elixir@1
t=T,v1=JUNK,v1=MAC   | yes | ALL
t=T,v1=MAC,v1=short  | yes | node@2.7 dotnet@2 elixir@1
t=T, v1=MAC          | yes | node@2.7 rust@1 go@2 ruby@0.2 java@2 dotnet@2 elixir@1 listmonk
t=1,t=T,v1=MAC       | no  | python@2 rust@1 go@2 php@2 laravel@2 ruby@0.2 java@2 listmonk
t = T,v1 = MAC       | no  | go@2 ruby@0.2 java@2
t=WIDE,v1=MAC        | no  | python@2
t= T,v1=MAC          | no  | python@2 go@2 ruby@0.2 java@2
t=+T,v1=MAC          | no  | python@2 rust@1 go@2 php@2 laravel@2 ruby@0.2 listmonk
t=+T,v1=MAC(+T)      | no  | java@2 elixir@1
t=0T,v1=MAC(0T)      | no  | node@2.7 java@2 elixir@1";

#[test]
fn the_header_in_each_sdk() {
    let full_width = |digit| char::from_u32(u32::from(digit) - 0x30 + 0xff10).unwrap();
    let wide: String = T.to_string().chars().map(full_width).collect();
    let hex = hex_of(&T.to_string());
    for line in HEADERS.lines().skip(1) {
        let columns: Vec<_> = line.split('|').map(str::trim).collect();
        let mut odd = delivery_of(BODY);
        let header = columns[0]
            .replace("MAC(0T)", &hex_of(&format!("0{T}")))
            .replace("MAC(+T)", &hex_of(&format!("+{T}")))
            .replace("MAC", &hex)
            .replace("UPPER", &hex.to_uppercase())
            .replace("JUNK", &"0".repeat(64))
            .replace("WIDE", &wide)
            .replace('T', &T.to_string());
        odd.headers.set(headers::SIGNATURE, header);
        let older = columns[2].replace("ALL", ALL_OLDER);
        assert_eq!(older_accepting(&odd), older, "{line}");
        assert_eq!(modern_accepts(&odd), columns[1] == "yes", "{line}");
    }
}

#[test]
fn the_delivery_header_in_each_sdk() {
    let mut missing = delivery_of(BODY);
    missing.headers.remove(headers::DELIVERY);
    let mut other = delivery_of(BODY);
    other.headers.set(headers::DELIVERY, "1791101731");
    let mut spaced = delivery_of(BODY);
    spaced.headers.set(headers::DELIVERY, format!(" {T} "));
    let mut twice = delivery_of(BODY);
    let first = twice.headers.text(headers::SIGNATURE).unwrap().to_owned();
    twice.headers.push(headers::SIGNATURE, first);
    for (odd, modern, older) in [
        (&missing, false, "go@2 java@2 dotnet@2 elixir@1 listmonk"),
        (&other, false, "java@2 dotnet@2 elixir@1 listmonk"),
        (
            &spaced,
            true,
            "python@2 php@2 laravel@2 ruby@0.2 java@2 dotnet@2 elixir@1 listmonk",
        ),
        (
            &twice,
            false,
            "python@2 rust@1 go@2 php@2 laravel@2 ruby@0.2 java@2 dotnet@2 elixir@1 listmonk",
        ),
    ] {
        assert_eq!(older_accepting(odd), older);
        assert_eq!(modern_accepts(odd), modern);
    }
}

#[test]
fn the_age_in_each_sdk() {
    let at = |age: i64, tolerance| Delivery {
        now: T + age,
        tolerance: Tolerance::Seconds(tolerance),
        ..delivery_of(BODY)
    };
    assert_eq!(older_accepting(&at(300, 300)), ALL_OLDER);
    assert_eq!(older_accepting(&at(301, 300)), "");
    assert_eq!(
        older_accepting(&at(-300, 300)),
        ALL_OLDER.replace("dotnet@2 ", "")
    );
    assert_eq!(older_accepting(&at(10, 0)), "java@2 dotnet@2 listmonk");
    assert_eq!(older_accepting(&at(0, 0)), ALL_OLDER);
    assert_eq!(accepting(&at(301, 300)), [""; 0]);
}

#[test]
fn the_body_in_each_sdk() {
    for (body, modern, older) in [
        (&b""[..], "", "elixir@1"),
        (
            b"[1]",
            "",
            "node@2.7 python@2 rust@1 php@2 ruby@0.2 dotnet@2 elixir@1",
        ),
        (
            b"{}",
            "python@3 node@3 go@3 java@3 dotnet@3 elixir@2",
            "node@2.7 python@2 rust@1 go@2 php@2 ruby@0.2 java@2 dotnet@2 elixir@1 listmonk",
        ),
        (
            b"{\"event\":\"\xff\"}",
            "node@3",
            "node@2.7 go@2 elixir@1 listmonk",
        ),
        (b"\xef\xbb\xbf{\"event\":\"a\"}", "node@3", "elixir@1"),
    ] {
        let odd = delivery_of(body);
        let expected: Vec<_> = modern
            .split_terminator(' ')
            .chain(older.split(' '))
            .collect();
        assert_eq!(
            accepting(&odd),
            expected,
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn older_ones_that_refuse_say_why() {
    let mut odd = delivery_of(BODY);
    let hex = hex_of(&T.to_string()).to_uppercase();
    odd.headers
        .set(headers::SIGNATURE, format!("t={T},v1={hex}"));
    let refused = refused_by_older(&odd.case());
    let names: Vec<_> = refused.iter().map(|(sdk, _)| sdk.name).collect();
    assert_eq!(
        names.join(" "),
        "python@2 go@2 php@2 laravel@2 ruby@0.2 java@2"
    );
    assert_eq!(
        refused[0].1.why,
        "it compares digests as text, and this one is in upper case"
    );
    assert_eq!(refused[0].1.reason, Reason::SignatureMismatch);
    let none = Case::new(&odd.headers, &odd.body, &[]);
    assert_eq!(refused_by_older(&none), []);
}

#[test]
fn names_are_unique_and_found() {
    for sdk in SDKS {
        assert_eq!(sdk.name.parse(), Ok(sdk));
    }
    let found: Result<&Sdk, _> = "pyton@2".parse();
    assert_eq!(found.unwrap_err().nearest, Some("python@2"));
}

proptest::proptest! {
    #[test]
    fn total_on_any_delivery(
        value in "(t=|v1=|[0-9a-f+ ,=０é]|[0-9a-f]{64}){0,8}",
        delivery in "[0-9 +]{0,20}",
        body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60),
    ) {
        let mut odd = delivery_of(&body);
        odd.headers.set(headers::SIGNATURE, value);
        odd.headers.set(headers::DELIVERY, delivery);
        proptest::prop_assert_eq!(accepting(&odd), [""; 0]);
    }
}
