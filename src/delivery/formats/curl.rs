//! Command lines of curl, as browsers copy them and as people type them.
//!
//! What the command line says is what the capture has: headers that curl adds on its own
//! (`User-Agent`, `Accept`, a `Content-Type` for `-d`) are left out, except `Host`, which stands
//! in the URL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::capture::{Capture, Parsed, Problem, Request, without_bom};
use super::curl_options::{Meaning, long, short};
use super::request::Address;
use super::shell::{self, Command, Stdin};
use super::{ReadFile, http_body::line_at};
use crate::protocol::Headers;

/// Reads every curl command of a file or pasted text. Other commands are passed over; `printf`,
/// `echo`, `cat` and `base64 -d` are understood where their output is piped into curl.
#[must_use]
pub fn parse(document: &[u8], read_file: &mut ReadFile<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut entry = 0;
    let mut piped: Option<Vec<u8>> = None;
    for command in shell::commands(without_bom(document)) {
        let command = match command {
            Ok(command) => command,
            Err((line, message)) => {
                entry += 1;
                parsed
                    .problems
                    .push(Problem::of_entry(line, entry, message));
                piped = None;
                continue;
            }
        };
        let input = match &command.stdin {
            Some(Stdin::Text(text)) => Some(text.clone()),
            Some(Stdin::File(name)) => read_file(name).ok(),
            None => piped.take(),
        };
        let Some(arguments) = curl_arguments(&command.words) else {
            piped = filter(&command, input, read_file).filter(|_| command.piped);
            continue;
        };
        let mut stdin = |name: &str| match (name, &input) {
            ("-", Some(input)) => Ok(input.clone()),
            _ => read_file(name),
        };
        for operation in operations(arguments, &mut stdin) {
            let urls = operation.as_ref().map_or(1, |one| one.urls.len().max(1));
            for url in 0..urls {
                entry += 1;
                let capture = operation
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(|one| one.capture(url, &command, entry));
                parsed.push(
                    capture.map_err(|message| Problem::of_entry(command.line, entry, message)),
                );
            }
        }
    }
    if entry == 0 {
        let message = "expected a curl command, such as `curl -d @body.json http://…`";
        parsed.problems.push(Problem::of_line(1, message));
    }
    parsed
}

/// The arguments of a curl command, prompt and variable assignments passed over.
fn curl_arguments(words: &[Vec<u8>]) -> Option<&[Vec<u8>]> {
    let mut words = words;
    loop {
        let (first, rest) = words.split_first()?;
        let name = first.rsplit(|byte| *byte == b'/').next().unwrap_or(first);
        if matches!(name, b"curl" | b"curl.exe") {
            return Some(rest);
        }
        let is_assignment = first
            .split(|byte| *byte == b'=')
            .next()
            .is_some_and(|name| name.len() < first.len() && is_name(name));
        if first != b"$" && !is_assignment {
            return None;
        }
        words = rest;
    }
}

fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|first| !first.is_ascii_digit())
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// What a command in front of a pipe prints, when that can be told without running it.
fn filter(
    command: &Command,
    input: Option<Vec<u8>>,
    read_file: &mut ReadFile<'_>,
) -> Option<Vec<u8>> {
    let words: Vec<&[u8]> = command.words.iter().map(Vec::as_slice).collect();
    match words.as_slice() {
        [b"printf", b"%s", text] => Some(text.to_vec()),
        [b"printf", text] if !text.contains(&b'%') && !text.contains(&b'\\') => Some(text.to_vec()),
        [b"echo", b"-n", text @ ..] => Some(text.join(&b' ')),
        [b"echo", text @ ..] => {
            let mut text = text.join(&b' ');
            text.push(b'\n');
            Some(text)
        }
        [b"base64", b"-d" | b"-D" | b"--decode"] => {
            let mut text = input?;
            text.retain(|byte| !byte.is_ascii_whitespace());
            BASE64.decode(text).ok()
        }
        [b"cat", name] => read_file(std::str::from_utf8(name).ok()?).ok(),
        [b"cat"] => input,
        _ => None,
    }
}

/// What one command line, or the part of it up to `--next`, asks for.
#[derive(Default)]
struct Operation {
    urls: Vec<Vec<u8>>,
    method: Option<Vec<u8>>,
    is_head: bool,
    is_get: bool,
    is_upload: bool,
    headers: Headers,
    /// Names that `-H 'Name:'` suppresses.
    suppressed: Vec<String>,
    data: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    notes: Vec<String>,
}

