//! `--wait`: an endpoint that is about to start.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

use crate::support::{Answer, Receiver, RefusingPort, Sandbox};

#[test]
fn send_wait_sends_once_connections_are_accepted() {
    for options in ["", "--count 2"] {
        // A port that is bound refuses connections until somebody listens.
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket
            .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
            .unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        let sandbox = Sandbox::with_secret();
        let line = format!("send message.sent {options} --wait 1m --to http://{address}/hook");
        let mut running = sandbox.cmd(&line).start();
        let waiting = running.next_message();
        assert!(waiting.contains("waiting up to "), "{waiting}");
        socket.listen(16).unwrap();
        let receiver = Receiver::on(socket.into(), |_, _| Answer::status(200));
        receiver.request();
        running
            .finish()
            .exits(0)
            .says(&["accepts connections after"]);
    }
}

#[test]
fn send_wait_for_an_endpoint_that_is_there_says_nothing() {
    let receiver = Receiver::ok();
    let line = format!("send message.sent --wait 30s --to {}", receiver.url);
    let run = Sandbox::with_secret().cmd(&line).run().exits(0);
    assert_eq!(run.err(), "");
}

#[test]
fn send_and_replay_wait_in_vain_is_exit_3() {
    let nobody = RefusingPort::new();
    let sandbox = Sandbox::with_secret();
    let url = nobody.url();
    sandbox
        .cmd(&format!("send message.sent --to {url}"))
        .run()
        .exits(3);
    for line in [
        "send message.sent",
        "send message.sent --count 3",
        "replay --direction sent",
        "replay --direction sent -c 2",
    ] {
        let run = sandbox
            .cmd(&format!("{line} --wait 100ms --to {url}"))
            .run();
        run.exits(3)
            .says(&["no connection within 100 ms: ", "connection refused"]);
    }
    assert_eq!(sandbox.records().len(), 1, "nothing was sent");
}

#[test]
fn send_wait_is_interrupted() {
    let nobody = RefusingPort::new();
    let line = format!("send message.sent --wait 1h --to {}", nobody.url());
    let sandbox = Sandbox::with_secret();
    let mut running = sandbox.cmd(&line).start();
    running.next_message();
    running.interrupt();
    running.finish().exits(130);
}
