//! `lettermint-hook.toml`: the webhooks that it defines, and everything that is wrong with it.
//!
//! ```toml
//! [[webhook]]
//! name = "orders"                  # required, unique
//! url = "http://localhost:3000/webhooks/lettermint"
//! events = ["message.*_bounced"]   # globs; all events without it
//! enabled = true
//! secret_env = "ORDERS_SECRET"     # or secret_file = "orders.key", next to this file
//! basic_auth = { username = "hooks", password_env = "ORDERS_PASSWORD" }
//! route = "…"
//! project = "…"
//! include_machine_events = false
//! ```
//!
//! Reading goes on after a mistake, so that one look at the file finds them all.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::webhook::{BasicAuth, SecretPlace, Webhook};
use crate::delivery::Target;
use crate::delivery::target::{TargetError, without_credentials};
use crate::lettermint::{catalogue, glob, suggest};

pub(crate) const FILE_NAME: &str = "lettermint-hook.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    #[serde(default)]
    webhook: Vec<Spanned<WebhookTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookTable {
    name: Option<Spanned<Text>>,
    url: Option<Spanned<Text>>,
    events: Option<Spanned<Vec<Spanned<String>>>>,
    enabled: Option<bool>,
    secret_env: Option<Text>,
    secret_file: Option<Spanned<Text>>,
    basic_auth: Option<Spanned<BasicAuthTable>>,
    route: Option<Text>,
    project: Option<Text>,
    include_machine_events: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BasicAuthTable {
    username: Option<Text>,
    password_env: Option<Text>,
}

/// A text that is not empty.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Text(String);

impl TryFrom<String> for Text {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        match text.is_empty() {
            true => Err("empty"),
            false => Ok(Self(text)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    /// It works, and is probably not what was meant.
    Warning,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) webhook: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WebhookFile {
    /// Its webhooks, complete or not, in order.
    pub(crate) entries: Vec<WebhookEntry>,
    pub(crate) problems: Vec<Problem>,
}

/// One `[[webhook]]` as far as it could be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebhookEntry {
    /// The line of its heading, counted from 1.
    pub(crate) line: usize,
    pub(crate) name: Option<String>,
    /// `url` as written, but without credentials.
    pub(crate) url: Option<String>,
    /// `url`, when it is one.
    pub(crate) target: Option<Target>,
    pub(crate) events: Vec<String>,
    pub(crate) enabled: bool,
    pub(crate) secret: Option<SecretPlace>,
    pub(crate) basic_auth: Option<BasicAuth>,
    pub(crate) route: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) include_machine_events: bool,
}

impl WebhookFile {
    /// Reads a file's text. Paths in it are relative to `directory`, the file's own.
    pub(crate) fn parse(text: &str, directory: &Path) -> Self {
        let (document, syntax) = DeTable::parse_recoverable(text);
        let mut reader = Reader {
            text,
            directory,
            problems: Vec::new(),
            is_broken: !syntax.is_empty(),
        };
        let entries = reader.entries(document);
        for problem in &mut reader.problems {
            let mut before = entries.iter().rev();
            let entry = before.find(|entry| entry.line <= problem.line);
            problem.webhook = entry.and_then(|entry| entry.name.clone());
        }
        reader.syntax_errors(&syntax);
        let mut problems = reader.problems;
        if entries.is_empty() && problems.is_empty() {
            problems.push(Problem {
                severity: Severity::Warning,
                line: 1,
                webhook: None,
                message: "no webhook is defined".into(),
                hint: Some("begin one with `[[webhook]]`, then `name` and `url`".into()),
            });
        }
        problems.sort_by_key(|problem| problem.line);
        Self { entries, problems }
    }

    pub(crate) fn webhooks(&self) -> Vec<Webhook> {
        self.entries
            .iter()
            .filter_map(WebhookEntry::webhook)
            .collect()
    }
}

impl WebhookEntry {
    fn webhook(&self) -> Option<Webhook> {
        Some(Webhook {
            name: self.name.clone()?,
            target: self.target.clone()?,
            events: self.events.clone(),
            enabled: self.enabled,
            secret: self.secret.clone(),
            basic_auth: self.basic_auth.clone(),
            route: self.route.clone(),
            project: self.project.clone(),
            include_machine_events: self.include_machine_events,
        })
    }

    /// An error of this webhook as a whole.
    pub(crate) fn problem(&self, message: String, hint: Option<String>) -> Problem {
        Problem {
            severity: Severity::Error,
            line: self.line,
            webhook: self.name.clone(),
            message,
            hint,
        }
    }

    /// Whether payloads, which hold personal data, would cross a network unencrypted.
    pub(crate) fn is_exposed(&self) -> bool {
        self.target
            .as_ref()
            .is_some_and(|target| !target.is_tls() && !target.is_loopback_by_name())
    }
}

struct Reader<'a> {
    text: &'a str,
    directory: &'a Path,
    problems: Vec<Problem>,
    /// Whether the syntax is broken, so that what is missing may only be unread.
    is_broken: bool,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    fn report(&mut self, severity: Severity, at: usize, message: String, hint: Option<String>) {
        self.problems.push(Problem {
            severity,
            line: self.line(at),
            webhook: None,
            message,
            hint,
        });
    }

    fn error(&mut self, at: usize, message: impl Into<String>, hint: Option<String>) {
        self.report(Severity::Error, at, message.into(), hint);
    }

    fn syntax_errors(&mut self, errors: &[toml::de::Error]) {
        let mut last = 0;
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            // One slip makes the parser stumble on; the first per line says it.
            if std::mem::replace(&mut last, self.line(at)) == last {
                continue;
            }
            // Only the message: the whole error quotes the line, which may hold a secret.
            let message = format!("not TOML ({})", error.message().replace('\n', ", "));
            self.error(at, message, None);
        }
    }

    /// Deserializes again and again, each time without what was refused before: serde ends at the
    /// first mistake, and all of them are to be found.
    fn entries(&mut self, mut document: Spanned<DeTable<'_>>) -> Vec<WebhookEntry> {
        let file = loop {
            let refused = match FileTable::deserialize(toml::Deserializer::from(document.clone())) {
                Ok(file) => break file,
                Err(refused) => refused,
            };
            let at = refused.span().map_or(0, |span| span.start);
            let Some(key) = remove_at(document.get_mut(), at) else {
                self.error(at, "this cannot be read", None);
                break FileTable::default();
            };
            let (message, hint) = describe(&key, refused.message());
            self.error(at, message, hint);
        };
        let lines: Vec<_> = (file.webhook.iter())
            .map(|table| self.line(table.span().start))
            .collect();
        let ends = lines.iter().skip(1).copied().chain([usize::MAX]);
        let mut entries = Vec::new();
        for (table, lines) in file
            .webhook
            .into_iter()
            .zip(lines.iter().copied().zip(ends))
        {
            let place = Place {
                at: table.span().start,
                lines: lines.0..lines.1,
            };
            let entry = self.entry(&place, table.into_inner(), &entries);
            entries.push(entry);
        }
        entries
    }

    fn entry(
        &mut self,
        place: &Place,
        table: WebhookTable,
        earlier: &[WebhookEntry],
    ) -> WebhookEntry {
        self.require(place, "name", "orders", table.name.is_some());
        let example = "http://localhost:3000/webhooks/lettermint";
        self.require(place, "url", example, table.url.is_some());
        let name = table.name.map(|name| {
            let at = name.span().start;
            let name = name.into_inner().0;
            if let Some(twin) = earlier
                .iter()
                .find(|entry| entry.name.as_ref() == Some(&name))
            {
                let message = format!("name already taken in line {}: {name}", twin.line);
                self.error(
                    at,
                    message,
                    Some("every webhook needs a name of its own".into()),
                );
            }
            name
        });
        let url = table.url.map(|url| (url.span().start, url.into_inner().0));
        WebhookEntry {
            line: place.lines.start,
            name,
            target: url.as_ref().and_then(|(at, url)| self.target(*at, url)),
            url: url.map(|(_, url)| without_credentials(&url)),
            events: self.events(table.events),
            enabled: table.enabled.unwrap_or(true),
            secret: self.secret(table.secret_env, table.secret_file),
            basic_auth: table
                .basic_auth
                .and_then(|auth| self.basic_auth(place, auth)),
            route: table.route.map(|text| text.0),
            project: table.project.map(|text| text.0),
            include_machine_events: table.include_machine_events.unwrap_or(false),
        }
    }

    /// Reports a key that is not there, unless it is and was refused.
    fn require(&mut self, place: &Place, key: &str, example: &str, is_there: bool) {
        let refusal = format!("`{key}` ");
        let mut problems = self.problems.iter();
        let is_refused = problems.any(|problem| {
            place.lines.contains(&problem.line) && problem.message.starts_with(&refusal)
        });
        if !is_there && !is_refused && !self.is_broken {
            let hint = format!("add one, such as `{key} = \"{example}\"`");
            self.error(place.at, format!("`{key}` is missing"), Some(hint));
        }
    }

    fn target(&mut self, at: usize, url: &str) -> Option<Target> {
        let (message, hint) = match Target::parse(url) {
            Ok(target) => return Some(target),
            Err(error @ TargetError::Credentials(_)) => (
                error.to_string(),
                "use `basic_auth = { username = \"…\", password_env = \"…\" }`",
            ),
            // The text of what is no URL may still hold a password.
            Err(error) => {
                let text = error.to_string().replace(url, &without_credentials(url));
                (text, error.hint())
            }
        };
        self.error(at, message, Some(hint.into()));
        None
    }

    fn events(&mut self, events: Option<Spanned<Vec<Spanned<String>>>>) -> Vec<String> {
        let Some(events) = events else {
            return Vec::new();
        };
        if events.get_ref().is_empty() {
            let hint = "leave it out for all events, or use `enabled = false` for none";
            self.error(events.span().start, "`events` is empty", Some(hint.into()));
        }
        for wanted in events.get_ref() {
            let at = wanted.span().start;
            let wanted = wanted.get_ref();
            if catalogue::names().any(|name| glob::matches(wanted, name)) {
                continue;
            }
            let hint = suggest::did_you_mean(wanted, catalogue::names());
            let hint = hint.unwrap_or_else(|| "`lettermint-hook events` lists them".to_owned());
            let message = format!("no known event matches: {wanted}");
            self.report(Severity::Warning, at, message, Some(hint));
        }
        let events = events.into_inner().into_iter();
        events.map(Spanned::into_inner).collect()
    }

    fn secret(
        &mut self,
        variable: Option<Text>,
        file: Option<Spanned<Text>>,
    ) -> Option<SecretPlace> {
        if let (Some(_), Some(file)) = (&variable, &file) {
            let message =
                "a webhook has one secret, but both are given: `secret_env` and `secret_file`";
            self.error(file.span().start, message, Some("keep one of them".into()));
        }
        let file = file.map(|path| SecretPlace::File(self.directory.join(path.into_inner().0)));
        variable.map(|name| SecretPlace::Variable(name.0)).or(file)
    }

    fn basic_auth(&mut self, place: &Place, auth: Spanned<BasicAuthTable>) -> Option<BasicAuth> {
        let place = Place {
            at: auth.span().start,
            lines: place.lines.clone(),
        };
        let BasicAuthTable {
            username,
            password_env,
        } = auth.into_inner();
        self.require(&place, "username", "hooks", username.is_some());
        self.require(
            &place,
            "password_env",
            "WEBHOOK_PASSWORD",
            password_env.is_some(),
        );
        Some(BasicAuth {
            username: username?.0,
            password_env: password_env?.0,
        })
    }
}

