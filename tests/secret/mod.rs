//! `secret new` and `secret check`.

mod damaged;
mod dot_env;
mod env;

use crate::support::Sandbox;

#[test]
fn secret_new_prints_one_line_that_check_accepts() {
    let sandbox = Sandbox::new();
    let text = sandbox.cmd("secret new").run().exits(0).out();
    assert_eq!(text.lines().count(), 1);
    sandbox.write("key.txt", &text);
    let run = sandbox
        .cmd("secret check --secret-file key.txt")
        .run()
        .exits(0);
    run.prints(&["✓ 1. --secret-file key.txt", "49 bytes, sha256 "]);
    let value = sandbox.cmd("secret new --json").run().exits(0).json();
    assert!(value["secret"].as_str().unwrap().starts_with("whsec_"));
}

#[test]
fn secret_check_says_what_is_wrong_with_each() {
    let sandbox = Sandbox::new().env("QUOTED", "'whsec_a'");
    let line = "secret check --secret-env QUOTED --secret whsec_a --secret whsec_a";
    let run = sandbox.cmd(line).run().exits(1);
    run.prints(&["✗ 1. --secret-env QUOTED", "quotes", "✓ 2. --secret"]);
    let checked = sandbox.cmd(line).arg("--json").run().exits(1).json();
    let checked = &checked["secrets"];
    assert_eq!(checked[0]["problems"].as_array().unwrap().len(), 1);
    // The same secret has the same fingerprint, so that two machines can be compared.
    assert_eq!(checked[1]["sha256_prefix"], checked[2]["sha256_prefix"]);
    assert_ne!(checked[0]["sha256_prefix"], checked[1]["sha256_prefix"]);
}
