//! `lettermint-hook.toml`: the webhooks that it defines, and everything that is wrong with it.
//!
//! ```toml
//! [[webhook]]
//! name = "orders"                  # required, unique
//! url = "http://localhost:3000/webhooks/lettermint"
//! events = ["message.*_bounced"]   # globs; all events without it
//! enabled = true
//! secret_env = "ORDERS_SECRET"     # or secret_file = "orders.key", beside this file
//! basic_auth = { username = "hooks", password_env = "ORDERS_PASSWORD" }
//! route = "…"
//! project = "…"
//! include_machine_events = false
//! ```
//!
//! Reading goes on after a mistake, so that one look at the file finds them all.

use std::path::Path;

use super::toml_table::{Problem, Severity, Source, TableReader};
use super::webhook::{BasicAuth, SecretPlace, Webhook};
use crate::delivery::Target;
use crate::delivery::target::{TargetError, without_credentials};
use crate::lettermint::{catalogue, glob, suggest};

/// The name of the file.
pub const FILE_NAME: &str = "lettermint-hook.toml";

/// The keys of a `[[webhook]]`.
const KEYS: [&str; 10] = [
    "name",
    "url",
    "events",
    "enabled",
    "secret_env",
    "secret_file",
    "basic_auth",
    "route",
    "project",
    "include_machine_events",
];

/// A file as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookFile {
    /// Its webhooks, complete or not, in order.
    pub entries: Vec<WebhookEntry>,
    /// What is wrong with it, by line.
    pub problems: Vec<Problem>,
}

/// One `[[webhook]]` as far as it could be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEntry {
    /// The line of its heading, counted from 1.
    pub line: usize,
    /// `name`, when there is one.
    pub name: Option<String>,
    /// `url` as written, but without credentials, when there is one.
    pub url: Option<String>,
    /// `url`, when it is one.
    pub target: Option<Target>,
    /// `events`; none means all.
    pub events: Vec<String>,
    /// `enabled`.
    pub enabled: bool,
    /// `secret_env` or `secret_file`.
    pub secret: Option<SecretPlace>,
    /// `basic_auth`.
    pub basic_auth: Option<BasicAuth>,
    /// `route`.
    pub route: Option<String>,
    /// `project`.
    pub project: Option<String>,
    /// `include_machine_events`.
    pub include_machine_events: bool,
}

impl WebhookFile {
    /// Reads a file's text. Paths in it are relative to `folder`, the file's own.
    #[must_use]
    pub fn parse(text: &str, folder: &Path) -> Self {
        let (source, document) = Source::parse(text);
        let mut file = Self::default();
        let mut top = TableReader::new(&source, &document, &["webhook"]);
        for (table, span) in top.tables("webhook") {
            let mut table = TableReader::new(&source, table, &KEYS);
            let line = table.begins(&span);
            let entry = WebhookEntry::read(&mut table, line, folder);
            let twin = file
                .entries
                .iter()
                .find(|earlier| earlier.name.is_some() && earlier.name == entry.name);
            if let (Some(twin), Some(name)) = (twin, &entry.name) {
                let message = format!("name already taken in line {}: {name}", twin.line);
                table.error(
                    "name",
                    message,
                    Some("every webhook needs a name of its own".into()),
                );
            }
            file.problems.extend(table.finish(entry.name.as_deref()));
            file.entries.push(entry);
        }
        file.problems.extend(top.finish(None));
        file.problems.extend(source.into_problems());
        if file.entries.is_empty() && file.problems.is_empty() {
            file.problems.push(Problem {
                severity: Severity::Warning,
                line: 1,
                webhook: None,
                message: "no webhook is defined".into(),
                hint: Some("begin one with `[[webhook]]`, then `name` and `url`".into()),
            });
        }
        file.problems.sort_by_key(|problem| problem.line);
        file
    }

    /// The webhooks that are complete.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.entries
            .iter()
            .filter_map(WebhookEntry::webhook)
            .collect()
    }
}

