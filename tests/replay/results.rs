//! How a replay ends: deliveries that fail, and none at all.

use super::select::store;
use crate::support::{Receiver, RefusingPort, Sandbox};

#[test]
fn replay_of_nothing_is_exit_1_with_a_hint() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::unwanted();
    for options in [
        "--event message.clicked",
        "--since 2027-01-01T00:00:00Z",
        "--last 0",
    ] {
        let line = format!("replay {options} --to {}", receiver.url);
        let run = sandbox.cmd(&line).run().exits(1);
        run.says(&[
            "nothing was selected",
            ": 6",
            "hint: 1 is sent, not received",
        ]);
    }
}

#[test]
fn replay_continues_after_a_failure() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::statuses([200, 500, 200]);
    let run = sandbox
        .cmd(&format!("replay --to {}", receiver.url))
        .run()
        .exits(1);
    assert_eq!(receiver.requests().len(), 4);
    run.prints(&["3 of 4 deliveries delivered"]);
}

#[test]
fn replay_to_a_refusing_port_is_exit_3() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let nobody = RefusingPort::new();
    let run = sandbox.cmd(&format!("replay --to {}", nobody.url())).run();
    run.exits(3).prints(&["0 of 4 deliveries delivered"]);
}

#[test]
fn replay_no_store_needs_a_source() {
    let run = Sandbox::with_secret()
        .cmd("replay --no-store")
        .run()
        .exits(2);
    run.says(&["--no-store leaves nothing to replay", "hint: "]);
}
