//! A listener as a process, clients and handlers as plain sockets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use lettermint_hook::lettermint::SigningKey;
use tempfile::TempDir;

pub(crate) const SECRET: &str = "whsec_listen_tests";
pub(crate) const BODY: &str =
    r#"{"id":"d-1","event":"message.delivered","data":{"recipient":"jane@example.com"}}"#;

/// Nothing here takes this long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A listener that is ready.
pub(crate) struct Listener {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    pub(crate) child: Child,
    lines: mpsc::Receiver<String>,
    stdout: Option<std::thread::JoinHandle<String>>,
    stderr: Option<std::thread::JoinHandle<String>>,
}

/// How a listener ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Listener {
    /// Starts `listen` with the secret and waits for its ready line.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), args)
    }

    pub(crate) fn start_in(folder: TempDir, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lettermint-hook"));
        command
            .args(["listen", "--port", "0", "--secret", SECRET])
            .args(args);
        Self::spawn(folder, command)
    }

    /// Starts `listen` through a program that runs the rest of its command line.
    pub(crate) fn start_through(program: &[&str], args: &[&str]) -> Self {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]);
        command.arg(env!("CARGO_BIN_EXE_lettermint-hook"));
        command
            .args(["listen", "--port", "0", "--secret", SECRET])
            .args(args);
        Self::spawn(tempfile::tempdir().unwrap(), command)
    }

    /// Starts any command line that ends in a listener.
    pub(crate) fn spawn(folder: TempDir, mut command: Command) -> Self {
        let mut child = command
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, ready) = mpsc::channel();
        let stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut all = String::new();
            let mut lines = BufReader::new(stderr);
            let mut line = String::new();
            while lines.read_line(&mut line).unwrap_or(0) > 0 {
                if let Some(rest) = line.strip_prefix("ready on http://") {
                    let port = rest.split(',').next().unwrap().rsplit(':').next().unwrap();
                    let _ = told.send(port.parse::<u16>().unwrap());
                }
                all.push_str(&std::mem::take(&mut line));
            }
            all
        });
        let (line, lines) = mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut all = String::new();
            let mut reader = BufReader::new(stdout);
            let mut bytes = Vec::new();
            while reader.read_until(b'\n', &mut bytes).unwrap_or(0) > 0 {
                let text = String::from_utf8_lossy(&std::mem::take(&mut bytes)).into_owned();
                all.push_str(&text);
                let _ = line.send(text);
            }
            all
        });
        let Ok(port) = ready.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            panic!("not ready: {}", stderr.join().unwrap());
        };
        Self {
            folder,
            port,
            child,
            lines,
            stdout: Some(stdout),
            stderr: Some(stderr),
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Sends bytes, then reads until the listener closes.
    pub(crate) fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        read_all(stream)
    }

    /// Delivers a body and returns status and body of the answer.
    pub(crate) fn deliver(&self, body: &[u8]) -> (u16, String) {
        parse(&self.exchange(&signed(body, "Connection: close\r\n")))
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let done = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for a line on stdout that contains a text.
    pub(crate) fn wait_for_stdout(&mut self, text: &str) {
        while !self.lines.recv_timeout(PATIENCE).unwrap().contains(text) {}
    }

    /// Asks it to end and waits.
    pub(crate) fn stop(self) -> Ended {
        self.signal("-INT");
        self.wait()
    }

    pub(crate) fn wait(mut self) -> Ended {
        let code = wait_bounded(&mut self.child);
        Ended {
            code,
            stdout: self.stdout.take().unwrap().join().unwrap(),
            stderr: self.stderr.take().unwrap().join().unwrap(),
        }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder
            .path()
            .join(".lettermint-hook/deliveries.ndjson")
    }

    /// Every record of the store.
    pub(crate) fn records(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.store()).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a process, but not for ever.
pub(crate) fn wait_bounded(child: &mut Child) -> Option<i32> {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(std::time::Instant::now() < deadline, "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A signed request with more header lines.
pub(crate) fn signed(body: &[u8], lines: &str) -> Vec<u8> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let signature =
        SigningKey::from_bytes(SECRET.as_bytes()).sign(i64::try_from(now).unwrap(), body);
    let mut request = format!(
        "POST /hook?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         X-Lettermint-Signature: {signature}\r\nX-Lettermint-Delivery: {now}\r\n\
         X-Lettermint-Attempt: 1\r\nContent-Length: {}\r\n{lines}\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// All bytes until the other end closes; a reset ends it, too.
pub(crate) fn read_all(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn parse(answer: &str) -> (u16, String) {
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, body.to_owned())
}

/// An answer without its date, which is never the same.
pub(crate) fn without_date(answer: &str) -> String {
    answer
        .split_inclusive("\r\n")
        .filter(|line| !line.starts_with("date:"))
        .collect()
}

/// A handler that answers every request with the same bytes and keeps what it got.
pub(crate) struct Handler {
    pub(crate) port: u16,
    pub(crate) requests: mpsc::Receiver<Vec<u8>>,
}

impl Handler {
    pub(crate) fn start(answer: &'static [u8]) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    pub(crate) fn on(listener: TcpListener, answer: &'static [u8]) -> Self {
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read_request(&mut stream) else {
                    continue;
                };
                let _ = stream.write_all(answer);
                let _ = stream.shutdown(Shutdown::Write);
                if sender.send(request).is_err() {
                    return;
                }
            }
        });
        Self { port, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/handle", self.port)
    }

    pub(crate) fn next(&self) -> Vec<u8> {
        self.requests.recv_timeout(PATIENCE).unwrap()
    }
}

/// One request with a Content-Length, byte for byte.
pub(crate) fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
                .unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Some(bytes);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
        }
    }
}
