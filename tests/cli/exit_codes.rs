//! Exit codes are what scripts branch on: each by a real run.

use lettermint_hook::exit::ExitCode;

use crate::support::{Listener, Receiver, RefusingPort, Reply, Sandbox};

#[test]
fn zero_when_everything_was_as_it_should_be() {
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
fn one_when_the_answer_is_no() {
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
    let receiver = Receiver::replying([Reply::Status(500)]);
    let to = &receiver.url;
    sandbox
        .cmd(&format!("send message.sent --to {to}"))
        .run()
        .exits(1);
    // Only received deliveries are replayed, and there are none.
    sandbox.cmd(&format!("replay --to {to}")).run().exits(1);
}

#[test]
fn two_when_the_command_line_is_wrong() {
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
fn three_when_it_could_not_run() {
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
fn one_hundred_and_thirty_when_interrupted() {
    let listener = Listener::start(&Sandbox::new(), "");
    listener.stop().exits(ExitCode::Interrupted.number().into());
}

#[test]
fn somebody_who_answers_badly_is_no_and_nobody_at_all_is_could_not_run() {
    let sandbox = Sandbox::with_secret();
    for (reply, code) in [
        (Reply::Status(302), 1),
        (Reply::Close, 1),
        (Reply::Reset, 1),
        (Reply::Last(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), 1),
    ] {
        let receiver = Receiver::replying([reply]);
        sandbox
            .cmd(&format!("send message.sent --to {}", receiver.url))
            .run()
            .exits(code);
    }
}
