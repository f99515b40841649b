use lettermint_hook::delivery::Target;
use lettermint_hook::delivery::target::without_credentials;

#[test]
fn target_says_why_it_is_refused() {
    for (text, expected) in [
        ("nowhere", "not a URL"),
        ("", "not a URL"),
        ("http:/localhost", "not a URL"),
        ("mailto:a@b.c", "credentials"),
        ("localhost:99999", "not a URL"),
        ("localhost:http", "not a URL"),
        ("u:pw@localhost", "credentials"),
        ("http://", "not a URL"),
        ("ftp://localhost/", "only http"),
        ("http://user:pw@localhost/", "credentials"),
        ("http://localhost/#top", "fragment"),
    ] {
        let error = Target::parse(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
        assert!(!error.to_string().contains("pw"));
    }
}

#[test]
fn target_may_leave_out_the_scheme_and_the_host() {
    for (text, url) in [
        ("localhost:3000/x", "http://localhost:3000/x"),
        ("localhost", "http://localhost/"),
        ("localhost/x?a=b:c", "http://localhost/x?a=b:c"),
        (":3000", "http://localhost:3000/"),
        (":3000/hook", "http://localhost:3000/hook"),
        ("3000", "http://localhost:3000/"),
        ("3000/hook", "http://localhost:3000/hook"),
        (
            "/webhooks/lettermint",
            "http://localhost:3000/webhooks/lettermint",
        ),
        ("127.0.0.1", "http://127.0.0.1/"),
        ("127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
        ("[::1]:3000", "http://[::1]:3000/"),
        ("::1", "http://[::1]/"),
        ("app.test:8443/x", "http://app.test:8443/x"),
        ("example.com/x", "http://example.com/x"),
        ("HTTP://LOCALHOST/", "http://localhost/"),
    ] {
        assert_eq!(Target::parse(text).unwrap().as_str(), url, "{text}");
    }
}

#[test]
fn target_credentials_are_not_shown_even_of_what_is_no_url() {
    for (url, shown) in [
        ("http://u:pw@h/a@b", "http://…@h/a@b"),
        ("u:pw@h", "…@h"),
        ("http://h/?a@b", "http://h/?a@b"),
    ] {
        assert_eq!(without_credentials(url), shown);
    }
}

#[test]
fn target_has_the_parts_of_a_url() {
    let target = Target::parse("http://[::1]:3000/a%20b?c=d").unwrap();
    assert_eq!(target.host(), "::1");
    assert_eq!(target.host_header(), "[::1]:3000");
    assert_eq!(target.path_and_query(), "/a%20b?c=d");
    assert_eq!(target.port(), 3000);
    assert_eq!(Target::parse("https://h.example/").unwrap().port(), 443);
}

#[test]
fn target_is_loopback_by_name() {
    for (url, expected) in [
        ("http://localhost/", true),
        ("http://LOCALHOST./", true),
        ("http://app.localhost/", true),
        ("http://127.8.9.1/", true),
        ("http://[::1]/", true),
        ("http://[::ffff:127.0.0.1]/", true),
        ("http://0x7f.1/", true),
        ("http://localhost.example.com/", false),
        ("http://10.0.0.1/", false),
        ("http://[::ffff:10.0.0.1]/", false),
    ] {
        assert_eq!(
            Target::parse(url).unwrap().is_loopback_by_name(),
            expected,
            "{url}"
        );
    }
}
