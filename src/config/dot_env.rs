//! `.env`, as npm's dotenv and `node --env-file` read it, and python-dotenv where those two do not.
//!
//! The last of several assignments counts. `KEY=v`, `KEY: v` and `export KEY=v` assign; values
//! stand in `'`, `"` or backticks, over several lines too, or bare up to a `#`. Values are literal:
//! a `$` in a secret is part of it. Only `${A:-v}` as a whole is a question with a default, because
//! no secret looks like that. `tests/secret/dot_env.rs` has what each tool makes of each form.

use std::borrow::Cow;
use std::ops::Range;

/// What a file says about one name.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// As it stands there, `None` when the file does not assign the name.
    pub(crate) value: Option<Vec<u8>>,
    /// Where other readers would see something else, each beginning with its line.
    pub(crate) warnings: Vec<String>,
}

/// Why a file cannot be relied on, and its line, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    pub(crate) why: String,
}

impl Broken {
    fn at(line: usize, why: impl Into<String>) -> Self {
        let why = why.into();
        Self { line, why }
    }
}

/// One assignment as it stands in the file.
struct Assignment<'a> {
    line: usize,
    name: &'a [u8],
    /// From the name to the end of the value, its quotes included.
    span: Range<usize>,
    value: &'a [u8],
    quote: Option<u8>,
    is_closed: bool,
    uses_colon: bool,
    /// What follows the value on its line, without the white space between.
    rest: &'a [u8],
}

/// Lines that assign, and others that are not blank, with their numbers.
#[derive(Default)]
struct Lines<'a> {
    assignments: Vec<Assignment<'a>>,
    others: Vec<(usize, &'a [u8])>,
}

/// Looks a name up in a file's bytes. `variable` is the environment, for `${A:-v}`.
pub(crate) fn look_up(
    bytes: &[u8],
    name: &str,
    variable: impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Found, Broken> {
    let (text, encoding) = decode(bytes)?;
    let lines = scan(&text);
    let is_it = |one: &&Assignment<'_>| one.name == name.as_bytes();
    let Some(last) = lines.assignments.iter().rfind(is_it) else {
        return refuse_near_miss(&lines, name).map(|()| Found::default());
    };
    if !last.is_closed {
        return Err(Broken::at(last.line, "the quote is not closed"));
    }
    let mut warnings = Vec::new();
    warnings.extend(encoding.map(str::to_owned));
    let unclosed = lines.assignments.iter().find(|one| !one.is_closed);
    warnings.extend(unclosed.map(|one| {
        format!(
            "line {}: the quote is not closed, and some readers of .env go on to the next one",
            one.line
        )
    }));
    let mut earlier = lines.assignments.iter().filter(is_it);
    if let Some(other) = earlier.find(|one| one.value != last.value) {
        let (first, last) = (other.line, last.line);
        warnings.push(format!(
            "line {first}: the one in line {last} counts, and this one does not"
        ));
    }
    let default = default_of(last, &lines, &variable);
    let notes = last.notes(default.is_some());
    warnings.extend(notes.map(|note| format!("line {}: {note}", last.line)));
    let value = default.unwrap_or_else(|| last.unescaped().into_owned());
    Ok(Found {
        value: Some(value),
        warnings,
    })
}

/// The line that assigns a name something, if any does.
pub(crate) fn line_of(bytes: &[u8], name: &str) -> Option<usize> {
    let (text, _) = decode(bytes).ok()?;
    let lines = scan(&text).assignments;
    let last = lines.iter().rfind(|one| one.name == name.as_bytes())?;
    (!last.value.is_empty()).then_some(last.line)
}

/// The file with the name assigned: in place of every assignment that it has, else at its end.
/// `None` when it is UTF-16.
pub(crate) fn assign(bytes: &[u8], name: &str, value: &str) -> Option<Vec<u8>> {
    let (Cow::Borrowed(text), _) = decode(bytes).ok()? else {
        return None;
    };
    let (mark, bytes) = bytes.split_at(bytes.len() - text.len());
    let assignment = format!("{name}={value}");
    let mut out = mark.to_vec();
    let mut copied = 0;
    for one in scan(bytes)
        .assignments
        .iter()
        .filter(|one| one.name == name.as_bytes())
    {
        out.extend_from_slice(&bytes[copied..one.span.start]);
        out.extend_from_slice(assignment.as_bytes());
        copied = one.span.end;
    }
    out.extend_from_slice(&bytes[copied..]);
    if copied == 0 {
        let end: &[u8] = match bytes.windows(2).any(|pair| pair == b"\r\n") {
            true => b"\r\n",
            false => b"\n",
        };
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            out.extend_from_slice(end);
        }
        out.extend([assignment.as_bytes(), end].concat());
    }
    Some(out)
}

