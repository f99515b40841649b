//! The arguments of a curl command, gathered into what it asks for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::super::ReadFile;
use super::super::http::line_at;
use super::options::{Meaning, long, short};
use crate::lettermint::Headers;

/// What one command line, or the part of it up to `--next`, asks for.
#[derive(Default)]
pub(crate) struct Operation {
    pub(crate) urls: Vec<Vec<u8>>,
    pub(crate) method: Option<Vec<u8>>,
    pub(crate) is_head: bool,
    pub(crate) is_get: bool,
    pub(crate) is_upload: bool,
    pub(crate) headers: Headers,
    /// Names that `-H 'Name:'` suppresses.
    pub(crate) suppressed: Vec<String>,
    pub(crate) data: Option<Vec<u8>>,
    pub(crate) target: Option<Vec<u8>>,
    pub(crate) notes: Vec<String>,
}

/// The operations of a command, in order. After one that cannot be read there is no other.
pub(crate) fn operations(
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
