//! Every place and format that captures come from.

use lettermint_hook::capture::ExportFormat;
use lettermint_hook::capture::export::export;

use crate::support::{SECRET, Sandbox, body, delivery, lines};

#[test]
fn every_format_is_told_apart_and_verified() {
    let good = delivery(&body("message.delivered"));
    let mut bad = good.clone();
    bad.body = body("message.sent").into();
    let both = [good, bad];
    let sandbox = Sandbox::new();
    let mut names = Vec::new();
    for format in ExportFormat::ALL {
        let name = format!("capture.{}", format.name());
        sandbox.write(&name, &export(format, &both));
        names.push(name);
    }
    let listen = String::from_utf8(lines(&both)).unwrap();
    let listen = listen.replace("{\"v\":1,", "{\"type\":\"delivery\",\"seq\":1,\"v\":1,");
    let ready = "{\"type\":\"ready\",\"url\":\"http://127.0.0.1:1\"}\n";
    sandbox.write("listen", format!("{ready}{listen}").as_bytes());
    names.push("listen".into());
    for name in &names {
        let run = sandbox.verify(&[name, "--json"]).exits(1);
        let summary = run.summary();
        assert_eq!(
            [&summary["valid"], &summary["invalid"]],
            [1, 1],
            "{name}: {}",
            run.stdout
        );
        let verdicts = run.verdicts();
        assert_eq!(verdicts[0]["valid"], true, "{name}");
        assert_eq!(verdicts[1]["reason"], "signature_mismatch", "{name}");
        let source = verdicts[1]["source"].as_str().unwrap();
        assert!(source.starts_with(&format!("{name}:")), "{source}");
    }
}

#[test]
fn what_has_no_raw_bytes_is_neither_valid_nor_invalid() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/captures/");
    for name in ["team-api.json", "team-api-list.json", "official-cli.ndjson"] {
        let run = Sandbox::new()
            .verify(&[&format!("{fixtures}{name}"), "--json"])
            .exits(1);
        let verdict = &run.verdicts()[0];
        assert_eq!(verdict["status"], "unverifiable", "{verdict}");
        assert_eq!(verdict["valid"], false);
        assert_eq!(verdict["signature"], "unknown");
        assert!(verdict["reason"].is_null());
        assert!(verdict["notes"].to_string().contains("not"), "{verdict}");
        let summary = run.summary();
        assert_eq!(summary["invalid"], 0);
        assert_ne!(summary["unverifiable"], 0);
    }
}

#[test]
fn files_folders_patterns_and_the_store_in_a_stable_order() {
    let good = lines(&[delivery(&body("message.sent"))]);
    let sandbox = Sandbox::new();
    for name in [
        "f/b.ndjson",
        "f/a.ndjson",
        "f/.hidden.ndjson",
        "f/deep/c.ndjson",
        ".lettermint-hook/deliveries.ndjson",
    ] {
        sandbox.write(name, &good);
    }
    sandbox.write("f/README.md", b"# no capture\n");
    let sources = |args: &[&str]| -> Vec<String> {
        let args = [args, &["--json"]].concat();
        let verdicts = sandbox.verify(&args).exits(0).verdicts();
        let source = |verdict: &serde_json::Value| verdict["source"].as_str().unwrap().to_owned();
        verdicts.iter().map(source).collect()
    };
    let (a, b, c) = ("f/a.ndjson:1", "f/b.ndjson:1", "f/deep/c.ndjson:1");
    assert_eq!(sources(&["f"]), [a, b, c]);
    assert_eq!(sources(&["f/*.ndjson"]), [a, b]);
    assert_eq!(sources(&["f/?.ndjson", "*/d??p/*"]), [a, b, c]);
    assert_eq!(sources(&["f/b.ndjson", "f/a.ndjson"]), [b, a]);
    assert_eq!(sources(&[]), [".lettermint-hook/deliveries.ndjson:1"]);
    let run = sandbox.verify(&["f/*.har"]).exits(3);
    assert!(
        run.stderr.contains("no file matches: f/*.har"),
        "{}",
        run.stderr
    );
}

#[test]
fn standard_input_in_any_format_and_once() {
    let record = delivery(&body("message.sent"));
    let sandbox = Sandbox::new();
    for format in ExportFormat::ALL {
        let document = export(format, [&record]);
        let run = sandbox.run(&["-", "--json"], SECRET, &document).exits(0);
        assert!(
            run.verdicts()[0]["source"]
                .as_str()
                .unwrap()
                .starts_with("-:"),
            "{format:?}"
        );
    }
    sandbox.verify(&["-", "-"]).exits(2);
}

#[test]
fn what_is_no_capture_and_what_is_not_there() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", &body("message.sent"));
    let run = sandbox.verify(&["body.json"]).exits(1);
    assert!(
        run.stdout
            .contains("✗ unreadable  body.json:1  not a capture; expected one of: "),
        "{}",
        run.stdout
    );
    sandbox.verify(&["missing.ndjson"]).exits(3);
    assert!(
        sandbox
            .verify(&[])
            .exits(3)
            .stderr
            .contains("hint: `lettermint-hook listen`")
    );
}

#[test]
fn an_age_that_is_not_known_is_not_judged() {
    let record = delivery(&body("message.sent"));
    let sandbox = Sandbox::new();
    sandbox.write("a.http", &export(ExportFormat::Http, [&record]));
    let verdict = sandbox
        .verify(&["a.http", "--json"])
        .exits(0)
        .verdicts()
        .remove(0);
    assert_eq!(verdict["time"], "unknown");
    let run = sandbox
        .verify(&["a.http", "--json", "--now", "1791102031"])
        .exits(1);
    assert_eq!(run.verdicts()[0]["reason"], "timestamp_out_of_tolerance");
}