/// Where a webhook stands.
struct Place {
    /// The offset at which missing keys are reported.
    at: usize,
    lines: Range<usize>,
}

/// Removes the key or the array's element at an offset, the innermost there is. The key's name.
fn remove_at(table: &mut DeTable<'_>, at: usize) -> Option<String> {
    let mut found = None;
    for (key, value) in table.iter_mut() {
        if let Some(name) = remove_inside(value.get_mut(), key.get_ref(), at) {
            return Some(name);
        }
        if key.span().contains(&at) || value.span().contains(&at) {
            found = Some(key.clone());
        }
    }
    let key = found?;
    table.remove(&key);
    Some(key.into_inner().into_owned())
}

fn remove_inside(value: &mut DeValue<'_>, key: &str, at: usize) -> Option<String> {
    match value {
        DeValue::Table(table) => remove_at(table, at),
        DeValue::Array(items) => {
            let mut inner = items.iter_mut();
            if let Some(name) = inner.find_map(|item| remove_inside(item.get_mut(), key, at)) {
                return Some(name);
            }
            let others = items.iter().filter(|item| !item.span().contains(&at));
            let others: DeArray<'_> = others.cloned().collect();
            let is_inside = others.len() < items.len();
            *items = others;
            is_inside.then(|| key.to_owned())
        }
        _ => None,
    }
}

