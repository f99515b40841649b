//! Reading tables of a TOML document while collecting everything that is wrong with them.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lettermint::suggest;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It is wrong.
    Error,
    /// It works, and is probably not what was meant.
    Warning,
}

/// Something wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The line, counted from 1.
    pub line: usize,
    /// The name of the webhook that it concerns.
    pub webhook: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// A document's text, for line numbers, and its mistakes of syntax.
#[derive(Debug)]
pub struct Source<'i> {
    text: &'i str,
    problems: Vec<Problem>,
}

impl<'i> Source<'i> {
    /// Parses a document as far as its syntax allows.
    #[must_use]
    pub fn parse(text: &'i str) -> (Self, DeTable<'i>) {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut source = Self {
            text,
            problems: Vec::new(),
        };
        source.problems = errors
            .iter()
            .map(|error| Problem {
                severity: Severity::Error,
                line: source.line(error.span().map_or(0, |span| span.start)),
                webhook: None,
                // Only the message: the whole error quotes the line, which may hold a secret.
                message: format!("not TOML ({})", error.message().replace('\n', ", ")),
                hint: None,
            })
            .collect();
        // One slip makes the parser stumble on; the first per line says it.
        source.problems.dedup_by_key(|problem| problem.line);
        (source, document.into_inner())
    }

    /// The mistakes of syntax.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// Whether the syntax is broken there, so that what is missing may only be unread.
    fn is_broken(&self) -> bool {
        !self.problems.is_empty()
    }
}

/// Takes values out of one table.
#[derive(Debug)]
pub struct TableReader<'a, 'i> {
    source: &'a Source<'i>,
    table: &'a DeTable<'i>,
    start: usize,
    known: &'a [&'a str],
    refused: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl<'a, 'i> TableReader<'a, 'i> {
    /// Reads a table with these keys.
    #[must_use]
    pub fn new(source: &'a Source<'i>, table: &'a DeTable<'i>, known: &'a [&'a str]) -> Self {
        Self {
            source,
            table,
            start: 0,
            known,
            refused: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Says where the table begins, which is where missing keys are reported, and gives its line.
    pub fn begins(&mut self, span: &Range<usize>) -> usize {
        self.start = span.start;
        self.source.line(span.start)
    }

    /// Reports a problem at a place.
    pub fn report(
        &mut self,
        severity: Severity,
        span: &Range<usize>,
        message: String,
        hint: Option<String>,
    ) {
        self.problems.push(Problem {
            severity,
            line: self.source.line(span.start),
            webhook: None,
            message,
            hint,
        });
    }

    /// Reports an error at a key.
    pub fn error(&mut self, key: &str, message: String, hint: Option<String>) {
        let span = self
            .table
            .get_key_value(key)
            .map_or(self.start..self.start, |(key, _)| key.span());
        self.report(Severity::Error, &span, message, hint);
    }

    /// Whether a key is there that has its own error, which then is not unknown as well.
    pub fn refuse(&mut self, key: &'static str) -> bool {
        self.refused.push(key);
        self.table.contains_key(key)
    }

    /// A text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.value(key, "a text, not empty", |value| {
            value
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        })
    }

    /// A text that must be there.
    pub fn required_text(&mut self, key: &str, example: &str) -> Option<String> {
        if !self.table.contains_key(key) {
            if !self.source.is_broken() {
                let hint = format!("add one, such as `{key} = \"{example}\"`");
                self.error(key, format!("`{key}` is missing"), Some(hint));
            }
            return None;
        }
        self.text(key)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &str) -> Option<bool> {
        self.value(key, "true or false", DeValue::as_bool)
    }

    /// An array of texts, each with its place.
    pub fn texts(&mut self, key: &str) -> Option<Vec<(String, Range<usize>)>> {
        let items = self.value(key, "an array of texts", DeValue::as_array)?;
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => {
                    let message = format!("`{key}` should be an array of texts");
                    self.report(Severity::Error, &item.span(), message, None);
                }
            }
        }
        Some(texts)
    }

    /// A table inside, read by `read`.
    pub fn table<T>(
        &mut self,
        key: &str,
        known: &[&str],
        read: impl FnOnce(&mut TableReader<'_, 'i>) -> Option<T>,
    ) -> Option<T> {
        let table = self.value(key, "a table", DeValue::as_table)?;
        let mut inner = TableReader::new(self.source, table, known);
        inner.start = self.table.get(key).map_or(0, |value| value.span().start);
        let result = read(&mut inner);
        self.problems.extend(inner.finish(None));
        result
    }

    /// An array of tables, each with its place.
    pub fn tables(&mut self, key: &str) -> Vec<(&'a DeTable<'i>, Range<usize>)> {
        const EXPECTED: &str = "an array of tables";
        let Some(items) = self.value(key, EXPECTED, DeValue::as_array) else {
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, item.span())),
                None => {
                    let message = format!("`{key}` should be {EXPECTED}");
                    let hint = Some(format!("begin each with `[[{key}]]`"));
                    self.report(Severity::Error, &item.span(), message, hint);
                }
            }
        }
        tables
    }

    /// Everything that is wrong with the table, unknown keys included, as of a webhook.
    #[must_use]
    pub fn finish(mut self, webhook: Option<&str>) -> Vec<Problem> {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if self.known.contains(&name) || self.refused.contains(&name) {
                continue;
            }
            let hint = match suggest::nearest(name, self.known.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("known are `{}`", self.known.join("`, `")),
            };
            self.report(
                Severity::Error,
                &key.span(),
                format!("unknown key: {name}"),
                Some(hint),
            );
        }
        for problem in &mut self.problems {
            problem.webhook = webhook.map(str::to_owned);
        }
        self.problems
    }

    fn value<T>(
        &mut self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'a DeValue<'i>) -> Option<T>,
    ) -> Option<T> {
        let value: &'a Spanned<DeValue<'i>> = self.table.get(key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            let hint =
                (expected == "an array of tables").then(|| format!("begin each with `[[{key}]]`"));
            self.error(key, format!("`{key}` should be {expected}"), hint);
        }
        read
    }
}
