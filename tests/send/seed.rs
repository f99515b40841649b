//! `--seed`: the same bytes again.

use crate::support::{NOW, Receiver, Sandbox};

#[test]
fn send_seed_makes_the_same_bytes_again() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let mut sent = Vec::new();
    for seed in [1, 1, 2] {
        let line = format!("send --all --now {NOW} --seed {seed} --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0);
        let bodies: Vec<_> = receiver
            .take()
            .into_iter()
            .map(|request| (request.head, request.body))
            .collect();
        assert_eq!(bodies.len(), 22);
        sent.push(bodies);
    }
    assert_eq!(sent[0], sent[1]);
    for (one, other) in sent[0].iter().zip(&sent[2]) {
        assert_ne!(one.1, other.1, "another seed draws other ids");
    }
}

#[test]
fn send_without_a_seed_every_delivery_has_its_own_id() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let line = format!("send message.sent message.sent --to {}", receiver.url);
    let run = sandbox.cmd(&line).arg("--json").run().exits(0);
    let lines = run.json_lines();
    assert_ne!(lines[0]["id"], lines[1]["id"]);
}
