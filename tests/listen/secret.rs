//! `--secret-env` and the others: none, one, several.

use serde_json::json;

use crate::support::{BODY, Listener, Sandbox, clock, post, signed_headers};

#[test]
fn listen_without_a_secret_answers_200_unverified() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    assert_eq!(listener.ready["secrets"], json!([]));
    assert_eq!(post(&listener.address, &[], b"anything").status, 200);
    assert!(listener.delivery().get("verdict").is_none());
    let run = listener.stop();
    assert_eq!(run.summary()["unverified"], 1);
    run.says(&["none: all is shown unverified"]);
}

#[test]
fn listen_tries_every_secret_and_names_the_one_that_matched() {
    let sandbox = Sandbox::new()
        .env("OLD", "whsec_old")
        .env("NEW", "whsec_new");
    let mut listener = Listener::json(&sandbox, "--secret-env OLD --secret-env NEW");
    for (secret, position, source) in [
        ("whsec_new", 2, "--secret-env NEW"),
        ("whsec_old", 1, "--secret-env OLD"),
    ] {
        let headers = signed_headers(secret, clock(), BODY);
        let lines = headers.iter();
        let lines: Vec<_> = lines
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        assert_eq!(post(&listener.address, &lines, BODY).status, 200);
        let matched = listener.delivery()["verdict"]["secret"].clone();
        assert_eq!(matched, json!({"position": position, "source": source}));
    }
}
