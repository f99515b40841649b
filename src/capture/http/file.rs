//! What files for the HTTP clients of editors have beyond messages: the REST Client of Visual
//! Studio Code (github.com/Huachao/vscode-restclient), that of JetBrains
//! (github.com/JetBrains/http-request-in-editor-spec), and Hurl (hurl.dev/docs/grammar.html).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::body::line_at;
use crate::capture::ReadFile;
use crate::capture::captured::Framing;
use crate::lettermint::{HeaderLine, Headers};

/// What a request line without a version may begin with.
const METHODS: &str = "WEBSOCKET GRPC GET POST PUT PATCH DELETE HEAD OPTIONS TRACE CONNECT GRAPHQL";

/// Whether what is in front of the first request is only known to editors.
pub(crate) fn begins_file(document: &[u8]) -> bool {
    let start = document.trim_ascii_start();
    start.starts_with(b"@") || is_comment(start)
}

/// Whether a line separates requests.
pub(crate) fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"###")
}

/// The method and the target of a request line without a version; the method may be left out.
pub(crate) fn request_line(line: &[u8]) -> Option<(&str, &str)> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let (method, target) = match line.split_once(' ') {
        Some((method, target)) => {
            let mut known = METHODS.split(' ');
            let method = known.find(|known| known.eq_ignore_ascii_case(method))?;
            (method, target.trim_start())
        }
        None => ("GET", line),
    };
    let is_target = ["http://", "https://", "ws://", "wss://", "{{"]
        .iter()
        .any(|start| target.starts_with(start))
        || target.starts_with('/') && target.len() < line.len();
    (is_target && !target.contains(' ')).then_some((method, target))
}

/// Whether a line between requests says nothing that is sent: a comment, a variable, or what to do
/// with the answer.
pub(crate) fn is_passed_over(line: &[u8]) -> bool {
    let starts: [&[u8]; 6] = [b"#", b"//", b"@", b"< {%", b"import ", b"run "];
    starts.iter().any(|start| line.starts_with(start)) || is_about_answer(line)
}

/// Whether a line says what to do with the answer: run a script or one in a file, keep it, compare
/// it (JetBrains), or check it (httpyac.github.io/guide/assert).
pub(crate) fn is_about_answer(line: &[u8]) -> bool {
    let starts: [&[u8]; 6] = [b"> {%", b">> ", b">>! ", b"<> ", b"?? ", b"{{@"];
    let names_file = |rest: &[u8]| !rest.trim_ascii().contains(&b' ');
    starts.iter().any(|start| line.starts_with(start))
        || line == b"{{"
        || line.strip_prefix(b"> ").is_some_and(names_file)
}

/// What the last line of a script begins with, of which a line is the first.
pub(crate) fn end_of_script(line: &[u8]) -> Option<&'static [u8]> {
    match line {
        [.., b'{', b'%'] => Some(b"%}"),
        [b'{', b'{', rest @ ..] if !rest.ends_with(b"}}") => Some(b"}}"),
        _ => None,
    }
}

/// Whether a line among the headers is a comment.
pub(crate) fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"//")
}

/// Whether a line after the headers begins a body although no empty line is before it, as in Hurl.
pub(crate) fn begins_body(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'{' | b'`')) || line.starts_with(b"base64,")
}

/// Variables that the file itself gives values: `@name = value`.
pub(crate) fn variables(document: &[u8]) -> Vec<(String, String)> {
    let lines = document.split(|byte| *byte == b'\n');
    lines
        .filter_map(|line| {
            std::str::from_utf8(line)
                .ok()?
                .strip_prefix('@')?
                .split_once('=')
        })
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// How much a text may grow by its variables.
const GROWTH_LIMIT: usize = 1 << 20;

/// Puts values in place of variables, once: what a value holds stays as it is.
pub(crate) fn resolve(text: &str, variables: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{")
        && out.len() < text.len() + GROWTH_LIMIT
    {
        let (before, inside) = rest.split_at(start);
        out.push_str(before);
        let named = inside[2..].split_once("}}").and_then(|(name, after)| {
            let known = variables.iter().find(|(known, _)| known == name.trim())?;
            Some((&known.1, after))
        });
        rest = match named {
            Some((value, after)) => {
                out.push_str(value);
                after
            }
            None => {
                out.push_str("{{");
                &inside[2..]
            }
        };
    }
    out + rest
}

pub(crate) fn resolve_headers(headers: &Headers, variables: &[(String, String)]) -> Headers {
    let lines: Vec<_> = headers
        .iter()
        .map(|header| {
            let value = std::str::from_utf8(header.value).map_or(header.value.to_vec(), |text| {
                resolve(text, variables).into()
            });
            (header.name, value)
        })
        .collect();
    lines
        .iter()
        .map(|(name, value)| HeaderLine::new(name, value))
        .collect()
}

/// The variable that a text still has.
pub(crate) fn unresolved(text: &[u8]) -> Option<&str> {
    let start = memchr::memmem::find(text, b"{{")?;
    let length = memchr::memmem::find(&text[start..], b"}}")?;
    std::str::from_utf8(&text[start..start + length + 2]).ok()
}

/// What a body of such a file stands for: a file that it names, a quoted text, or itself up to
/// what is to be done with the answer.
pub(crate) fn read_body(
    framing: &mut Framing,
    variables: &[(String, String)],
    read_file: &mut ReadFile<'_>,
) -> Result<(), String> {
    let mut body = framing.body.as_slice();
    let mut at = 0;
    while let Some((line, next)) = line_at(body, at) {
        if is_about_answer(line) || body.starts_with(b"{") && is_comment(line) {
            body = body[..at].trim_ascii_end();
            break;
        }
        at = next;
    }
    let quoted = body
        .strip_prefix(b"```")
        .and_then(|rest| rest.strip_suffix(b"```"))
        // The word behind the opening quotes is the language, and the line end is no part of it.
        .and_then(|rest| Some(&rest[memchr::memchr(b'\n', rest)? + 1..]))
        .or_else(|| body.strip_prefix(b"`")?.strip_suffix(b"`"));
    // `<@latin1 FILE` names the encoding, too.
    let of_encoding = || {
        let rest = body.strip_prefix(b"<@")?;
        Some(&rest[memchr::memchr(b' ', rest)?..])
    };
    let named = body.strip_prefix(b"< ").or_else(of_encoding);
    framing.body = if let Some(quoted) = quoted {
        quoted.to_vec()
    } else if let Some(text) = body.strip_prefix(b"base64,") {
        let mut text = text.strip_suffix(b";").unwrap_or(text).to_vec();
        text.retain(|byte| !byte.is_ascii_whitespace());
        BASE64
            .decode(text)
            .map_err(|error| format!("expected a body in base64: {error}"))?
    } else if let Some(name) = named.filter(|name| !name.starts_with(b"{%")) {
        let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
        read_file(&name).map_err(|why| format!("expected the file `{name}`: {why}"))?
    } else {
        match std::str::from_utf8(body) {
            Ok(text) if !variables.is_empty() => resolve(text, variables).into(),
            _ => body.to_vec(),
        }
    };
    Ok(())
}
