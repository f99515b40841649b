//! The forms of the output, to the byte.

use snapbox::{IntoData as _, file};

use crate::support::{Sandbox, body, delivery, lines};

/// One valid, one with a cause, one unreadable line, and one whose text is hostile.
fn sandbox() -> Sandbox {
    let good = delivery(&body("webhook.test"));
    let mut newline = good.clone();
    newline.body = [&newline.body[..], b"\n"].concat().into();
    let mut hostile = delivery(b"{\"event\":\"<a>&\\\"b\",\"id\":\"x\"}");
    hostile.event = Some("<a>&\"b\u{1b}[31m\n::error::no".into());
    hostile.headers.remove("X-Lettermint-Delivery");
    let sandbox = Sandbox::new();
    let text = [
        &lines(&[good, newline])[..],
        b"{\"v\":1,\"dir\n",
        &lines(&[hostile]),
    ]
    .concat();
    sandbox.write("fixtures/a,b.ndjson", &text);
    sandbox
}

#[test]
fn text() {
    let run = sandbox().verify(&["fixtures"]).exits(1);
    snapbox::assert_data_eq!(run.stdout, file!["goldens/report.txt"].raw());
}

#[test]
fn json() {
    let run = sandbox().verify(&["fixtures", "--format", "json"]).exits(1);
    snapbox::assert_data_eq!(run.stdout, file!["goldens/report.ndjson"].raw());
}

#[test]
fn junit() {
    let run = sandbox()
        .verify(&["fixtures", "--format", "junit"])
        .exits(1);
    snapbox::assert_data_eq!(run.stdout, file!["goldens/report.xml"].raw());
}

#[test]
fn github() {
    let run = sandbox()
        .verify(&["fixtures", "--format", "github"])
        .exits(1);
    snapbox::assert_data_eq!(run.stdout, file!["goldens/report.github"].raw());
}

#[test]
fn github_says_nothing_of_what_is_valid() {
    let run = Sandbox::with(&[delivery(&body("webhook.test"))])
        .verify(&["c.ndjson", "--format", "github"])
        .exits(0);
    snapbox::assert_data_eq!(run.stdout, "1 of 1 valid\n".raw());
}
