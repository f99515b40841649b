//! Records as command lines of curl for bash, which send the same request byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::capture::export::without_credentials;
use crate::capture::http::{Address, framed, has_no_body_by_default, needs_length};
use crate::delivery::Record;

/// The largest body that is an argument. Linux takes 128 KiB for one argument
/// (`MAX_ARG_STRLEN`), quotes not counted.
const LARGEST_ARGUMENT: usize = 100 * 1024;

/// Above this, curl would ask for permission to send (`Expect: 100-continue`): 1 MiB since 7.83,
/// 1,024 bytes before.
const EXPECT_ABOVE: usize = 1_024;

/// Headers that curl adds unless they are given or suppressed. `Content-Type` comes with
/// `--data…`.
const ADDED_BY_CURL: [&str; 3] = ["User-Agent", "Accept", "Content-Type"];

/// Appends one command, over several lines, with a line break at its end.
pub(crate) fn write_curl(record: &Record, out: &mut Vec<u8>) {
    let address = Address::of(record);
    let headers = without_credentials(&record.headers);
    let body = &record.body;
    let from_pipe = body.contains(&0) || body.len() > LARGEST_ARGUMENT;
    if from_pipe {
        // printf is part of bash, so its argument may be of any length.
        out.extend_from_slice(b"printf '%s' '");
        out.extend_from_slice(BASE64.encode(body).as_bytes());
        out.extend_from_slice(b"' | base64 -d | ");
    }
    out.extend_from_slice(b"curl");
    let mut option = |name: &str, argument: Option<&[u8]>| {
        out.extend_from_slice(b" \\\n  ");
        out.extend_from_slice(name.as_bytes());
        if let Some(argument) = argument {
            out.push(b' ');
            quote(argument, out);
        }
    };
    let sends_body = needs_length(&record.method, body) || headers.contains("content-length");
    match record.method.as_str() {
        "POST" => {}
        "HEAD" if !sends_body => option("--head", None),
        "GET" if !sends_body => {}
        method => option("--request", Some(method.as_bytes())),
    }
    option("--url", Some(address.url().as_bytes()));
    // curl resolves dot segments and expands brackets and braces by itself.
    if address.path_and_query.contains("/.") {
        option("--path-as-is", None);
    }
    if address.path_and_query.contains(['[', ']', '{', '}']) {
        option("--globoff", None);
    }
    if !address.path_and_query.starts_with(['/', '?']) {
        option("--request-target", Some(address.path_and_query.as_bytes()));
    }
    // With `Transfer-Encoding`, curl would send the body chunked.
    for header in &framed(&headers, body) {
        let mut line = header.name.as_bytes().to_vec();
        if header.value.is_empty() {
            line.push(b';');
        } else {
            line.extend_from_slice(b": ");
            line.extend_from_slice(header.value);
        }
        option("--header", Some(&line));
    }
    let expect = (body.len() > EXPECT_ABOVE).then_some("Expect");
    let host = std::iter::once("Host").filter(|_| record.target.starts_with('/'));
    for name in ADDED_BY_CURL.into_iter().chain(expect).chain(host) {
        let is_due = name != "Content-Type" || sends_body;
        if is_due && !headers.contains(name) {
            option("--header", Some(format!("{name}:").as_bytes()));
        }
    }
    if from_pipe {
        option("--data-binary", Some(b"@-"));
    } else if sends_body || !has_no_body_by_default(&record.method) {
        option("--data-raw", Some(body));
    }
    out.push(b'\n');
}

/// Appends a word that bash reads as exactly these bytes: in single quotes, or in `$'…'` when
/// there is a quote, a control or a byte that is not UTF-8. The bytes have no NUL.
pub(crate) fn quote(word: &[u8], out: &mut Vec<u8>) {
    let is_plain = |word: &[u8]| {
        !word
            .iter()
            .any(|byte| *byte == b'\'' || *byte == b'!' || byte.is_ascii_control())
    };
    if std::str::from_utf8(word).is_ok() && is_plain(word) {
        out.push(b'\'');
        out.extend_from_slice(word);
        out.push(b'\'');
        return;
    }
    out.extend_from_slice(b"$'");
    for chunk in word.utf8_chunks() {
        for byte in chunk.valid().bytes() {
            match byte {
                b'\'' => out.extend_from_slice(b"\\'"),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                // An interactive bash would look for it in its history.
                b'!' => out.extend_from_slice(b"\\041"),
                byte if byte.is_ascii_control() => escape(byte, out),
                byte => out.push(byte),
            }
        }
        for byte in chunk.invalid() {
            escape(*byte, out);
        }
    }
    out.push(b'\'');
}

/// Three octal digits: unlike `\x`, they never swallow a digit that follows.
fn escape(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\\{byte:03o}").as_bytes());
}
