//! Options that take an event: a slip of the pen must never wait in vain or forbid nothing.

use crate::support::Sandbox;

/// Every option that takes an event, with `EVENT` in its place.
const OPTIONS: [&str; 14] = [
    "listen --port 0 --events EVENT",
    "listen --port 0 --expect EVENT",
    "listen --port 0 --expect EVENT:2",
    "listen --port 0 --forbid EVENT",
    "listen --port 0 --respond-for EVENT=422",
    "verify --require-event EVENT",
    "replay --event EVENT",
    "deliveries list --event EVENT",
    "deliveries export --format har --event EVENT",
    "deliveries redact --event EVENT",
    "send --mix EVENT=2",
    "send --mix message.sent,EVENT",
    "send EVENT",
    "events EVENT",
];

#[test]
fn event_options_refuse_a_name_that_no_event_has() {
    for option in OPTIONS {
        let line = option.replace("EVENT", "message.inbund");
        let run = Sandbox::with_secret().cmd(&line).run().exits(2);
        run.says(&[
            "unknown event: message.inbund\n",
            "hint: did you mean `message.inbound`?\n",
        ]);
    }
    let run = Sandbox::with_secret()
        .cmd("listen --port 0 --json --forbid bounced")
        .run()
        .exits(2);
    run.says(&["did you mean `message.hard_bounced`?"]);
}

#[test]
fn event_options_refuse_a_glob_that_matches_no_event() {
    for option in &OPTIONS[..12] {
        let line = option.replace("EVENT", "mesage.*");
        let run = Sandbox::with_secret().cmd(&line).run().exits(2);
        run.says(&["no known event matches: mesage.*\n"]);
    }
}

#[test]
fn event_options_of_the_config_file_are_held_to_the_same() {
    let sandbox = Sandbox::with_secret();
    let webhook = "[[webhook]]\nname = \"a\"\nurl = \"http://localhost:9/\"\nevents = [\n  \"message.sent\",\n  \"message.deliverd\",\n]\n";
    sandbox.write("lettermint-hook.toml", webhook);
    for line in ["send message.sent", "webhooks"] {
        let run = sandbox.cmd(line).run();
        let run = run.exits(if line == "webhooks" { 1 } else { 2 });
        let said = format!("{}{}", run.out(), run.err());
        for part in [
            "lettermint-hook.toml:6: ",
            "unknown event: message.deliverd",
            "did you mean `message.delivered`?",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
