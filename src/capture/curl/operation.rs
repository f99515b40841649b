//! The arguments of a curl command, gathered into the requests that curl would send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::super::ReadFile;
use super::super::http::{Address, line_at};
use super::damage::changed_quotes;
use super::options::{Meaning, meaning};
use super::shell::Command;
use crate::capture::captured::{Capture, Request};
use crate::lettermint::Headers;

/// What one command line, or the part of it up to `--next`, asks for.
#[derive(Default)]
pub(crate) struct Operation {
    pub(crate) urls: Vec<Vec<u8>>,
    method: Option<Vec<u8>>,
    is_head: bool,
    is_get: bool,
    is_upload: bool,
    headers: Headers,
    /// Whether `-H 'Host:'` suppresses the header that curl adds.
    is_without_host: bool,
    data: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    notes: Vec<String>,
}

/// The operations of a command, in order. After one that cannot be read there is no other.
pub(crate) fn operations(
    arguments: &[Vec<u8>],
    read_file: &mut ReadFile<'_>,
) -> Vec<Result<Operation, String>> {
    let mut words = arguments.iter().map(Vec::as_slice);
    let mut done = Vec::new();
    let mut operation = Operation::default();
    let mut only_urls = false;
    while let Some(word) = words.next() {
        let outcome = match word {
            b"--" if !only_urls => {
                only_urls = true;
                Ok(())
            }
            b"--next" | b"-:" if !only_urls => {
                done.push(Ok(std::mem::take(&mut operation)));
                Ok(())
            }
            [b'-', b'-', ..] if !only_urls => {
                let option = String::from_utf8_lossy(word);
                let read = operation.option(&option, b"", &mut words, read_file);
                read.map(drop)
            }
            [b'-', letters @ ..] if !only_urls && !letters.is_empty() => {
                operation.letters(letters, &mut words, read_file)
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
    fn letters<'a>(
        &mut self,
        mut letters: &'a [u8],
        words: &mut impl Iterator<Item = &'a [u8]>,
        read_file: &mut ReadFile<'_>,
    ) -> Result<(), String> {
        while let [letter, rest @ ..] = letters {
            let option = format!("-{}", char::from(*letter));
            letters = match self.option(&option, rest, words, read_file)? {
                true => &[],
                false => rest,
            };
        }
        Ok(())
    }

    /// Reads an option, `attached` being what follows its letter in the same word. Returns
    /// whether it has an argument.
    fn option<'a>(
        &mut self,
        option: &str,
        attached: &'a [u8],
        words: &mut impl Iterator<Item = &'a [u8]>,
        read_file: &mut ReadFile<'_>,
    ) -> Result<bool, String> {
        let Some(meaning) = meaning(option) else {
            self.notes
                .push(format!("unknown option passed over: {option}"));
            return Ok(false);
        };
        let has_argument = meaning.has_argument();
        let argument = match attached {
            _ if !has_argument => b"",
            [] => words
                .next()
                .ok_or_else(|| format!("expected an argument after `{option}`"))?,
            attached => attached,
        };
        self.apply(meaning, option, argument, read_file)?;
        Ok(has_argument)
    }

    fn apply(
        &mut self,
        meaning: Meaning,
        option: &str,
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
            Meaning::Bearer => {
                let value = [b"Bearer ", argument].concat();
                self.headers.set("Authorization", value);
            }
            Meaning::Cookie if !argument.contains(&b'=') => {
                self.notes.push("cookies of a file passed over".to_owned());
            }
            Meaning::Cookie => self.headers.set("Cookie", argument),
            Meaning::Shorthand(header) => self.headers.set(header, argument),
            Meaning::Upload => {
                self.data = Some(file(argument, read_file)?);
                self.is_upload = true;
            }
            Meaning::RequestTarget => self.target = Some(argument.to_vec()),
            Meaning::Refused => {
                return Err(format!(
                    "expected a body given by `--data-raw` or `--data-binary`: what `{option}` \
                     sends cannot be told from the command line"
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
        let (name, rest) = line.split_at(end.unwrap_or(line.len()));
        let name = String::from_utf8_lossy(name);
        match rest {
            [b':', value @ ..] if !value.trim_ascii().is_empty() => {
                self.headers.push(name, value.trim_ascii());
            }
            [b':', ..] => self.is_without_host |= name.eq_ignore_ascii_case("host"),
            [b';', value @ ..] if value.trim_ascii().is_empty() => self.headers.push(name, ""),
            _ => {
                let note = "a header without a colon, which curl does not send, passed over";
                self.notes.push(note.to_owned());
            }
        }
    }

    /// The request to the URL of a number.
    pub(crate) fn capture(&self, url: usize, command: &Command) -> Result<Capture, String> {
        let url = self.urls.get(url).ok_or("expected a URL")?;
        let url = std::str::from_utf8(url).map_err(|_| "expected a URL in UTF-8")?;
        // Only what stands in front of the path is a scheme; a query may hold another URL.
        let start = url.split(['/', '?']).next().unwrap_or_default();
        let with_scheme = match start.ends_with(':') {
            true => url.to_owned(),
            false => format!("http://{url}"),
        };
        // Of `ws://…`, `ftp://…` or `file://…` nothing but the URL is of interest.
        let address = Address::of_url(&with_scheme);
        let mut target = match (&self.target, &address) {
            (Some(target), Some(_)) => String::from_utf8_lossy(target).into_owned(),
            (None, Some(address)) => address.request_target(),
            (_, None) => url.to_owned(),
        };
        let mut body = self.data.clone().unwrap_or_default();
        if self.is_get && self.data.is_some() {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&String::from_utf8_lossy(&std::mem::take(&mut body)));
        }
        let method = match &self.method {
            Some(method) => String::from_utf8_lossy(method).into_owned(),
            None if self.is_head => "HEAD".to_owned(),
            None if self.is_upload => "PUT".to_owned(),
            None if self.is_get || self.data.is_none() => "GET".to_owned(),
            None => "POST".to_owned(),
        };
        let mut headers = Headers::new();
        if let Some(address) = address
            && !self.headers.contains("host")
            && !self.is_without_host
        {
            headers.push("Host", address.authority);
        }
        for header in &self.headers {
            headers.push(header.name, header.value);
        }
        let mut capture = Capture::of_request(Request {
            at: None,
            method,
            target,
            headers,
            body: body.into(),
        });
        capture.notes.extend(self.notes.iter().cloned());
        capture.notes.extend(command.damage.notes());
        if let Some(changed) = changed_quotes(&capture.record.body) {
            return Err(format!(
                "expected a body with plain quotes, but they were changed into {changed}: copy the \
                 command anew"
            ));
        }
        if command.has_nul {
            capture
                .note("it has a NUL, which bash drops: running the command sends something else");
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
