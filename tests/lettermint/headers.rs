use lettermint_hook::lettermint::headers::{Headers, Occurrence, trim};

#[test]
fn headers_trimming_takes_white_space_at_both_ends_only() {
    for (value, expected) in [
        (&b""[..], &b""[..]),
        (b" \t\n\x0b\x0c\r", b""),
        (b"1", b"1"),
        (b"\x0b 1 2 \t", b"1 2"),
        (b"\x1c1\xa0", b"\x1c1\xa0"),
    ] {
        assert_eq!(trim(value), expected, "{value:?}");
    }
}

#[test]
fn headers_names_match_in_any_case_and_repeats_are_kept() {
    let mut headers = Headers::new();
    headers.push("X-A", "1");
    headers.push("x-a", "2");
    assert_eq!(headers.all("X-a").count(), 2);
    assert_eq!(Occurrence::of(headers.all("x-A")), Occurrence::Repeated);
    headers.set("x-A", "3");
    assert_eq!(Occurrence::of(headers.all("x-a")), Occurrence::Once(b"3"));
    headers.set("X-B", "4");
    assert_eq!(headers.text("x-b"), Some("4"));
    headers.remove("X-A");
    assert!(!headers.contains("x-a"));
}