/// What is wrong with a key, and what to write instead. Never quotes the value, which may be a
/// secret.
fn describe(key: &str, refusal: &str) -> (String, Option<String>) {
    let Some((_, known)) = refusal
        .strip_prefix("unknown field")
        .and_then(|rest| rest.rsplit_once(", expected "))
    else {
        let hint = (key == "webhook").then(|| "begin each with `[[webhook]]`".to_owned());
        return (format!("`{key}` should be {}", expected(key)), hint);
    };
    // The names stand in backticks.
    let known: Vec<_> = known.split('`').skip(1).step_by(2).collect();
    match key {
        "secret" => (
            "the secret itself does not belong in the file: `secret`".to_owned(),
            Some(
                "name where it is: `secret_env = \"VARIABLE\"` or `secret_file = \"PATH\"`".into(),
            ),
        ),
        "password" => (
            "the password itself does not belong in the file: `password`".to_owned(),
            Some("name the variable that holds it: `password_env = \"VARIABLE\"`".into()),
        ),
        _ => {
            let hint = suggest::did_you_mean(key, known.iter().copied())
                .unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
            (format!("unknown key: {key}"), Some(hint))
        }
    }
}

fn expected(key: &str) -> &'static str {
    match key {
        "webhook" => "an array of tables",
        "events" => "an array of texts",
        "basic_auth" => "a table",
        "enabled" | "include_machine_events" => "true or false",
        _ => "a text, not empty",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> WebhookFile {
        WebhookFile::parse(text, Path::new("/etc/hooks"))
    }

    fn problems(text: &str) -> Vec<(usize, String)> {
        parse(text)
            .problems
            .into_iter()
            .map(|problem| (problem.line, problem.message))
            .collect()
    }

    #[test]
    fn a_whole_webhook() {
        let file = parse(
            r#"
[[webhook]]
name = "orders"
url = "https://orders.example/hook"
events = ["message.*_bounced", "webhook.test"]
enabled = false
secret_file = "orders.key"
basic_auth = { username = "hooks", password_env = "PW" }
route = "r"
project = "p"
include_machine_events = true
"#,
        );
        assert_eq!(file.problems, []);
        assert_eq!(file.entries[0].line, 2);
        let webhook = &file.webhooks()[0];
        assert_eq!(
            webhook.secret,
            Some(SecretPlace::File("/etc/hooks/orders.key".into()))
        );
        assert_eq!(webhook.basic_auth.as_ref().unwrap().password_env, "PW");
        assert!(!webhook.enabled && webhook.include_machine_events);
        assert_eq!(
            (webhook.route.as_deref(), webhook.project.as_deref()),
            (Some("r"), Some("p"))
        );
    }

    #[test]
    fn defaults() {
        let file = parse("[[webhook]]\nname = 'a'\nurl = 'http://localhost:1/'\n");
        assert_eq!(file.problems, []);
        let webhook = &file.webhooks()[0];
        assert!(webhook.enabled && webhook.events.is_empty() && !webhook.include_machine_events);
        assert_eq!(webhook.secret, None);
    }

    #[test]
    fn every_problem_is_found_at_once_with_its_line() {
        let found = parse(
            r#"color = "red"
[[webhook]]
name = "a"
evnts = ["x"]
secret = "whsec_marker"
url = "localhost"
[[webhook]]
name = "a"
url = "http://u:marker@localhost/"
enabled = "yes"
events = ["message.deliverd", 3]
secret_env = "A"
secret_file = "b"
[[webhook]]
basic_auth = { username = "u", password = "marker", extra = 1 }
"#,
        );
        let lines: Vec<_> = found
            .problems
            .iter()
            .map(|problem| (problem.line, problem.message.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (1, "unknown key: color"),
                (4, "unknown key: evnts"),
                (5, "the secret itself does not belong in the file: `secret`"),
                (6, "not a URL (it has no `http://`): localhost"),
                (8, "name already taken in line 2: a"),
                (9, "credentials do not belong in the URL (`u:…@`)"),
                (10, "`enabled` should be true or false"),
                (11, "`events` should be an array of texts"),
                (11, "no known event matches: message.deliverd"),
                (
                    13,
                    "a webhook has one secret, but both are given: `secret_env` and `secret_file`"
                ),
                (14, "`name` is missing"),
                (14, "`url` is missing"),
                (15, "unknown key: extra"),
                (
                    15,
                    "the password itself does not belong in the file: `password`"
                ),
                (15, "`password_env` is missing"),
            ]
        );
        assert!(!format!("{found:?}").contains("marker"));
        let hint = |line| {
            found
                .problems
                .iter()
                .find(|p| p.line == line)
                .unwrap()
                .hint
                .as_deref()
        };
        assert_eq!(hint(4), Some("did you mean `events`?"));
    }

    #[test]
    fn what_is_no_toml_or_no_array() {
        assert_eq!(
            problems("[webhook]\nname = 'a'\n"),
            [(1, "`webhook` should be an array of tables".to_owned())]
        );
        let broken = problems("[[webhook]]\nname = \nurl = 'http://localhost/'\n");
        assert_eq!(broken[0].0, 2);
        assert_eq!(problems(""), [(1, "no webhook is defined".to_owned())]);
        assert_eq!(
            problems("[[webhook]]\nname='a'\nurl='http://localhost/'\nevents=[]\n"),
            [(4, "`events` is empty".to_owned())]
        );
        assert_eq!(problems("[[webhooks]]\n")[0].1, "unknown key: webhooks");
    }
}