fn operations(
    arguments: &[Vec<u8>],
    read_file: &mut ReadFile<'_>,
) -> Vec<Result<Operation, String>> {
    let mut done = Vec::new();
    let mut operation = Operation::default();
    let mut words = arguments.iter().map(Vec::as_slice);
    let mut only_urls = false;
    while let Some(word) = words.next() {
        let outcome = match word {
            b"--" if !only_urls => {
                only_urls = true;
                Ok(())
            }
            [b'-', b'-', name @ ..] if !only_urls => {
                let name = String::from_utf8_lossy(name);
                match long(&name) {
                    Some(Meaning::Next) => {
                        done.push(Ok(std::mem::take(&mut operation)));
                        Ok(())
                    }
                    Some(meaning) if meaning.has_argument() => match words.next() {
                        Some(argument) => operation.apply(meaning, &name, argument, read_file),
                        None => Err(format!("expected an argument after `--{name}`")),
                    },
                    Some(meaning) => operation.apply(meaning, &name, b"", read_file),
                    None => {
                        let note = format!("unknown option passed over: --{name}");
                        operation.notes.push(note);
                        Ok(())
                    }
                }
            }
            [b'-', letters @ ..] if !only_urls && !letters.is_empty() => {
                operation.apply_letters(letters, &mut words, read_file)
            }
            url => {
                operation.urls.push(url.to_vec());
                Ok(())
            }
        };
        if let Err(message) = outcome {
            done.push(Err(message));
            return done;
        }
    }
    done.push(Ok(operation));
    done
}

