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

use super::webhook::{BasicAuth, SecretPlace, Webhook};
use crate::delivery::Target;
use crate::lettermint::EventPattern;

pub(crate) const FILE_NAME: &str = "lettermint-hook.toml";

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
    pub(crate) events: Vec<EventPattern>,
    pub(crate) enabled: bool,
    pub(crate) secret: Option<SecretPlace>,
    pub(crate) basic_auth: Option<BasicAuth>,
    pub(crate) route: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) include_machine_events: bool,
}

impl WebhookFile {
    pub(crate) fn webhooks(self) -> Vec<Webhook> {
        let entries = self.entries.into_iter();
        entries.filter_map(WebhookEntry::webhook).collect()
    }
}

impl WebhookEntry {
    /// The webhook, when nothing that it needs is missing.
    fn webhook(self) -> Option<Webhook> {
        Some(Webhook {
            name: self.name?,
            target: self.target?,
            events: self.events,
            enabled: self.enabled,
            secret: self.secret,
            basic_auth: self.basic_auth,
            route: self.route,
            project: self.project,
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

#[cfg(test)]
mod tests {
    use std::path::Path;

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
    fn every_problem_is_found_at_once_with_its_line() {
        let found = parse(
            r#"color = "red"
[[webhook]]
name = "a"
evnts = ["x"]
secret = "whsec_marker"
url = "nowhere"
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
                (6, "not a URL (it names no host, port or path): nowhere"),
                (8, "name already taken in line 2: a"),
                (9, "credentials do not belong in the URL (`u:…@`)"),
                (10, "`enabled` should be true or false"),
                (11, "`events` should be an array of texts"),
                (11, "unknown event: message.deliverd"),
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
