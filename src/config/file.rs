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