impl Operation {
    /// Single letters, several in a word: `-sSXPOST`.
    fn apply_letters<'a>(
        &mut self,
        mut letters: &'a [u8],
        words: &mut impl Iterator<Item = &'a [u8]>,
        read_file: &mut ReadFile<'_>,
    ) -> Result<(), String> {
        while let [letter, rest @ ..] = letters {
            letters = rest;
            let name = char::from(*letter).to_string();
            let Some(meaning) = short(*letter) else {
                let note = format!("unknown option passed over: -{name}");
                self.notes.push(note);
                continue;
            };
            if !meaning.has_argument() {
                self.apply(meaning, &name, b"", read_file)?;
                continue;
            }
            let argument = match rest {
                [] => words
                    .next()
                    .ok_or_else(|| format!("expected an argument after `-{name}`"))?,
                attached => attached,
            };
            return self.apply(meaning, &name, argument, read_file);
        }
        Ok(())
    }

    fn apply(
        &mut self,
        meaning: Meaning,
        name: &str,
        argument: &[u8],
        read_file: &mut ReadFile<'_>,
    ) -> Result<(), String> {
        match meaning {
            Meaning::Data | Meaning::DataBinary => {
                let mut piece = file_or_text(argument, read_file)?;
                if meaning == Meaning::Data && argument.starts_with(b"@") {
                    piece.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                }
                self.add_data(&piece, b"&");
            }
            Meaning::DataRaw => self.add_data(argument, b"&"),
            Meaning::DataUrlencode => {
                let piece = urlencoded(argument, read_file)?;
                self.add_data(&piece, b"&");
            }
            Meaning::Json => {
                let piece = file_or_text(argument, read_file)?;
                self.add_data(&piece, b"");
                for name in ["Content-Type", "Accept"] {
                    if !self.headers.contains(name) {
                        self.headers.push(name, "application/json");
                    }
                }
            }
            Meaning::Get => self.is_get = true,
            Meaning::Head => self.is_head = true,
            Meaning::Header => match argument {
                [b'@', name @ ..] => {
                    let lines = file(name, read_file)?;
                    let mut at = 0;
                    while let Some((line, next)) = line_at(&lines, at) {
                        self.add_header(line);
                        at = next;
                    }
                }
                line => self.add_header(line),
            },
            Meaning::Method => self.method = Some(argument.to_vec()),
            Meaning::Url => self.urls.push(argument.to_vec()),
            Meaning::User => {
                let credentials = format!("Basic {}", BASE64.encode(argument));
                self.headers.set("Authorization", credentials);
            }
            Meaning::Shorthand(header) if name == "oauth2-bearer" => {
                let value = [b"Bearer ", argument].concat();
                self.headers.set(header, value);
            }
            Meaning::Shorthand("Cookie") if !argument.contains(&b'=') => {
                let note = "cookies of a file passed over";
                self.notes.push(note.to_owned());
            }
            Meaning::Shorthand(header) => self.headers.set(header, argument),
            Meaning::Upload => {
                self.data = Some(file(argument, read_file)?);
                self.is_upload = true;
            }
            Meaning::RequestTarget => self.target = Some(argument.to_vec()),
            Meaning::Refused => {
                return Err(format!(
                    "expected a body given by `--data-raw` or `--data-binary`: what `{}{name}` \
                     sends cannot be told from the command line",
                    if name.len() == 1 { "-" } else { "--" }
                ));
            }
            Meaning::Next | Meaning::IgnoredWithArgument | Meaning::Ignored => {}
        }
        Ok(())
    }

    fn add_data(&mut self, piece: &[u8], separator: &[u8]) {
        match &mut self.data {
            Some(data) => {
                data.extend_from_slice(separator);
                data.extend_from_slice(piece);
            }
            None => self.data = Some(piece.to_vec()),
        }
    }

    /// `Name: value`; `Name:` keeps curl from sending that header, `Name;` sends it empty.
    fn add_header(&mut self, line: &[u8]) {
        let end = line.iter().position(|byte| matches!(byte, b':' | b';'));
        let Some(end) = end else {
            let note = "a header without a colon, which curl does not send, passed over";
            self.notes.push(note.to_owned());
            return;
        };
        let name = String::from_utf8_lossy(&line[..end]).into_owned();
        let value = line[end + 1..].trim_ascii();
        match (line[end], value) {
            (b':', b"") => self.suppressed.push(name),
            (b';', value) if !value.is_empty() => {
                let note = "a header without a colon, which curl does not send, passed over";
                self.notes.push(note.to_owned());
            }
            (_, value) => self.headers.push(name, value),
        }
    }

    fn capture(&self, url: usize, command: &Command, entry: usize) -> Result<Capture, String> {
        let url = self.urls.get(url).ok_or("expected a URL")?;
        let url = std::str::from_utf8(url).map_err(|_| "expected a URL in UTF-8")?;
        let with_scheme = if url.contains("://") {
            url.to_owned()
        } else {
            format!("http://{url}")
        };
        let address = Address::of_url(&with_scheme)
            .ok_or_else(|| format!("expected an http:// or https:// URL: {url}"))?;
        let (body, query) = match &self.data {
            Some(data) if self.is_get => (Vec::new(), Some(String::from_utf8_lossy(data))),
            Some(data) => (data.clone(), None),
            None => (Vec::new(), None),
        };
        let mut target = match &self.target {
            Some(target) => String::from_utf8_lossy(target).into_owned(),
            None => address.request_target(),
        };
        if let Some(query) = query {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&query);
        }
        let method = match &self.method {
            Some(method) => String::from_utf8_lossy(method).into_owned(),
            None if self.is_head => "HEAD".to_owned(),
            None if self.is_upload => "PUT".to_owned(),
            None if self.is_get || self.data.is_none() => "GET".to_owned(),
            None => "POST".to_owned(),
        };
        let is_suppressed = |name: &str| {
            self.suppressed
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name))
        };
        let mut headers = Headers::new();
        if !self.headers.contains("host") && !is_suppressed("host") {
            headers.push("Host", address.authority);
        }
        for header in &self.headers {
            headers.push(header.name.clone(), header.value.clone());
        }
        let request = Request {
            at: None,
            method,
            target,
            headers,
            body: body.into(),
        };
        let mut capture = Capture::of_request(request, command.line, entry);
        capture.notes.extend(self.notes.iter().cloned());
        if command.has_nul {
            let note = "it has a NUL, which bash drops: running the command sends something else";
            capture.notes.push(note.to_owned());
        }
        if command.has_high_byte && std::str::from_utf8(&capture.record.body).is_err() {
            capture.doubt(
                "the body is not UTF-8; Firefox copies é as \\xe9, which is that one byte in bash",
            );
        }
        Ok(capture)
    }
}

fn file_or_text(argument: &[u8], read_file: &mut ReadFile<'_>) -> Result<Vec<u8>, String> {
    match argument {
        [b'@', name @ ..] => file(name, read_file),
        text => Ok(text.to_vec()),
    }
}

fn file(name: &[u8], read_file: &mut ReadFile<'_>) -> Result<Vec<u8>, String> {
    let name = String::from_utf8_lossy(name);
    read_file(&name).map_err(|why| format!("expected the file `{name}`: {why}"))
}

/// `content`, `=content`, `name=content`, `@file` and `name@file`.
fn urlencoded(argument: &[u8], read_file: &mut ReadFile<'_>) -> Result<Vec<u8>, String> {
    let at = argument.iter().position(|byte| matches!(byte, b'=' | b'@'));
    let (name, content) = match at {
        None => (&b""[..], argument.to_vec()),
        Some(at) if argument[at] == b'=' => (&argument[..at], argument[at + 1..].to_vec()),
        Some(at) => (&argument[..at], file(&argument[at + 1..], read_file)?),
    };
    let mut out = name.to_vec();
    if !name.is_empty() {
        out.push(b'=');
    }
    for byte in content {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    Ok(out)
}
