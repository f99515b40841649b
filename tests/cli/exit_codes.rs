//! Exit codes are what scripts branch on: each by a real run.

use rustix::process::Signal;

use crate::support::{Answer, Listener, Receiver, RefusingPort, Sandbox};

#[test]
fn exit_code_0_when_everything_was_right() {
    let sandbox = Sandbox::with_secret();
    for line in [
        "events",
        "retries",
        "secret new",
        "secret check --secret whsec_a",
    ] {
        sandbox.cmd(line).run().exits(0);
    }
    let receiver = Receiver::ok();
    sandbox
        .cmd(&format!("send message.sent --to {}", receiver.url))
        .run()
        .exits(0);
}

#[test]
fn exit_code_1_when_the_answer_is_no() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", "{}");
    sandbox
        .cmd("verify --body body.json --signature t=1,v1=00")
        .run()
        .exits(1);
    sandbox
        .cmd("secret check --secret unprefixed")
        .run()
        .exits(1);
    let receiver = Receiver::answering([Answer::status(500)]);
    let to = &receiver.url;
    sandbox
        .cmd(&format!("send message.sent --to {to}"))
        .run()
        .exits(1);
    // Only received deliveries are replayed, and there are none.
    sandbox.cmd(&format!("replay --to {to}")).run().exits(1);
}

#[test]
fn exit_code_2_when_the_command_line_is_wrong() {
    let sandbox = Sandbox::new();
    for line in [
        "",
        "sned",
        "send --bogus",
        "send",
        "send message.snet --secret x",
        "send message.sent",
        "send message.sent --attempt 0 --secret whsec_a",
        "send message.sent --timeout soon --secret whsec_a",
        "send message.sent --now noon --secret whsec_a",
        "send message.sent -H nonsense --secret whsec_a",
        "send message.sent --set data --secret whsec_a",
        "replay --last many",
        "verify",
        "sign",
        "events message.snet",
        "events --fields",
        "retries --max-attempts 14",
        "listen --port 70000",
        "listen --compact --full",
        "secret",
        "completions tcsh",
        "man sned",
    ] {
        let run = sandbox.cmd(line).run().exits(2);
        assert!(run.stdout.is_empty(), "{}", run.transcript());
        assert!(!run.stderr.is_empty(), "{}", run.transcript());
    }
}

#[test]
fn exit_code_3_when_it_could_not_run() {
    let sandbox = Sandbox::with_secret();
    let nobody = RefusingPort::new();
    for line in [
        "verify",
        "verify missing.ndjson",
        "sign --body missing.json",
        "send --body missing.json",
        "replay missing.ndjson",
        "listen --port 0 --store /dev/null/store",
        "secret check --secret-file missing.txt",
        &format!("send message.sent --to {}", nobody.url()),
        "send message.sent --to https://127.0.0.1:1/ --cacert missing.pem",
    ] {
        sandbox.cmd(line).run().exits(3);
    }
}

#[test]
fn exit_code_130_when_interrupted() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    listener.interrupt();
    listener.finish().exits(130);
}

#[test]
fn exit_code_143_and_129_when_told_to_terminate_and_hung_up() {
    let sandbox = Sandbox::with_secret();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        // One delivery that is waited for, and many.
        for line in ["--retry", "--count 9"] {
            let receiver = Receiver::answering([Answer::silence()]);
            let line = format!("send message.sent --json {line} --to {}", receiver.url);
            let running = sandbox.cmd(&line).start();
            receiver.request();
            running.signal(signal);
            running.finish().exits(code);
        }
    }
}

#[test]
fn exit_code_1_when_the_endpoint_answers_badly() {
    let sandbox = Sandbox::with_secret();
    for (reply, code) in [
        (Answer::status(302), 1),
        (Answer::close(), 1),
        (Answer::reset(), 1),
        (Answer::bytes(b"SSH-2.0-OpenSSH_9.6\r\n").closing(), 1),
    ] {
        let receiver = Receiver::answering([reply]);
        sandbox
            .cmd(&format!("send message.sent --to {}", receiver.url))
            .run()
            .exits(code);
    }
}
