//! Nothing leaves this machine unless the user says so.

use crate::support::{Hook, Receiver};

#[test]
fn addresses_outside_are_refused_before_anything_is_sent() {
    for url in [
        "http://10.0.0.1/",
        "http://192.0.2.1:8080/hook",
        "http://[2001:db8::1]/",
        "http://[::ffff:10.0.0.1]/",
        "https://192.0.2.1/",
        "http://0.0.0.0:3000/",
    ] {
        for bulk in [&[][..], &["--count", "2"]] {
            let hook = Hook::new();
            let args = [&["message.sent"], bulk].concat();
            let outcome = hook.send(url, &args).exits(2);
            assert!(
                outcome.stderr.contains("not on this machine"),
                "{}",
                outcome.stderr
            );
            assert!(outcome.stderr.contains("`--allow-remote` permits it"));
            assert!(hook.records().is_empty());
        }
    }
}

#[test]
fn every_way_to_write_loopback_is_this_machine() {
    let receiver = Receiver::ok();
    let port = receiver.url().rsplit(':').next().unwrap().to_owned();
    for host in [
        "localhost",
        "LOCALHOST",
        "app.localhost",
        "127.0.0.1",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
    ] {
        let url = format!("http://{host}:{port}");
        Hook::new().send(&url, &["message.sent"]).exits(0);
    }
    assert_eq!(receiver.requests().len(), 6);
}

#[test]
fn localhost_says_both_addresses_it_tried() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("http://localhost:{port}/");
    let outcome = Hook::new().send(&url, &["message.sent"]).exits(3);
    let error = outcome.attempts()[0]["error"].as_str().unwrap().to_owned();
    for tried in [format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert!(error.contains(&tried), "{error}");
    }
}

#[test]
fn what_is_no_endpoint_is_refused() {
    for url in [
        "localhost:3000",
        "ftp://localhost/",
        "http://user:sesame@localhost/",
        "http://localhost/#top",
    ] {
        let outcome = Hook::new().send(url, &["message.sent"]).exits(2);
        assert!(outcome.stderr.contains("--to"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("hint"), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("sesame"), "{}", outcome.stderr);
    }
}
