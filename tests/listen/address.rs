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

#[test]
fn listen_host_that_the_network_can_reach_draws_a_warning() {
    for host in ["0.0.0.0", "::"] {
        let line = format!("listen --port 0 --host {host} --no-store --timeout 10ms");
        let run = Sandbox::new().cmd(&line).run().exits(0);
        run.says(&["warning: other machines can reach this listener: "]);
    }
    let quiet = "listen --port 0 --host 127.0.0.2 --no-store -- true";
    Sandbox::new()
        .cmd(quiet)
        .run()
        .exits(0)
        .lacks("other machines");
}
