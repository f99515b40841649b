//! Handing on: what the handler gets, and what the sender gets back.

use std::io::Write as _;
use std::net::TcpListener;

use super::support::*;

const ANSWER: &[u8] = b"HTTP/1.1 422 Unprocessable Entity\r\nX-Reply: yes\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\nContent-Length: 5\r\n\r\n\xffno\r\n";

#[test]
fn bytes_and_headers_arrive_as_they_were_sent() {
    let handler =
        Handler::start(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    let listener = Listener::start(&["--forward-to", &handler.url()]);
    let binary: Vec<u8> = (0..=255).collect();
    for body in [
        // Each of these a parser and its writer would change.
        &b"{ \"id\" : \"d\", \"event\":\"a\", \"n\":1.50, \"big\":12345678901234567890, \"e\":1e-7 }\r\n"[..],
        b"{\"event\":\"a\",\"event\":\"b\",\"u\":\"\\u00e9\\/\xc3\xa9\",\"k\":{}}",
        b"\xef\xbb\xbf{\"event\":\"bom\"}",
        &binary,
        b"\r\n\r\n",
    ] {
        let request = signed(
            body,
            "X-Custom: One\r\nx-custom: two\r\nConnection: close, X-Hop\r\nX-Hop: gone\r\nKeep-Alive: 5\r\n",
        );
        let answer = listener.exchange(&request);
        assert_eq!(parse(&answer).0, 200, "{answer}");
        let got = handler.next();
        let split = got.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        assert_eq!(&got[split..], body);
        let head = String::from_utf8_lossy(&got[..split]).into_owned();
        let sent = String::from_utf8_lossy(&request).into_owned();
        assert!(head.starts_with("POST /handle HTTP/1.1\r\n"), "{head}");
        for line in sent.lines().filter(|line| line.starts_with("X-Lettermint") || line.starts_with("Content-Type")) {
            assert!(head.contains(line), "{line} in {head}");
        }
        assert!(head.contains("X-Custom: One\r\nx-custom: two\r\n"), "{head}");
        assert!(!head.contains("X-Hop") && !head.contains("Keep-Alive") && !head.contains("Host: localhost"), "{head}");
    }
}

#[test]
fn the_handler_answers() {
    let handler = Handler::start(ANSWER);
    let listener = Listener::start(&["--forward-to", &handler.url(), "--compact"]);
    let request = signed(BODY.as_bytes(), "Connection: close\r\n");
    let mut stream = listener.connect();
    std::io::Write::write_all(&mut stream, &request).unwrap();
    let mut answer = Vec::new();
    std::io::Read::read_to_end(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 422 "));
    assert!(answer.ends_with(b"\r\n\r\n\xffno\r\n"));
    let text = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(
        text.contains("x-reply: yes") && !text.contains("access-control"),
        "{text}"
    );
    let record = &listener.records()[0];
    assert_eq!(record["reply"]["status"], 422);
    assert_eq!(record["forward"]["status"], 422);
    assert_eq!(record["reply"]["body_base64"], "/25vDQo=");
    let ended = listener.stop();
    assert!(
        ended.stdout.contains("→ 422") && ended.stdout.contains("  handler "),
        "{}",
        ended.stdout
    );
    assert!(
        ended
            .stdout
            .contains("1 forwarded, 1 not accepted by the handler")
    );
}

#[test]
fn a_large_answer_comes_back_whole() {
    let body = vec![b'x'; 3_000_000];
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(&body);
    let handler = Handler::start(answer.leak());
    let listener = Listener::start(&["--forward-to", &handler.url()]);
    assert_eq!(listener.deliver(BODY.as_bytes()).1.len(), 3_000_000);
    let record = &listener.records()[0];
    assert_eq!(record["reply"]["body"].as_str().unwrap().len(), 64 * 1024);
    assert_eq!(record["reply"]["truncated"], true);
    // Closing with bytes unread must not cut the answer that is on its way.
    let mut request = signed(BODY.as_bytes(), "Connection: close\r\n");
    let last = request.pop().unwrap();
    let mut stream = listener.connect();
    stream.write_all(&request).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(50));
    stream.write_all(&[last, b'\r', b'\n']).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(parse(&read_all(stream)).1.len(), 3_000_000);
}

#[test]
fn what_does_not_verify_is_handed_on_unless_rejected() {
    let handler = Handler::start(ANSWER);
    let forged = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Lettermint-Signature: t=1,v1={}\r\nX-Lettermint-Delivery: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}",
        "0".repeat(64)
    );
    let listener = Listener::start(&["--forward-to", &handler.url()]);
    assert_eq!(parse(&listener.exchange(forged.as_bytes())).0, 422);
    assert!(String::from_utf8_lossy(&handler.next()).contains("t=1,v1=0000"));
    let strict = Listener::start(&["--forward-to", &handler.url(), "--reject-invalid"]);
    assert_eq!(parse(&strict.exchange(forged.as_bytes())).0, 401);
    assert!(handler.requests.try_recv().is_err());
}

