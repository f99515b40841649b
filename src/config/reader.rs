//! Reading `lettermint-hook.toml`. It goes on after a mistake, so that one look at the file finds
//! them all.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::file::{Problem, Severity, WebhookEntry, WebhookFile};
use super::secrets::is_name;
use super::webhook::{BasicAuth, SecretPlace};
use crate::delivery::Target;
use crate::delivery::target::{TargetError, without_credentials};
use crate::lettermint::event_pattern::UnknownEvent;
use crate::lettermint::{EventPattern, suggest};

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
    secret_env: Option<Spanned<Text>>,
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
    password_env: Option<Spanned<Text>>,
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

    fn events(&mut self, events: Option<Spanned<Vec<Spanned<String>>>>) -> Vec<EventPattern> {
        let mut patterns = Vec::new();
        let Some(events) = events else {
            return patterns;
        };
        if events.get_ref().is_empty() {
            let hint = "leave it out for all events, or use `enabled = false` for none";
            self.error(events.span().start, "`events` is empty", Some(hint.into()));
        }
        for wanted in events.get_ref() {
            let at = wanted.span().start;
            let wanted: Result<EventPattern, UnknownEvent> = wanted.get_ref().parse();
            match wanted {
                Ok(pattern) => patterns.push(pattern),
                Err(unknown) => self.error(at, unknown.to_string(), Some(unknown.hint())),
            }
        }
        patterns
    }

    fn secret(
        &mut self,
        variable: Option<Spanned<Text>>,
        file: Option<Spanned<Text>>,
    ) -> Option<SecretPlace> {
        let variable = self.name("secret_env", variable);
        if let (Some(_), Some(file)) = (&variable, &file) {
            let message =
                "a webhook has one secret, but both are given: `secret_env` and `secret_file`";
            self.error(file.span().start, message, Some("keep one of them".into()));
        }
        let file = file.map(|path| SecretPlace::File(self.directory.join(path.into_inner().0)));
        variable.map(SecretPlace::Variable).or(file)
    }

    /// A variable's name. What cannot be one may be the secret itself, which is not kept.
    fn name(&mut self, key: &str, name: Option<Spanned<Text>>) -> Option<String> {
        let name = name?;
        if is_name(&name.get_ref().0) {
            return Some(name.into_inner().0);
        }
        let message = format!("`{key}` should be the name of a variable, not what is in it");
        let hint = format!("such as `{key} = \"ORDERS_WEBHOOK_SECRET\"`");
        self.error(name.span().start, message, Some(hint));
        None
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
            password_env: self.name("password_env", password_env)?,
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
