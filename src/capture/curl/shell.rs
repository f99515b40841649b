//! As much of bash as command lines for curl are written in: words, quotes, pipes, here
//! documents. Nothing is ever run, and whatever only a shell could work out (variables, command
//! substitution) is refused by name.
//!
//! Source: the Bash reference manual, sections 3.1.2 (quoting), 3.1.2.4 (`$'…'`) and 3.6
//! (redirections).

use super::super::http::line_at;
use super::cmd;
use super::damage::{Damage, Strange, shown, strange, without_prompt};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// The line it starts on, counted from 1.
    pub(crate) line: usize,
    pub(crate) words: Vec<Vec<u8>>,
    pub(crate) stdin: Option<Stdin>,
    /// Whether its output is the next command's input.
    pub(crate) piped: bool,
    /// Whether a `$'…'` had a NUL, which bash itself cannot pass on.
    pub(crate) has_nul: bool,
    /// Whether a `$'…'` had a byte past 7f by its number.
    pub(crate) has_high_byte: bool,
    pub(crate) damage: Damage,
}

impl Command {
    /// Whether it is the rest of the command before, whose line was to go on.
    fn continues(&self, before: &Self) -> bool {
        let starts = |word: &Vec<u8>| word.len() > 1 && word.starts_with(b"-");
        !before.piped
            && self.words.first().is_some_and(starts)
            && before
                .words
                .iter()
                .any(|word| word == b"curl" || word == b"curl.exe")
    }
}

/// A redirected standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stdin {
    File(String),
    Text(Vec<u8>),
}

/// A command that could not be read.
pub(crate) struct Refused<'a> {
    pub(crate) line: usize,
    /// What was expected there.
    pub(crate) message: String,
    /// All of it that was passed over.
    pub(crate) text: &'a [u8],
}

/// Reads all commands. After one that is refused, it goes on at the next line on which a curl
/// command starts.
pub(crate) fn commands(document: &[u8]) -> Vec<Result<Command, Refused<'_>>> {
    let mut reader = Reader {
        text: document,
        at: 0,
        line: 1,
        pending: Vec::new(),
    };
    let mut found = Vec::new();
    while reader.at < document.len() {
        let start = (reader.at, reader.line);
        match reader.command() {
            Ok(command) if command.words.is_empty() && !command.piped => {}
            Ok(command) => match found.last_mut() {
                Some(Ok(before)) if command.continues(before) => {
                    let what = "a line that was to go on has no backslash at its end, in front of";
                    before.damage.note(what, command.line, "");
                    before.damage.extend(command.damage);
                    before.words.extend(command.words);
                    before.stdin = before.stdin.take().or(command.stdin);
                    before.piped = command.piped;
                }
                _ => found.push(Ok(command)),
            },
            Err(message) => {
                reader.recover(start);
                found.push(Err(Refused {
                    line: start.1,
                    message,
                    text: &document[start.0..reader.at],
                }));
            }
        }
    }
    found
}

/// Whether a line starts a curl command, prompt included.
pub(crate) fn starts_curl(line: &[u8]) -> bool {
    let line = without_prompt(line.trim_ascii_start()).trim_ascii_start();
    [&b"curl"[..], b"curl.exe"].iter().any(|name| {
        line.strip_prefix(*name).is_some_and(|rest| {
            matches!(rest.first(), Some(b' ' | b'\t' | b'\\' | b'\r'))
                || matches!(strange(rest), Some((_, Strange::Blank, _)))
        })
    })
}

pub(crate) struct Reader<'a> {
    text: &'a [u8],
    pub(crate) at: usize,
    line: usize,
    /// Delimiters of here documents that start on the next line, for the command at hand.
    pending: Vec<Vec<u8>>,
}