#[test]
fn signed_anew_only_when_genuine() {
    let handler = Handler::start(ANSWER);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other"), "whsec_other\n").unwrap();
    let listener = Listener::start_in(
        folder,
        &[
            "--forward-to",
            &handler.url(),
            "--forward-signed-with",
            "file:other",
        ],
    );
    listener.deliver(BODY.as_bytes());
    let header = |request: Vec<u8>, name: &str| {
        let text = String::from_utf8_lossy(&request).into_owned();
        text.lines()
            .find_map(|line| line.strip_prefix(name).map(str::to_owned))
            .unwrap()
    };
    let got = handler.next();
    let signed_at = header(got.clone(), "X-Lettermint-Delivery: ");
    let expected = lettermint_hook::lettermint::SigningKey::from_bytes(b"whsec_other")
        .sign(signed_at.parse().unwrap(), BODY.as_bytes());
    assert_eq!(header(got, "X-Lettermint-Signature: "), expected);
    let forged = String::from_utf8(signed(BODY.as_bytes(), "Connection: close\r\n"))
        .unwrap()
        .replace("jane", "john");
    listener.exchange(forged.as_bytes());
    let untouched = header(handler.next(), "X-Lettermint-Signature: ");
    assert!(forged.contains(&untouched), "a forgery is not made genuine");
}

#[test]
fn a_handler_that_is_away_is_said_once() {
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = away.local_addr().unwrap().port();
    drop(away);
    let url = format!("http://127.0.0.1:{port}/handle");
    let listener = Listener::start(&["--forward-to", &url]);
    for _ in 0..3 {
        let (status, body) = listener.deliver(BODY.as_bytes());
        assert_eq!(status, 502);
        assert_eq!(
            body,
            format!(
                "{{\"error\":\"the handler could not be reached\",\"detail\":\"connection refused: tried 127.0.0.1:{port}\"}}"
            )
        );
    }
    let back = Handler::on(TcpListener::bind(("127.0.0.1", port)).unwrap(), ANSWER);
    assert_eq!(listener.deliver(BODY.as_bytes()).0, 422);
    back.next();
    let ended = listener.stop();
    assert_eq!(
        ended.stderr.matches("the handler is away").count(),
        1,
        "{}",
        ended.stderr
    );
    assert_eq!(
        ended
            .stderr
            .matches(&format!("the handler is back: {url}"))
            .count(),
        1
    );
}

#[test]
fn a_handler_that_hangs_is_a_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let listener = Listener::start(&["--forward-to", &url, "--forward-timeout", "200ms"]);
    assert_eq!(listener.deliver(BODY.as_bytes()).0, 504);
    assert!(
        listener
            .stop()
            .stdout
            .contains("hint: Lettermint waits 30 seconds")
    );
}

#[test]
fn only_this_machine_unless_allowed() {
    let run = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
            .args(["listen", "--port", "0", "--no-store"])
            .args(args)
            .env_clear()
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, said) = run(&["--forward-to", "http://192.0.2.1/"]);
    assert_eq!(code, Some(2));
    assert_eq!(
        said,
        "error: the endpoint is not on this machine: http://192.0.2.1/\nhint: `--allow-remote` permits it\n"
    );
    let (code, said) = run(&[
        "--forward-to",
        "http://localhost/",
        "--forward-signed-with",
        "whsec_x",
    ]);
    assert_eq!(code, Some(2));
    assert!(
        said.starts_with("error: --forward-signed-with takes env:NAME or file:PATH\n"),
        "{said}"
    );
}
