//! A server that records what is sent to it to the byte and answers by script.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use socket2::SockRef;

use super::http::{Message, read_message};
use super::{PATIENCE, SECRET, signature};

/// What is done with one request.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    bytes: Vec<u8>,
    delay: Duration,
    by_byte: bool,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Reads the next request.
    Continue,
    Close,
    /// Closes the connection so that the other side sees a reset.
    Reset,
    /// Keeps the connection open until the other side closes it.
    Stall,
}

impl Answer {
    /// A status with a small body, where it can have one.
    pub(crate) fn status(status: u16) -> Self {
        let rest = match status {
            204 | 304 => "\r\n",
            _ => "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nok",
        };
        Self::bytes(format!("HTTP/1.1 {status} Whatever\r\n{rest}"))
    }

    /// These bytes, then the connection stays open.
    pub(crate) fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            delay: Duration::ZERO,
            by_byte: false,
            then: Then::Continue,
        }
    }

    /// The connection is closed without an answer.
    pub(crate) fn close() -> Self {
        Self::bytes("").closing()
    }

    /// The connection is reset without an answer.
    pub(crate) fn reset() -> Self {
        let then = Then::Reset;
        Self {
            then,
            ..Self::bytes("")
        }
    }

    /// Nothing, until the other side gives up.
    pub(crate) fn silence() -> Self {
        Self::bytes("").stalling()
    }

    /// The connection is closed after it.
    pub(crate) fn closing(self) -> Self {
        let then = Then::Close;
        Self { then, ..self }
    }

    /// Nothing more comes after it, until the other side gives up.
    pub(crate) fn stalling(self) -> Self {
        let then = Then::Stall;
        Self { then, ..self }
    }

    /// It is written byte by byte.
    pub(crate) fn by_byte(self) -> Self {
        let by_byte = true;
        Self { by_byte, ..self }
    }

    /// The handler takes its time.
    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

/// One request as it was on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Request line and header lines, without the empty line.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Head and body.
    pub(crate) bytes: Vec<u8>,
    /// When its last byte came.
    pub(crate) arrived: Instant,
}

impl Request {
    fn read(stream: &mut impl Read) -> Option<Self> {
        let mut rest = Vec::new();
        let Message { head, body } = read_message(stream, &mut rest)?;
        // One request is answered before the next is sent.
        assert!(rest.is_empty(), "more than one request at a time");
        let text = String::from_utf8_lossy(&head);
        Some(Self {
            head: text.trim_end_matches("\r\n").to_owned(),
            bytes: [&head[..], &body].concat(),
            body,
            arrived: Instant::now(),
        })
    }

    /// The header lines in order.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.head.split("\r\n").skip(1).collect()
    }

    /// The value of the only header of this name, in this case.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let values: Vec<_> = self
            .lines()
            .into_iter()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .collect();
        assert_eq!(values.len(), 1, "{name} in: {}", self.head);
        values[0]
    }

    /// `X-Lettermint-Event`.
    #[track_caller]
    pub(crate) fn event(&self) -> &str {
        self.header("X-Lettermint-Event")
    }

    /// The seconds in `X-Lettermint-Delivery`.
    #[track_caller]
    pub(crate) fn signed_at(&self) -> i64 {
        self.header("X-Lettermint-Delivery").parse().unwrap()
    }

    #[track_caller]
    pub(crate) fn payload(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The payload's id.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.payload()["id"].as_str().unwrap().to_owned()
    }

    /// Whether the signature is the one that this secret makes.
    #[track_caller]
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let expected = signature(secret, self.header("X-Lettermint-Delivery"), &self.body);
        self.header("X-Lettermint-Signature") == expected
    }

    /// Asserts that an SDK would take it in the second of its signing.
    #[track_caller]
    pub(crate) fn assert_genuine(&self) {
        assert!(self.is_signed_with(SECRET), "{}", self.head);
        assert_eq!(self.payload()["event"], self.event());
    }
}

type Script = dyn Fn(usize, &Request) -> Answer + Send + Sync;

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    arrived: Condvar,
    connections: AtomicUsize,
}

/// The server. A test that started one and never had it called fails.
pub(crate) struct Receiver {
    /// With a path, ready for `--to`.
    pub(crate) url: String,
    certificate: String,
    seen: Arc<Seen>,
    /// How many requests were taken by [`Receiver::request`] and [`Receiver::take`].
    taken: Mutex<usize>,
    /// Whether it must be called; a call is a mistake when false, and either is fine when `None`.
    wanted: Option<bool>,
}

impl Receiver {
    /// Answers 200 to everything.
    pub(crate) fn ok() -> Self {
        Self::statuses([200])
    }

    /// Answers with these statuses in turn, then with the last again and again.
    pub(crate) fn statuses(statuses: impl IntoIterator<Item = u16>) -> Self {
        Self::answering(statuses.into_iter().map(Answer::status))
    }