/// UTF-8 without a byte order mark, and what others make of the encoding.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Option<&'static str>), Broken> {
    let units: fn([u8; 2]) -> u16 = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            let note = "begins with a byte order mark, which `node --env-file` does not skip";
            return Ok((rest.into(), Some(note)));
        }
        [0xff, 0xfe, ..] | [1..=0xff, 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, 1..=0xff, ..] => u16::from_be_bytes,
        _ => return Ok((bytes.into(), None)),
    };
    let units = bytes.chunks_exact(2).map(|pair| units([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    let text = text.map_err(|_| Broken::at(1, "neither UTF-8 nor UTF-16"))?;
    let text = text.trim_start_matches('\u{feff}').as_bytes().to_vec();
    let note = "is UTF-16, as PowerShell's `>` writes it, and most readers of .env want UTF-8";
    Ok((text.into(), Some(note)))
}

fn scan(text: &[u8]) -> Lines<'_> {
    let mut lines = Lines::default();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let end = line_end(text, at);
        let read = match assignment(text, at, end, line) {
            Some((assignment, end)) => {
                lines.assignments.push(assignment);
                end
            }
            None => {
                let other = text[at..end].trim_ascii();
                if !other.is_empty() && !other.starts_with(b"#") {
                    lines.others.push((line, other));
                }
                end
            }
        };
        let next = match &text[read..] {
            [b'\r', b'\n', ..] => read + 2,
            _ => read + 1,
        };
        line += line_breaks(&text[at..next.min(text.len())]);
        at = next;
    }
    lines
}

/// The assignment that begins a line, and the end of the line on which its value ends.
fn assignment(
    text: &[u8],
    start: usize,
    end: usize,
    line: usize,
) -> Option<(Assignment<'_>, usize)> {
    let blanks = |at: usize| at + count(&text[at..end], |b| matches!(b, b' ' | b'\t'));
    let mut from = blanks(start);
    if text[from..end].starts_with(b"export") && blanks(from + 6) > from + 6 {
        from = blanks(from + 6);
    }
    let to = from
        + count(&text[from..end], |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')
        });
    let sign = blanks(to);
    let uses_colon = match text[sign..end] {
        [b'=', ..] => false,
        // `http://` and the like are no assignments.
        [b':', b' ' | b'\t', ..] if sign == to => true,
        _ => return None,
    };
    if to == from {
        return None;
    }
    let at = blanks(sign + 1);
    let bare = &text[at..end];
    let mut found = Assignment {
        line,
        name: &text[from..to],
        span: from..at,
        value: bare,
        quote: None,
        is_closed: true,
        uses_colon,
        rest: b"",
    };
    if let [quote @ (b'"' | b'\'' | b'`'), ..] = *bare {
        let close = closing(&text[at + 1..], quote).map(|length| at + 1 + length);
        let last = close.map_or(end, |close| line_end(text, close));
        let rest = close.map_or(&b""[..], |close| text[close + 1..last].trim_ascii());
        let ends_value = rest.is_empty() || rest.starts_with(b"#");
        if let Some(close) = close.filter(|_| ends_value || last == end) {
            found.value = &text[at + 1..close];
            found.quote = Some(quote);
            found.span.end = close + 1;
            found.rest = rest;
            return Some((found, last));
        }
        found.is_closed = false;
        found.value = bare.trim_ascii_end();
    } else {
        let length = bare.iter().position(|b| *b == b'#').unwrap_or(bare.len());
        found.value = bare[..length].trim_ascii_end();
        found.rest = &bare[found.value.len()..];
    }
    found.span.end = at + found.value.len();
    Some((found, end))
}

/// Where a quote ends: only in `"` is it escaped by a backslash.
fn closing(text: &[u8], quote: u8) -> Option<usize> {
    let mut is_escaped = false;
    text.iter().position(|byte| {
        let closes = *byte == quote && !is_escaped;
        is_escaped = quote == b'"' && *byte == b'\\' && !is_escaped;
        closes
    })
}

fn count(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| belongs(**byte)).count()
}

fn line_end(text: &[u8], from: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[from..]).map_or(text.len(), |length| from + length)
}

fn line_breaks(text: &[u8]) -> usize {
    let breaks = text
        .iter()
        .filter(|byte| matches!(byte, b'\n' | b'\r'))
        .count();
    breaks - text.windows(2).filter(|pair| pair == b"\r\n").count()
}

