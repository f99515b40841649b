//! A server on a raw socket: it records every byte that comes and writes what its script says.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use lettermint_hook::lettermint::verification::SignedHeaders;
use lettermint_hook::lettermint::{Header, Headers, Secret, Tolerance, Verdict, Verifier};
use serde_json::Value;

use super::SECRET;

/// No test waits longer for a request.
const LIMIT: Duration = Duration::from_secs(60);

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Head and body.
    pub(crate) bytes: Vec<u8>,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    /// When its last byte came.
    pub(crate) arrived: Instant,
}

impl Request {
    /// Reads requests off a connection. `None` at its end.
    pub(crate) fn read(stream: &mut impl Read) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        loop {
            if let Some((head, headers)) = parse_head(&bytes) {
                let length = headers.text("content-length").unwrap_or("0");
                let whole = head + length.parse::<usize>().unwrap();
                // One request is answered before the next is sent.
                assert!(bytes.len() <= whole, "more than one request at a time");
                if bytes.len() == whole {
                    return Some(Self {
                        body: bytes[head..].to_vec(),
                        bytes,
                        headers,
                        arrived: Instant::now(),
                    });
                }
            }
            match stream.read(&mut chunk) {
                Ok(0) | Err(_) => return None,
                Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            }
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.text(name).unwrap()
    }

    /// The seconds in `X-Lettermint-Delivery`.
    pub(crate) fn signed_at(&self) -> i64 {
        self.header("x-lettermint-delivery").parse().unwrap()
    }

    pub(crate) fn payload(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn id(&self) -> String {
        self.payload()["id"].as_str().unwrap().to_owned()
    }

    /// What Lettermint's SDKs would say of it at the moment of signing.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verdict_with(SECRET)
    }

    /// The same with another secret.
    pub(crate) fn verdict_with(&self, secret: &str) -> Verdict {
        let secret = Secret::new(secret).unwrap();
        let verifier = Verifier::new([&secret], Tolerance::default());
        let signed = SignedHeaders::of(&self.headers);
        verifier.verify(signed, &self.body, Some(self.signed_at()))
    }

    #[track_caller]
    pub(crate) fn assert_genuine(&self) {
        assert_eq!(self.verdict().reason, None);
        let event = self.payload()["event"].clone();
        assert_eq!(event.as_str(), self.headers.text("x-lettermint-event"));
    }
}

fn parse_head(bytes: &[u8]) -> Option<(usize, Headers)> {
    let mut lines = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut lines);
    let httparse::Status::Complete(head) = request.parse(bytes).unwrap() else {
        return None;
    };
    let headers = request.headers.iter();
    let headers = headers.map(|line| Header::new(line.name, line.value));
    Some((head, headers.collect()))
}

/// What a receiver does with a request.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    bytes: Vec<u8>,
    delay: Duration,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Reads the next request.
    Continue,
    Close,
    /// Keeps the connection open until the other end closes it.
    Wait,
}

impl Answer {
    /// An empty answer.
    pub(crate) fn status(status: u16) -> Self {
        Self::raw(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"))
    }

    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            delay: Duration::ZERO,
            then: Then::Continue,
        }
    }

    /// Nothing, for as long as the other end has patience.
    pub(crate) fn silence() -> Self {
        Self {
            then: Then::Wait,
            ..Self::raw("")
        }
    }

    /// Nothing, and the connection is closed.
    pub(crate) fn hang_up() -> Self {
        Self::raw("").closing()
    }

    pub(crate) fn closing(self) -> Self {
        Self {
            then: Then::Close,
            ..self
        }
    }

    /// Lets the sender wait.
    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

type Script = dyn Fn(usize, &Request) -> Answer + Send + Sync;

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    arrived: Condvar,
    connections: AtomicUsize,
}

/// A server that answers by a script.
pub(crate) struct Receiver {
    url: String,
    seen: Arc<Seen>,
}

impl Receiver {
    /// Answers each request, numbered from 0 in order of arrival, as the script says.
    pub(crate) fn scripted(
        script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let script: Arc<Script> = Arc::new(script);
        let shared = Arc::clone(&seen);
        // It ends with the test's process; a listener without visitors costs nothing.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let (seen, script) = (Arc::clone(&shared), Arc::clone(&script));
                thread::spawn(move || serve(stream, &seen, &*script));
            }
        });
        Self { url, seen }
    }

    /// Answers with these statuses in turn, the last of them for ever.
    pub(crate) fn statuses(statuses: &'static [u16]) -> Self {
        Self::scripted(|number, _| Answer::status(statuses[number.min(statuses.len() - 1)]))
    }

    pub(crate) fn ok() -> Self {
        Self::statuses(&[200])
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Waits until so many requests came.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Request> {
        let requests = self.seen.requests.lock().unwrap();
        let (requests, late) = self
            .seen
            .arrived
            .wait_timeout_while(requests, LIMIT, |requests| requests.len() < count)
            .unwrap();
        assert!(!late.timed_out(), "{} of {count} came", requests.len());
        requests.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }
}

fn serve(mut stream: TcpStream, seen: &Seen, script: &Script) {
    stream.set_nodelay(true).unwrap();
    while let Some(request) = Request::read(&mut stream) {
        let mut requests = seen.requests.lock().unwrap();
        let number = requests.len();
        requests.push(request.clone());
        drop(requests);
        seen.arrived.notify_all();
        let answer = script(number, &request);
        thread::sleep(answer.delay);
        // A sender that has gone away is not this server's trouble.
        let _ = stream.write_all(&answer.bytes);
        match answer.then {
            Then::Continue => {}
            Then::Close => return,
            Then::Wait => {
                let _ = stream.read_to_end(&mut Vec::new());
                return;
            }
        }
    }
}