    /// Answers in this order, then with the last again and again.
    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers: Vec<Answer> = answers.into_iter().collect();
        Self::scripted(move |number, _| answers[number.min(answers.len() - 1)].clone())
    }

    /// Answers each request, numbered from 0 in order of arrival, as the script says.
    pub(crate) fn scripted(
        script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), script)
    }

    /// The same at a given port.
    pub(crate) fn on(
        listener: TcpListener,
        script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(listener, script, |stream| stream)
    }

    /// Must not be called.
    pub(crate) fn unwanted() -> Self {
        Self::ok().expecting(Some(false))
    }

    /// May be called or not.
    pub(crate) fn optional() -> Self {
        Self::ok().expecting(None)
    }

    fn expecting(mut self, wanted: Option<bool>) -> Self {
        self.wanted = wanted;
        self
    }

    /// Answers 200 over TLS, with a certificate that nobody else knows.
    pub(crate) fn tls() -> Self {
        Self::tls_for(&["localhost", "127.0.0.1"], |_| {})
    }

    /// The same with a certificate for these names, made different.
    pub(crate) fn tls_for(names: &[&str], change: impl Fn(&mut CertificateParams)) -> Self {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key))
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let answer = |_: usize, _: &Request| Answer::status(200);
        let mut receiver = Self::start(listener, answer, move |stream| {
            StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream)
        });
        receiver.url = receiver
            .url
            .replace("http://127.0.0.1", "https://localhost");
        receiver.certificate = certificate.pem();
        receiver
    }

    fn start<S: Read + Write>(
        listener: TcpListener,
        script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static,
        wrap: impl Fn(TcpStream) -> S + Send + Sync + 'static,
    ) -> Self {
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        let script: Arc<Script> = Arc::new(script);
        let wrap = Arc::new(wrap);
        // It ends with the test program; nothing waits for it.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (seen, script) = (Arc::clone(&shared), Arc::clone(&script));
                let wrap = Arc::clone(&wrap);
                thread::spawn(move || {
                    serve(&stream, wrap(stream.try_clone().unwrap()), &seen, &*script)
                });
            }
        });
        Self {
            url,
            certificate: String::new(),
            seen,
            taken: Mutex::new(0),
            wanted: Some(true),
        }
    }

    /// The next request.
    #[track_caller]
    pub(crate) fn request(&self) -> Request {
        let mut taken = self.taken.lock().unwrap();
        *taken += 1;
        self.wait_for(*taken).remove(*taken - 1)
    }

    /// The requests that came since the last that was taken; after the sender has ended, all.
    pub(crate) fn take(&self) -> Vec<Request> {
        let mut taken = self.taken.lock().unwrap();
        let requests = self.requests().split_off(*taken);
        *taken += requests.len();
        requests
    }

    /// All requests that came, whether taken or not.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Request> {
        let requests = self.seen.requests.lock().unwrap();
        let few = |requests: &mut Vec<Request>| requests.len() < count;
        let arrived = self
            .seen
            .arrived
            .wait_timeout_while(requests, PATIENCE, few);
        let requests = arrived.unwrap().0.clone();
        assert!(
            requests.len() >= count,
            "{} of {count} came",
            requests.len()
        );
        requests
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// The port.
    pub(crate) fn port(&self) -> &str {
        let start = self.url.rfind(':').unwrap() + 1;
        self.url[start..].trim_end_matches("/hook")
    }

    /// The certificate of one that speaks TLS, in PEM.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let calls = self.connections();
        let right = self.wanted.is_none_or(|wanted| wanted == (calls > 0));
        assert!(right, "{} was called {calls} times", self.url);
    }
}

fn serve(tcp: &TcpStream, mut stream: impl Read + Write, seen: &Seen, script: &Script) {
    tcp.set_nodelay(true).unwrap();
    while let Some(request) = Request::read(&mut stream) {
        let mut requests = seen.requests.lock().unwrap();
        let number = requests.len();
        requests.push(request.clone());
        drop(requests);
        seen.arrived.notify_all();
        let answer = script(number, &request);
        thread::sleep(answer.delay);
        let piece = if answer.by_byte { 1 } else { usize::MAX };
        for piece in answer.bytes.chunks(piece) {
            // A sender that has gone away is not this server's trouble.
            let _ = stream.write_all(piece);
        }
        match answer.then {
            Then::Continue => continue,
            Then::Close => {}
            Then::Reset => SockRef::from(tcp).set_linger(Some(Duration::ZERO)).unwrap(),
            Then::Stall => {
                let _ = stream.read_to_end(&mut Vec::new());
            }
        }
        if answer.then != Then::Reset {
            let _ = tcp.shutdown(Shutdown::Both);
        }
        return;
    }
}

/// A port of 127.0.0.1 where connections are refused for as long as this value lives: it is
/// taken by a connection's own end, so that nobody else can listen there.
#[derive(Debug)]
pub(crate) struct RefusingPort {
    port: u16,
    _ends: (TcpListener, TcpStream),
}

impl RefusingPort {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        Self {
            port: stream.local_addr().unwrap().port(),
            _ends: (listener, stream),
        }
    }

    /// With a path, ready for `--to`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}