impl WebhookEntry {
    fn read(table: &mut TableReader<'_, '_>, line: usize, folder: &Path) -> Self {
        let name = table.required_text("name", "orders");
        let url = table.required_text("url", "http://localhost:3000/webhooks/lettermint");
        Self {
            line,
            target: url.as_deref().and_then(|url| read_target(table, url)),
            name,
            url: url.as_deref().map(without_credentials),
            events: read_events(table),
            enabled: table.boolean("enabled").unwrap_or(true),
            secret: read_secret(table, folder),
            basic_auth: read_basic_auth(table),
            route: table.text("route"),
            project: table.text("project"),
            include_machine_events: table.boolean("include_machine_events").unwrap_or(false),
        }
    }

    /// The webhook, when its name and URL are there and good.
    #[must_use]
    pub fn webhook(&self) -> Option<Webhook> {
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

    /// A problem with this webhook as a whole.
    #[must_use]
    pub fn problem(&self, severity: Severity, message: String, hint: Option<String>) -> Problem {
        Problem {
            severity,
            line: self.line,
            webhook: self.name.clone(),
            message,
            hint,
        }
    }

    /// Whether payloads, which hold personal data, would cross a network unencrypted.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.target
            .as_ref()
            .is_some_and(|target| !target.is_tls() && !target.is_loopback_by_name())
    }
}

fn read_target(table: &mut TableReader<'_, '_>, url: &str) -> Option<Target> {
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
    table.error("url", message, Some(hint.into()));
    None
}

fn read_events(table: &mut TableReader<'_, '_>) -> Vec<String> {
    let globs = table.texts("events");
    if globs.as_ref().is_some_and(Vec::is_empty) {
        table.error(
            "events",
            "`events` is empty".into(),
            Some("leave it out for all events, or use `enabled = false` for none".into()),
        );
    }
    let globs = globs.unwrap_or_default();
    for (wanted, span) in &globs {
        if catalogue::names().any(|name| glob::matches(wanted, name)) {
            continue;
        }
        let nearest = suggest::nearest(wanted, catalogue::names());
        let hint = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`lettermint-hook events` lists them".to_owned(),
        };
        table.report(
            Severity::Warning,
            span,
            format!("no known event matches: {wanted}"),
            Some(hint),
        );
    }
    globs.into_iter().map(|(wanted, _)| wanted).collect()
}

fn read_secret(table: &mut TableReader<'_, '_>, folder: &Path) -> Option<SecretPlace> {
    if table.refuse("secret") {
        table.error(
            "secret",
            "the secret itself does not belong in the file: `secret`".into(),
            Some(
                "name where it is: `secret_env = \"VARIABLE\"` or `secret_file = \"PATH\"`".into(),
            ),
        );
    }
    let variable = table.text("secret_env");
    let file = table.text("secret_file");
    if variable.is_some() && file.is_some() {
        table.error(
            "secret_file",
            "a webhook has one secret, but both are given: `secret_env` and `secret_file`".into(),
            Some("keep one of them".into()),
        );
    }
    variable
        .map(SecretPlace::Variable)
        .or(file.map(|path| SecretPlace::File(folder.join(path))))
}

fn read_basic_auth(table: &mut TableReader<'_, '_>) -> Option<BasicAuth> {
    table.table("basic_auth", &["username", "password_env"], |inner| {
        if inner.refuse("password") {
            inner.error(
                "password",
                "the password itself does not belong in the file: `password`".into(),
                Some("name the variable that holds it: `password_env = \"VARIABLE\"`".into()),
            );
        }
        let username = inner.required_text("username", "hooks");
        let password_env = inner.required_text("password_env", "WEBHOOK_PASSWORD");
        Some(BasicAuth {
            username: username?,
            password_env: password_env?,
        })
    })
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
            r#"colour = "red"
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
                (1, "unknown key: colour"),
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
                (
                    15,
                    "the password itself does not belong in the file: `password`"
                ),
                (15, "`password_env` is missing"),
                (15, "unknown key: extra"),
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