impl Reader<'_> {
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(crate) fn looking_at(&self, text: &[u8]) -> bool {
        self.text[self.at..].starts_with(text)
    }

    pub(crate) fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        self.line += usize::from(byte == b'\n');
        Some(byte)
    }

    fn recover(&mut self, (start, line): (usize, usize)) {
        self.pending.clear();
        (self.at, self.line) = (start, line);
        let mut at = start;
        while let Some((_, next)) = line_at(self.text, at) {
            self.line += 1;
            at = next;
            if line_at(self.text, at).is_some_and(|(line, _)| starts_curl(line)) {
                break;
            }
        }
        self.at = at;
    }

    /// Reads up to the end of a command, here documents of its line included.
    fn command(&mut self) -> Result<Command, String> {
        let mut command = Command::default();
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.bump();
        }
        let (line, _) = line_at(self.text, self.at).unwrap_or_default();
        if starts_curl(line) {
            self.at += line.len() - without_prompt(line).len();
        }
        if let Some(length) = cmd::length(&self.text[self.at..]) {
            let text = &self.text[self.at..self.at + length];
            command.line = self.line;
            command.words = cmd::words(text);
            self.at += length;
            self.line += memchr::memchr_iter(b'\n', text).count();
            return Ok(command);
        }
        loop {
            while self.see_through_damage(&mut command)? {}
            match self.peek() {
                None => break,
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.bump();
                    if command.words.is_empty() && self.pending.is_empty() {
                        continue;
                    }
                    break;
                }
                Some(b'\\') if self.continuation() => self.pass_over_prompt(),
                Some(b'#') => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                Some(b'&') if self.looking_at(b"&quot;") || self.looking_at(b"&#") => {
                    let line = self.line;
                    return Err(format!(
                        "expected plain quotes, but line {line} has them as HTML (`&quot;`, \
                         `&#39;`): copy the command anew"
                    ));
                }
                Some(b';' | b'&') if !self.looking_at(b"&>") => {
                    self.at += if self.looking_at(b"&&") { 2 } else { 1 };
                    break;
                }
                Some(b'|') if self.looking_at(b"||") => {
                    self.at += 2;
                    break;
                }
                Some(b'|') => {
                    self.at += 1;
                    command.piped = true;
                    break;
                }
                Some(byte @ (b'(' | b')')) => {
                    let byte = char::from(byte);
                    return Err(format!(
                        "expected a plain command, not the shell's `{byte}`"
                    ));
                }
                Some(b'<' | b'>' | b'&') => self.redirection(&mut command)?,
                Some(_) => {
                    if command.words.is_empty() {
                        command.line = self.line;
                    }
                    let word = self.word(&mut command)?;
                    let is_descriptor = word.iter().all(u8::is_ascii_digit)
                        && matches!(self.peek(), Some(b'<' | b'>'));
                    if !is_descriptor {
                        command.words.push(word);
                    }
                }
            }
        }
        self.here_documents(&mut command)?;
        Ok(command)
    }

    /// A backslash at the end of a line, with CRLF too.
    fn continuation(&mut self) -> bool {
        let length = match self.text.get(self.at + 1..) {
            Some([b'\n', ..]) => 2,
            Some([b'\r', b'\n', ..]) => 3,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    /// Passes over what was damaged between words, where it is plain what was there. Whether
    /// there was such a thing.
    fn see_through_damage(&mut self, command: &mut Command) -> Result<bool, String> {
        let rest = &self.text[self.at..];
        if let [b'\\', blanks @ ..] = rest
            && let Some(b' ' | b'\t' | 0xc2) = blanks.first()
        {
            let blank = |text: &[u8]| match (text.first(), strange(text)) {
                (Some(b' ' | b'\t' | b'\r'), _) => Some(1),
                (_, Some((character, Strange::Blank, _))) => Some(character.len()),
                _ => None,
            };
            let mut length = 0;
            while let Some(more) = blank(&blanks[length..]) {
                length += more;
            }
            // Bash takes it for a word that is a blank: that is meant where nothing goes on.
            let next = blanks[length..].trim_ascii_start().first();
            let goes_on = match blanks.get(length) {
                Some(b'\n') => matches!(next, Some(b'-' | b'\'' | b'"')),
                _ => next == Some(&b'-'),
            };
            if !goes_on {
                return Ok(false);
            }
            let what = match blanks.get(length) {
                Some(b'\n') => "a blank after the backslash at the end of",
                _ => "a backslash whose line does not end there, in",
            };
            command.damage.note(what, self.line, " was passed over");
            self.at += 1 + length;
            if self.peek() == Some(b'\n') {
                self.bump();
                self.pass_over_prompt();
            }
            return Ok(true);
        }
        let Some((character, kind, name)) = strange(rest) else {
            return Ok(false);
        };
        let shown = shown(character, name);
        match kind {
            Strange::Blank => {
                self.at += character.len();
                command
                    .damage
                    .note(&format!("{shown} in"), self.line, " was read as a blank");
                Ok(true)
            }
            // Of options, see `word`.
            Strange::Dash => Ok(false),
            Strange::Quote => Err(format!(
                "expected plain quotes, but line {} has {shown}: what was in them may be changed \
                 too, so copy the command anew",
                self.line
            )),
        }
    }

    /// The shell's prompt at the start of a further line, copied along.
    fn pass_over_prompt(&mut self) {
        let rest = &self.text[self.at..];
        let option = rest.strip_prefix(b"> ").map(<[u8]>::trim_ascii_start);
        if let Some([b'-' | b'\'' | b'"', ..]) = option {
            self.at += 2;
        }
    }

    fn redirection(&mut self, command: &mut Command) -> Result<(), String> {
        let operators: [&[u8]; 11] = [
            b"<<<", b"<<-", b"<<", b"<&", b"<", b"&>>", b"&>", b">>", b">&", b">|", b">",
        ];
        let operator = operators
            .into_iter()
            .find(|operator| self.looking_at(operator))
            .ok_or("expected a redirection")?;
        self.at += operator.len();
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let quoted = self.peek().is_some_and(|byte| b"'\"\\$".contains(&byte));
        let word = self.word(command)?;
        match operator {
            b"<<<" => {
                let mut text = word;
                text.push(b'\n');
                command.stdin = Some(Stdin::Text(text));
            }
            b"<<" if quoted => self.pending.push(word),
            b"<<" | b"<<-" => {
                return Err(format!(
                    "expected a here document with a quoted delimiter, as in <<'{0}': text after \
                     <<{0} is changed by the shell",
                    String::from_utf8_lossy(&word)
                ));
            }
            b"<" => {
                command.stdin = Some(Stdin::File(String::from_utf8_lossy(&word).into_owned()));
            }
            // Where the output goes is of no interest.
            _ => {}
        }
        Ok(())
    }

    /// Takes the here documents that start after the line just read.
    fn here_documents(&mut self, command: &mut Command) -> Result<(), String> {
        if command.piped && !self.pending.is_empty() {
            return Err(
                "expected a here document at the end of its line, not before a pipe".to_owned(),
            );
        }
        for delimiter in std::mem::take(&mut self.pending) {
            let mut text = Vec::new();
            loop {
                let Some((line, next)) = line_at(self.text, self.at) else {
                    let delimiter = String::from_utf8_lossy(&delimiter).into_owned();
                    return Err(format!("expected the end of a here document: {delimiter}"));
                };
                let whole = &self.text[self.at..next];
                self.at = next;
                self.line += usize::from(whole.ends_with(b"\n"));
                if line == delimiter {
                    break;
                }
                text.extend_from_slice(whole);
            }
            command.stdin = Some(Stdin::Text(text));
        }
        Ok(())
    }

    fn word(&mut self, command: &mut Command) -> Result<Vec<u8>, String> {
        let mut word = Vec::new();
        if let Some((character, Strange::Dash, name)) = strange(&self.text[self.at..]) {
            self.at += character.len();
            let doubled = strange(&self.text[self.at..]);
            if let Some((character, Strange::Dash, _)) = doubled {
                self.at += character.len();
            }
            let is_long = self
                .text
                .get(self.at + 1)
                .is_some_and(u8::is_ascii_alphabetic);
            word.extend_from_slice(if is_long { b"--" } else { b"-" });
            let shown = shown(character, name);
            let read = String::from_utf8_lossy(&word).into_owned();
            let read = format!(" was read as `{read}`");
            command
                .damage
                .note(&format!("{shown} in"), self.line, &read);
        }
        while let Some(byte) = self.peek() {
            if matches!(strange(&self.text[self.at..]), Some((_, Strange::Blank, _))) {
                break;
            }
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'|' | b'&' | b'<' | b'>' | b'(' | b')' => break,
                b'\r' if self.looking_at(b"\r\n") => break,
                b'\\' if self.continuation() => {}
                b'\\' => {
                    self.at += 1;
                    word.extend(self.bump());
                }
                b'\'' => {
                    self.at += 1;
                    self.single_quoted(&mut word)?;
                }
                b'"' => {
                    self.at += 1;
                    self.double_quoted(&mut word)?;
                }
                b'$' if self.looking_at(b"$'") => {
                    self.at += 2;
                    self.ansi_c_quoted(&mut word, command)?;
                }
                b'$' if self.looking_at(b"$\"") => self.at += 1,
                b'`' if self.looking_at(b"`\n") || self.looking_at(b"`\r\n") => {
                    return Err(
                        "expected bash quoting, but this is written for PowerShell (a backtick at \
                         the end of a line): copy it as cURL (bash)"
                            .to_owned(),
                    );
                }
                b'$' | b'`' => self.dollar(&mut word)?,
                b'^' if self.looking_at(b"^\"") => {
                    return Err(
                        "expected bash quoting, but this is written for cmd.exe (`^\"`): copy it \
                         as cURL (bash)"
                            .to_owned(),
                    );
                }
                _ => {
                    word.push(byte);
                    self.at += 1;
                }
            }
        }
        Ok(word)
    }

    fn single_quoted(&mut self, word: &mut Vec<u8>) -> Result<(), String> {
        loop {
            match self.bump() {
                None => return Err("expected a closing `'`".to_owned()),
                Some(b'\'') => return Ok(()),
                Some(byte) => word.push(byte),
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Vec<u8>) -> Result<(), String> {
        loop {
            match self.peek() {
                None => return Err("expected a closing `\"`".to_owned()),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') if self.continuation() => {}
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'$' | b'`') => {}
                        _ => word.push(b'\\'),
                    }
                    word.extend(self.bump());
                }
                Some(b'$' | b'`') => self.dollar(word)?,
                Some(_) => word.extend(self.bump()),
            }
        }
    }

    /// A `$` that stands for itself, or one that only a shell can resolve.
    fn dollar(&mut self, word: &mut Vec<u8>) -> Result<(), String> {
        let rest = &self.text[self.at..];
        let special = match rest.get(1) {
            _ if rest.starts_with(b"`") => true,
            Some(next) => next.is_ascii_alphanumeric() || b"_{(*@#?$!-".contains(next),
            None => false,
        };
        if special {
            let end = rest.len().min(20);
            let shown = String::from_utf8_lossy(&rest[..end]).into_owned();
            return Err(format!(
                "expected literal text, but this needs a shell to work out: {shown}"
            ));
        }
        word.extend(self.bump());
        Ok(())
    }
}
