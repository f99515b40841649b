//! `--port` and `--host`.

use crate::support::{RefusingPort, Sandbox};

#[test]
fn listen_port_in_use_names_the_options_that_help() {
    let taken = RefusingPort::new();
    let sandbox = Sandbox::new();
    let line = format!("listen --port {}", taken.port());
    sandbox.cmd(&line).run().exits(3).says(&[
        &format!("127.0.0.1:{}", taken.port()),
        "address already in use",
        "`--port 0`",
        "`--port N`",
    ]);
}

#[test]
fn listen_host_of_another_machine_is_refused() {
    let run = Sandbox::new()
        .cmd("listen --port 0 --host 192.0.2.1")
        .run()
        .exits(3);
    run.says(&["192.0.2.1", "hint: `--host`"]);
}