impl Assignment<'_> {
    fn unescaped(&self) -> Cow<'_, [u8]> {
        if self.quote != Some(b'"') || !self.value.contains(&b'\\') {
            return self.value.into();
        }
        let mut out = Vec::new();
        let mut bytes = self.value.iter();
        while let Some(byte) = bytes.next() {
            let escaped = match byte {
                b'\\' => bytes.as_slice().first(),
                _ => None,
            };
            let meant = match escaped {
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(same @ (b'"' | b'\\')) => *same,
                _ => {
                    out.push(*byte);
                    continue;
                }
            };
            bytes.next();
            out.push(meant);
        }
        out.into()
    }

    /// Where other readers see something else, as of the tests' table.
    fn notes(&self, has_default: bool) -> impl Iterator<Item = &'static str> {
        let expands = |pair: &[u8]| {
            pair[0] == b'$'
                && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'_' | b'{' | b'('))
        };
        let is_open = self.quote != Some(b'\'') && self.value.windows(2).any(expands);
        let table = [
            (
                has_default,
                "the default of `${…:-…}` is taken, as python-dotenv and docker compose do; npm's dotenv and `node --env-file` take the text itself",
            ),
            (
                is_open && !has_default,
                "the `$` is taken literally, and docker compose, shells and others would expand it; single quotes keep it everywhere",
            ),
            (
                self.quote.is_none() && !self.value.is_empty() && self.rest.starts_with(b"#"),
                "the value ends before `#`, as for npm's dotenv; python-dotenv and shells go on; quotes make it clear",
            ),
            (
                self.quote.is_some() && !matches!(self.rest, [] | [b'#', ..]),
                "what follows the closing quote is left out; some readers of .env take the line as a whole",
            ),
            (
                self.quote == Some(b'`'),
                "backticks quote for npm's dotenv and `node --env-file` only",
            ),
            (
                self.uses_colon,
                "`NAME: value` assigns for npm's dotenv only; `NAME=value` does everywhere",
            ),
        ];
        table
            .into_iter()
            .filter_map(|(holds, note)| holds.then_some(note))
    }
}

/// What `${A:-v}` or `${A-v}` stands for, when a value is nothing else.
fn default_of(
    last: &Assignment<'_>,
    lines: &Lines<'_>,
    variable: impl Fn(&str) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    if matches!(last.quote, Some(b'\'' | b'`')) {
        return None;
    }
    let inner = last.value.strip_prefix(b"${")?.strip_suffix(b"}")?;
    let (name, default) = inner.split_at(inner.iter().position(|b| matches!(b, b':' | b'-'))?);
    let default = default
        .strip_prefix(b":")
        .unwrap_or(default)
        .strip_prefix(b"-")?;
    let name = std::str::from_utf8(name).ok()?;
    let mut before = lines.assignments.iter().filter(|one| one.line < last.line);
    let set = variable(name).or_else(|| {
        let earlier = before.rfind(|one| one.name == name.as_bytes())?;
        Some(earlier.unescaped().into_owned())
    });
    Some(
        set.filter(|value| !value.is_empty())
            .unwrap_or_else(|| default.to_vec()),
    )
}

/// A name that was meant to be assigned and is not must not look as if it were absent.
fn refuse_near_miss(lines: &Lines<'_>, name: &str) -> Result<(), Broken> {
    let others = lines.others.iter().filter(|(_, text)| has_word(text, name));
    let others =
        others.map(|(line, _)| Broken::at(*line, format!("this line is not `{name}=VALUE`")));
    let assignments = lines.assignments.iter().filter_map(|one| {
        if one.name.eq_ignore_ascii_case(name.as_bytes()) {
            let why = format!("names are case-sensitive, this one is not {name}");
            return Some(Broken::at(one.line, why));
        }
        let inner = scan(one.value).assignments;
        let is_inside = inner.iter().any(|one| one.name == name.as_bytes());
        let why = format!("{name} stands inside the quoted value that begins here");
        (is_inside && one.value.contains(&b'\n')).then(|| Broken::at(one.line, why))
    });
    let near = others.chain(assignments);
    near.min_by_key(|broken| broken.line).map_or(Ok(()), Err)
}

fn has_word(text: &[u8], word: &str) -> bool {
    let mut words = text.split(|b| !(b.is_ascii_alphanumeric() || *b == b'_'));
    words.any(|one| one.eq_ignore_ascii_case(word.as_bytes()))
}
