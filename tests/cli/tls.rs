//! `https://` on loopback with a certificate of one's own.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::{BODY, NOW, PATIENCE, SECRET, Sandbox, contains, signature};

/// A server with a self-made certificate that answers every whole request with 200.
struct TlsReceiver {
    port: u16,
    certificate: String,
    requests: mpsc::Receiver<Vec<u8>>,
}

impl TlsReceiver {
    fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = mpsc::channel();
        // The thread ends with the test program; nothing waits for it.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let mut request = Vec::new();
                let mut piece = [0; 4096];
                // A handshake that the client refuses ends here too.
                while let Ok(count @ 1..) = stream.read(&mut piece) {
                    request.extend_from_slice(&piece[..count]);
                    if request.ends_with(BODY) {
                        let _ = sender.send(std::mem::take(&mut request));
                        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    }
                }
            }
        });
        Self {
            port,
            certificate: made.cert.pem(),
            requests,
        }
    }

    fn send(&self, sandbox: &Sandbox, more: &str) -> crate::support::Run {
        sandbox.write("body.json", BODY);
        sandbox.write("ca.pem", &self.certificate);
        let to = format!("https://localhost:{}/hook", self.port);
        let line = format!("send --body body.json --now {NOW} --to {to} {more}");
        sandbox.cmd(&line).run()
    }
}

#[test]
fn a_certificate_of_ones_own_is_refused_with_a_hint() {
    let server = TlsReceiver::start();
    let run = server.send(&Sandbox::with_secret(), "").exits(3);
    run.prints(&["TLS failed", "hint: ", "`--cacert FILE`"]);
    assert!(server.requests.try_recv().is_err());
}

#[test]
fn it_is_accepted_when_it_is_named_or_when_anything_is() {
    let server = TlsReceiver::start();
    let sandbox = Sandbox::with_secret();
    for more in ["--cacert ca.pem", "--insecure"] {
        server.send(&sandbox, more).exits(0);
        let request = server.requests.recv_timeout(PATIENCE).unwrap();
        let signed = signature(SECRET, &NOW.to_string(), BODY);
        for line in [
            "POST /hook HTTP/1.1\r\n".to_owned(),
            format!("X-Lettermint-Signature: {signed}\r\n"),
            format!("X-Lettermint-Delivery: {NOW}\r\n"),
            "User-Agent: Lettermint/1.0\r\n".to_owned(),
            "Content-Type: application/json\r\n".to_owned(),
        ] {
            let text = String::from_utf8_lossy(&request);
            assert!(contains(&request, line.as_bytes()), "{line}{text}");
        }
    }
}

#[test]
fn a_file_without_a_certificate_is_said() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("empty.pem", "nothing");
    let line = "send message.sent --to https://127.0.0.1:1/ --cacert empty.pem";
    let run = sandbox.cmd(line).run().exits(3);
    run.says(&["--cacert holds no PEM certificate: empty.pem"]);
}

#[test]
fn plain_http_on_a_tls_port_and_tls_on_a_plain_port_are_told_apart() {
    let server = TlsReceiver::start();
    let sandbox = Sandbox::with_secret();
    let to = format!("http://localhost:{}/", server.port);
    let run = sandbox.cmd(&format!("send message.sent --to {to}")).run();
    assert!(matches!(run.code(), Some(1 | 3)), "{}", run.transcript());
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            let _ = stream.read(&mut [0; 16]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let to = format!("https://127.0.0.1:{port}/");
    let run = sandbox.cmd(&format!("send message.sent --to {to}")).run();
    run.exits(3).prints(&["TLS failed"]);
}
