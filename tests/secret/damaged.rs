//! Secrets that are none, or damaged: a warning wherever they are used, `secret check` fails, and
//! a failed verification says what is wrong with the configuration instead of blaming the sender.

use crate::support::{BODY, Sandbox, signature};

const SECRET: &str = "whsec_example_0123456789abcdef";

/// What is configured, what the warning says of it, the finding, and whether it is proven.
const DAMAGED: &[(&str, &str, &str, bool)] = &[
    ("***", "is masked", "secret.placeholder", false),
    (
        "whsec_exam••••••••",
        "is masked",
        "secret.placeholder",
        false,
    ),
    ("whsec_...", "is masked", "secret.placeholder", false),
    (
        "${LETTERMINT_WEBHOOK_SECRET}",
        "was not filled in",
        "secret.placeholder",
        false,
    ),
    (
        "${{ secrets.LETTERMINT }}",
        "was not filled in",
        "secret.placeholder",
        false,
    ),
    (
        "$LETTERMINT_WEBHOOK_SECRET",
        "was not filled in",
        "secret.placeholder",
        false,
    ),
    (
        "%LETTERMINT_WEBHOOK_SECRET%",
        "was not filled in",
        "secret.placeholder",
        false,
    ),
    (
        "op://dev/lettermint/secret",
        "is where a secret is kept",
        "secret.placeholder",
        false,
    ),
    (
        "arn:aws:secretsmanager:eu-west-1:1:secret:lm",
        "is where",
        "secret.placeholder",
        false,
    ),
    (
        "@Microsoft.KeyVault(SecretUri=https://x/secrets/lm)",
        "is where",
        "secret.placeholder",
        false,
    ),
    ("undefined", "is a placeholder", "secret.placeholder", false),
    ("changeme", "is a placeholder", "secret.placeholder", false),
    (
        "whsec_your_secret_here",
        "is a placeholder",
        "secret.placeholder",
        false,
    ),
    (
        "<your-secret>",
        "is a placeholder",
        "secret.placeholder",
        false,
    ),
    (
        "WHSEC_EXAMPLE_0123456789ABCDEF",
        "in another case",
        "secret.prefix_case",
        true,
    ),
    (
        "“whsec_example_0123456789abcdef”",
        "in quotes",
        "secret.quoted",
        true,
    ),
    (
        "Bearer whsec_example_0123456789abcdef",
        "before its `whsec_`",
        "secret.embedded",
        true,
    ),
    (
        "<whsec_example_0123456789abcdef>",
        "before its `whsec_`",
        "secret.embedded",
        true,
    ),
    (
        "[whsec_example_0123456789abcdef]",
        "before its `whsec_`",
        "secret.embedded",
        true,
    ),
    (
        "whsec_example_0123456789abcdef\\n",
        "a backslash",
        "secret.escaped",
        true,
    ),
    (
        "whsec\\_example\\_0123456789abcdef",
        "a backslash",
        "secret.escaped",
        true,
    ),
    (
        "whsec_example_01234 56789abcdef",
        "white space inside",
        "secret.inner_white_space",
        true,
    ),
    (
        "whsec_example_01234\n56789abcdef",
        "white space inside",
        "secret.inner_white_space",
        true,
    ),
    (
        "{\"A\":\"x\",\"LETTERMINT_WEBHOOK_SECRET\":\"whsec_example_0123456789abcdef\"}",
        "before its `whsec_`",
        "secret.document",
        true,
    ),
    (
        "d2hzZWNfZXhhbXBsZV8wMTIzNDU2Nzg5YWJjZGVm",
        "is still encoded",
        "secret.still_encoded",
        true,
    ),
    (
        "data:\n  secret: d2hzZWNfZXhhbXBsZV8wMTIzNDU2Nzg5YWJjZGVm\n",
        "is still encoded",
        "secret.assignment+secret.still_encoded",
        true,
    ),
    (
        "d2hzZWNfZXhhbXBsZV8wMTIzNDU2Nzg5YWJjZGVmCg==",
        "is still encoded",
        "secret.still_encoded+secret.white_space",
        true,
    ),
    // Kubernetes as JSON, Vault, and base64 of a document
    (
        "{\"kind\":\"Secret\",\"data\":{\"a\":\"d2hzZWNfZXhhbXBsZV8wMTIzNDU2Nzg5YWJjZGVm\"}}",
        "is still encoded",
        "secret.document+secret.still_encoded",
        true,
    ),
    (
        "{\"data\":{\"data\":{\"secret\":\"whsec_example_0123456789abcdef\"}}}",
        "before its `whsec_`",
        "secret.document",
        true,
    ),
    (
        "eyJhIjoid2hzZWNfZXhhbXBsZV8wMTIzNDU2Nzg5YWJjZGVmIn0=",
        "is still encoded",
        "secret.still_encoded+secret.document",
        true,
    ),
    (
        "ZDJoelpXTmZaWGhoYlhCc1pWOHdNVEl6TkRVMk56ZzVZV0pqWkdWbQ==",
        "does not start with",
        "secret.still_encoded+secret.still_encoded",
        true,
    ),
    (
        "whsec_example_0123456789abcdef,whsec_other",
        "a semicolon or comma",
        "secret.trailing_text",
        true,
    ),
];

#[test]
fn secret_damaged_is_warned_of_and_named_as_the_cause() {
    for (value, warning, code, proven) in DAMAGED {
        let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", value);
        sandbox.write("body.json", BODY);
        let check = sandbox.cmd("secret check").run().exits(1);
        check.prints(&["✗ 1. LETTERMINT_WEBHOOK_SECRET", warning]);
        let signed = signature(SECRET, "1", BODY);
        let verify = sandbox
            .cmd("verify --body body.json --now 1 --json --signature")
            .arg(signed)
            .run();
        let verify = verify.exits(1);
        verify.says(&[
            "warning: the secret ",
            warning,
            ": LETTERMINT_WEBHOOK_SECRET\n",
        ]);
        let verdict = &verify.verdicts()[0];
        let findings = verdict["findings"].as_array().unwrap();
        let codes: Vec<_> = findings
            .iter()
            .map(|one| one["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, [*code], "{value}: {}", verify.out());
        assert_eq!(findings[0]["proven"], *proven, "{value}");
        for run in [&check, &verify] {
            assert!(
                !run.transcript().contains("0123456789"),
                "{}",
                run.transcript()
            );
        }
    }
}

#[test]
fn secret_of_a_document_names_the_member() {
    let value = format!("{{\"A\":\"x\",\"B\":[{{\"WEBHOOK\":\"{SECRET}\"}}]}}");
    let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", &value);
    sandbox.write("body.json", BODY);
    let signed = signature(SECRET, "1", BODY);
    let run = sandbox
        .cmd("verify --body body.json --now 1 --signature")
        .arg(signed)
        .run()
        .exits(1);
    run.prints(&["LETTERMINT_WEBHOOK_SECRET, member `B.0.WEBHOOK`"]);
}
