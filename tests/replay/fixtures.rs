//! `deliveries redact`: fixtures that verify and tell nothing.

use crate::support::{NOW, SECRET, Sandbox, contains, record_line, signed_headers};

const TEST_SECRET: &str = "whsec_fixture_0123456789";

fn production() -> String {
    let body = r#"{"id":"9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d03","event":"message.sent","data":{"recipient":"jane.doe@customer.example.org","subject":"Invoice 4711 for Jane","metadata":{"note":"jane.doe@customer.example.org"}}}"#;
    let headers = signed_headers(SECRET, NOW, body.as_bytes());
    record_line("2026-10-04T08:15:30Z", &headers, body.as_bytes()).to_string() + "\n"
}

#[test]
fn a_redacted_capture_verifies_with_the_test_secret_and_names_nobody() {
    let sandbox = Sandbox::new();
    sandbox.write("p.ndjson", production());
    let line = format!("deliveries redact p.ndjson --output f.ndjson --secret {TEST_SECRET}");
    sandbox
        .cmd(&line)
        .run()
        .exits(0)
        .says(&["redacted 1 delivery: f.ndjson"]);
    let fixture = sandbox.read("f.ndjson");
    for name in ["jane", "Jane", "customer", "4711"] {
        assert!(!contains(&fixture, name.as_bytes()), "{name}");
    }
    let verify = format!("verify f.ndjson --tolerance off --secret {TEST_SECRET}");
    sandbox.cmd(&verify).run().exits(0);
    let other = format!("verify f.ndjson --tolerance off --secret {SECRET}");
    sandbox.cmd(&other).run().exits(1);
}

#[test]
fn redacting_is_deterministic_and_leaves_the_source_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("p.ndjson", production());
    let redact = || {
        let line = format!("deliveries redact p.ndjson --secret {TEST_SECRET}");
        sandbox.cmd(&line).run().exits(0).stdout
    };
    assert_eq!(redact(), redact());
    assert_eq!(sandbox.read("p.ndjson"), production().into_bytes());
}
