//! `sign`: signatures for scripts.

use serde_json::json;

use crate::support::{BODY, NOW, SECRET, Sandbox, signature};

#[test]
fn sign_prints_the_signature_alone() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", BODY);
    let expected = signature(SECRET, &NOW.to_string(), BODY) + "\n";
    let run = sandbox
        .cmd(&format!("sign --body body.json --now {NOW}"))
        .run()
        .exits(0);
    assert_eq!(run.out(), expected);
    let run = sandbox
        .cmd(&format!("sign --now {NOW}"))
        .stdin(BODY)
        .run()
        .exits(0);
    assert_eq!(run.out(), expected);
}

#[test]
fn sign_takes_the_last_newline_of_a_body_for_part_of_it() {
    let sandbox = Sandbox::with_secret();
    let body = [BODY, b"\n"].concat();
    let run = sandbox
        .cmd(&format!("sign --now {NOW}"))
        .stdin(body.clone())
        .run()
        .exits(0);
    let expected = signature(SECRET, &NOW.to_string(), &body) + "\n";
    assert_eq!(run.out(), expected);
}

#[test]
fn sign_refuses_an_empty_body() {
    let run = Sandbox::with_secret().cmd("sign").run().exits(2);
    run.says(&["the body is empty", "--body FILE"]);
}

#[test]
fn sign_headers_are_those_that_send_would_send() {
    let sandbox = Sandbox::with_secret();
    let line = format!("sign --headers --attempt 3 --event a.b --now {NOW}");
    let signed = signature(SECRET, &NOW.to_string(), BODY);
    let run = sandbox.cmd(&line).stdin(BODY).run().exits(0);
    let expected = format!(
        "Content-Type: application/json\nUser-Agent: Lettermint/1.0\n\
         X-Lettermint-Signature: {signed}\nX-Lettermint-Event: a.b\n\
         X-Lettermint-Delivery: {NOW}\nX-Lettermint-Attempt: 3\n"
    );
    assert_eq!(run.out(), expected);
    let run = sandbox.cmd(&line).arg("--json").stdin(BODY).run().exits(0);
    let value = run.json();
    assert_eq!(value["signature"], signed);
    assert_eq!(value["signed_at"], NOW);
    assert_eq!(value["headers"]["X-Lettermint-Attempt"], "3");
}

#[test]
fn sign_prints_what_verify_accepts() {
    let sandbox = Sandbox::with_secret();
    for body in [BODY, "{\"event\":\"x\",\"ü\":\"\u{2028}\"}\n".as_bytes()] {
        sandbox.write("body.json", body);
        let value = sandbox.cmd("sign --body body.json").run().exits(0).out();
        sandbox
            .cmd("verify --body body.json --signature")
            .arg(value.trim_end())
            .run()
            .exits(0);
    }
}

#[test]
fn sign_uses_the_first_secret_in_the_order_file_variable_value() {
    let sandbox = Sandbox::with_secret().env("NAMED", "whsec_named");
    sandbox.write("key.txt", "whsec_file\n");
    sandbox.write(".env", "LETTERMINT_WEBHOOK_SECRET=whsec_dotenv\n");
    for (options, secret) in [
        (
            "--secret whsec_value --secret-env NAMED --secret-file key.txt",
            "whsec_file",
        ),
        ("--secret whsec_value --secret-env NAMED", "whsec_named"),
        ("--secret whsec_value", "whsec_value"),
        ("", SECRET),
    ] {
        let line = format!("sign --now {NOW} {options}");
        let run = sandbox.cmd(&line).stdin(BODY).run().exits(0);
        let expected = signature(secret, &NOW.to_string(), BODY);
        assert_eq!(run.out().trim_end(), expected, "{options}");
    }
    let bare = Sandbox::new();
    bare.write(".env", "export LETTERMINT_WEBHOOK_SECRET='whsec_dotenv'\n");
    let run = bare
        .cmd(&format!("sign --now {NOW}"))
        .stdin(BODY)
        .run()
        .exits(0);
    let expected = signature("whsec_dotenv", &NOW.to_string(), BODY);
    assert_eq!(run.out().trim_end(), expected);
}

#[test]
fn sign_secret_file_can_be_stdin_when_the_body_is_not() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", BODY);
    let run = sandbox
        .cmd(&format!(
            "sign --now {NOW} --body body.json --secret-file -"
        ))
        .stdin("whsec_stdin\n")
        .run()
        .exits(0);
    let expected = signature("whsec_stdin", &NOW.to_string(), BODY);
    assert_eq!(run.out().trim_end(), expected);
    let run = sandbox
        .cmd("sign --secret-file -")
        .stdin("whsec_a")
        .run()
        .exits(2);
    run.says(&["the body is empty"]);
}

#[test]
fn sign_event_replaces_the_event_of_the_body() {
    let sandbox = Sandbox::with_secret();
    let line = format!("sign --json --now {NOW} --event c.d");
    let run = sandbox.cmd(&line).stdin(BODY).run().exits(0);
    assert_eq!(run.json()["headers"]["X-Lettermint-Event"], json!("c.d"));
}
