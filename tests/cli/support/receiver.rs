//! A server that takes down what is sent to it to the byte and answers by script.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{PATIENCE, contains};

/// What is done with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status with a small body.
    Status(u16),
    /// These bytes, then the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, then the connection is closed.
    Last(Vec<u8>),
    /// The connection is closed without an answer.
    Close,
    /// The connection is reset with the request half read.
    Reset,
    /// Nothing, until the other side gives up.
    Silence,
    /// These bytes, then nothing until the other side gives up.
    Stall(Vec<u8>),
    /// Byte by byte.
    Trickle(Vec<u8>),
}

/// One request as it was on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Request line and header lines, without the empty line.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The header lines in order.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.head.split("\r\n").skip(1).collect()
    }

    /// The value of the only header of this name, in this case.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        let mut values = self
            .lines()
            .into_iter()
            .filter_map(|line| line.strip_prefix(&start));
        let value = values.next();
        assert!(values.next().is_none(), "{name} is repeated: {}", self.head);
        value.unwrap_or_else(|| panic!("no {name} in: {}", self.head))
    }
}

/// The server. A test that started one and never had it called fails.
#[derive(Debug)]
pub(crate) struct Receiver {
    /// With a path, ready for `--to`.
    pub(crate) url: String,
    requests: mpsc::Receiver<Request>,
    connections: Arc<AtomicUsize>,
    /// Whether a call is a mistake, instead of its absence.
    unwanted: bool,
}

impl Receiver {
    /// Answers 200 to everything.
    pub(crate) fn ok() -> Self {
        Self::replying([Reply::Status(200)])
    }

    /// Answers in this order, then with the last again and again.
    pub(crate) fn replying(script: impl IntoIterator<Item = Reply>) -> Self {
        let script: Vec<Reply> = script.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let next = Arc::new(Mutex::new(script.into_iter()));
        let last = Arc::new(Mutex::new(Reply::Status(200)));
        // The thread ends with the test program; nothing waits for it.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                let (sender, next, last) = (sender.clone(), Arc::clone(&next), Arc::clone(&last));
                thread::spawn(move || {
                    let pick = || {
                        let mut last = last.lock().unwrap();
                        if let Some(reply) = next.lock().unwrap().next() {
                            *last = reply;
                        }
                        last.clone()
                    };
                    converse(stream, &sender, pick);
                });
            }
        });
        Self {
            url,
            requests,
            connections,
            unwanted: false,
        }
    }

    /// Must not be called.
    pub(crate) fn unwanted() -> Self {
        let mut receiver = Self::ok();
        receiver.unwanted = true;
        receiver
    }

    /// The next request.
    #[track_caller]
    pub(crate) fn request(&self) -> Request {
        self.requests
            .recv_timeout(PATIENCE)
            .expect("a request should have come")
    }

    /// All requests that came, after the sender has ended.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The port.
    pub(crate) fn port(&self) -> &str {
        let start = self.url.rfind(':').unwrap() + 1;
        self.url[start..].trim_end_matches("/hook")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let called = self.connections() > 0;
        assert!(called || self.unwanted, "{} was never called", self.url);
        assert!(!called || !self.unwanted, "{} was called", self.url);
    }
}

fn converse(mut stream: TcpStream, sender: &Sender<Request>, mut pick: impl FnMut() -> Reply) {
    let mut buffer = Vec::new();
    let mut reply = pick();
    loop {
        if matches!(reply, Reply::Reset) {
            // Closing with unread bytes makes the system send a reset instead of an end.
            let _ = stream.read(&mut [0; 1]);
            return;
        }
        let Some(request) = read_request(&mut stream, &mut buffer) else {
            return;
        };
        let _ = sender.send(request);
        let open = match &reply {
            Reply::Status(status) => write(&mut stream, &status_answer(*status)),
            Reply::Bytes(bytes) => write(&mut stream, bytes),
            Reply::Last(bytes) => {
                write(&mut stream, bytes);
                false
            }
            Reply::Trickle(bytes) => bytes.iter().all(|byte| write(&mut stream, &[*byte])),
            Reply::Stall(bytes) => {
                write(&mut stream, bytes);
                wait_for_end(&mut stream)
            }
            Reply::Silence => wait_for_end(&mut stream),
            Reply::Close | Reply::Reset => false,
        };
        if !open {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
        // The script goes on with the next request, which may never come.
        if buffer.is_empty() && !matches!(stream.peek(&mut [0; 1]), Ok(1..)) {
            return;
        }
        reply = pick();
    }
}

fn write(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    let _ = stream.set_nodelay(true);
    stream.write_all(bytes).is_ok()
}

fn wait_for_end(stream: &mut TcpStream) -> bool {
    let mut sink = [0; 1024];
    while matches!(stream.read(&mut sink), Ok(1..)) {}
    false
}

fn status_answer(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} Whatever\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")
        .into_bytes()
}

/// Reads one request; `None` when the other side is done.
fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let mut piece = vec![0; 64 * 1024];
    let end = loop {
        if let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") {
            break end;
        }
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        buffer.extend_from_slice(&piece[..count]);
    };
    let head: Vec<u8> = buffer.drain(..end + 4).take(end).collect();
    assert!(!contains(&head, b"\n\n"));
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head
        .split("\r\n")
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .map_or(0, |length| length.parse().unwrap());
    while buffer.len() < length {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        buffer.extend_from_slice(&piece[..count]);
    }
    let body = buffer.drain(..length).collect();
    Some(Request { head, body })
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
