//! `--awkward`: genuine, and reproduced by nobody who parses and encodes again.

use crate::support::{Answer, EVENTS, Listener, Receiver, Sandbox, run_tool};

fn body(event: &str) -> String {
    let line = format!("send {event} --awkward --print body");
    Sandbox::with_secret().cmd(&line).run().exits(0).out()
}

#[test]
fn send_awkward_has_what_encoders_disagree_on() {
    let body = body("message.policy_rejected");
    for part in [
        r#""metadata":{"10":"ten","2":"two","1":"one","#,
        r"\u2028",
        "é",
        "</b> & <more> on a/b",
        ":9007199254740993,",
        r#""score":1,"#,
        r#""score":1.0e-7,"#,
        r#""options":[]"#,
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[test]
fn send_awkward_is_not_reproduced_by_other_encoders() {
    let body = body("message.delivered");
    let python = |options: &str| {
        format!(
            "import json,sys; print(json.dumps(json.loads(sys.stdin.buffer.read()){options}),end='')"
        )
    };
    let compact = ",separators=(',',':')";
    let unicode = format!("{compact},ensure_ascii=False");
    let javascript =
        "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0,'utf8'))))";
    for (program, option, script) in [
        ("python3", "-c", python("")),
        ("python3", "-c", python(compact)),
        ("python3", "-c", python(&unicode)),
        ("node", "-e", javascript.to_owned()),
    ] {
        let written = run_tool(program, &[option, &script], body.as_bytes());
        assert!(!written.is_empty());
        assert_ne!(written, body.as_bytes(), "{program} {script}");
    }
}

#[test]
fn send_awkward_is_genuine() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "");
    let line = format!(
        "send message.* webhook.test --awkward --to {}",
        listener.url()
    );
    sandbox.cmd(&line).run().exits(0);
    listener.stop();
    sandbox.cmd("verify --now received").run().exits(0);
}

#[test]
fn send_all_ends_with_an_awkward_delivery() {
    let events = EVENTS
        .iter()
        .filter(|event| event.sample_json().is_some())
        .count();
    for (options, more, awkward) in [("", 1, 1), ("--no-awkward", 0, 0), ("--awkward", 1, 20)] {
        let receiver = Receiver::ok();
        Sandbox::with_secret()
            .cmd(&format!("send --all {options} --to {}", receiver.url))
            .run()
            .exits(0);
        let requests = receiver.requests();
        assert_eq!(requests.len(), events + more, "{options}");
        let separator = |body: &[u8]| String::from_utf8_lossy(body).contains(r"\u2028");
        let found = requests
            .iter()
            .filter(|request| separator(&request.body))
            .count();
        assert_eq!(found, awkward, "{options}");
        requests.iter().for_each(|request| request.assert_genuine());
    }
}

#[test]
fn send_all_blames_the_bytes_when_only_the_awkward_one_is_refused() {
    let encodes_again = Receiver::scripted(|_, request| {
        match String::from_utf8_lossy(&request.body).contains(r"\u2028") {
            true => Answer::status(401),
            false => Answer::status(200),
        }
    });
    let line = format!("send --all --no-store --to {}", encodes_again.url);
    let run = Sandbox::with_secret().cmd(&line).run().exits(1);
    run.prints(&[
        "  attempt 1  awkward\n",
        "hint: it accepted others that were signed with the same secret, so that is hardly at fault",
    ]);
    run.lacks("another secret");
}

#[test]
fn send_awkward_keeps_what_is_set() {
    let receiver = Receiver::ok();
    let line = "message.sent --awkward --set data.subject=plain";
    Sandbox::with_secret().send(&receiver.url, line).exits(0);
    assert_eq!(receiver.request().payload()["data"]["subject"], "plain");
}

#[test]
fn send_awkward_refuses_events_without_such_a_field() {
    let receiver = Receiver::unwanted();
    for (line, words) in [
        (
            "suppression.added --awkward",
            "--awkward changes no field of suppression.added",
        ),
        ("message.snet --awkward", "did you mean `message.sent`?"),
        (
            "message.sent --awkward --count 2",
            "bulk sending does not go with --awkward",
        ),
        ("message.sent --no-awkward", "--no-awkward"),
    ] {
        let run = Sandbox::with_secret().send(&receiver.url, line);
        run.exits(2).says(&[words]);
    }
}
