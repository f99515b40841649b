//! As much of bash as command lines for curl are written in: words, quotes, pipes, here
//! documents. Nothing is ever run, and whatever only a shell could work out (variables, command
//! substitution) is refused by name.
//!
//! Source: the Bash reference manual, sections 3.1.2 (quoting), 3.1.2.4 (`$'…'`) and 3.6
//! (redirections).

use super::super::http::line_at;

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
            Ok(command) => found.push(Ok(command)),
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
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"$ ").unwrap_or(line).trim_ascii_start();
    [&b"curl"[..], b"curl.exe"].iter().any(|name| {
        line.strip_prefix(*name)
            .is_some_and(|rest| matches!(rest.first(), Some(b' ' | b'\t' | b'\\' | b'\r')))
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
        loop {
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
                Some(b'\\') if self.continuation() => {}
                Some(b'#') => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
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
        while let Some(byte) = self.peek() {
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
