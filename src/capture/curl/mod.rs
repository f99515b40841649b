//! Command lines of curl, as browsers copy them and as people type them.
//!
//! What the command line says is what the capture has: headers that curl adds on its own
//! (`User-Agent`, `Accept`, a `Content-Type` for `-d`) are left out, except `Host`, which stands
//! in the URL.

mod cmd;
mod damage;
mod export;
mod operation;
mod options;
mod quoting;
mod shell;

pub(crate) use export::{quote, write_curl};
pub(crate) use shell::starts_curl;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::ReadFile;
use crate::capture::captured::{Capture, Parsed, Unread, without_bom};
use operation::operations;
use shell::{Command, Stdin};

/// Reads every curl command of a file or pasted text. Other commands are passed over; `printf`,
/// `echo`, `cat` and `base64 -d` are understood where their output is piped into curl.
pub(crate) fn parse(document: &[u8], read_file: &mut ReadFile<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut entry = 0;
    let mut piped: Option<Vec<u8>> = None;
    for command in shell::commands(without_bom(document)) {
        let command = match command {
            Ok(command) => command,
            Err(refused) => {
                entry += 1;
                let unread = Unread::of(refused.message, &[refused.text]);
                parsed.push(refused.line, entry, Err::<Capture, _>(unread));
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
                let operation = operation.as_ref().map_err(Clone::clone);
                let capture = operation.and_then(|one| one.capture(url, &command));
                let words: Vec<_> = arguments.iter().map(Vec::as_slice).collect();
                let capture = capture.map_err(|message| Unread::of(message, &words));
                parsed.push(command.line, entry, capture);
            }
        }
    }
    if entry == 0 {
        let message = "expected a curl command, such as `curl -d @body.json http://…`";
        parsed.problem(1, message);
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
