//! The config file's webhooks, and everything that is wrong with them.

use serde_json::{Value, json};

use crate::config::file::{Problem, Severity, WebhookEntry};
use crate::lettermint::EventPattern;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::table;
use crate::terminal::table::{Align, Cell, cell};
use crate::terminal::{Outcome, visible};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretState {
    /// The file names none.
    Unnamed,
    Found,
    /// It is there and looks like a mistake.
    Doubtful,
    Missing,
}

pub(crate) struct WebhookRow {
    pub(crate) entry: WebhookEntry,
    pub(crate) secret: SecretState,
    /// Where its secret is, with the path as people know it.
    pub(crate) secret_source: Option<String>,
}

pub(crate) struct WebhookTable {
    pub(crate) path: String,
    pub(crate) rows: Vec<WebhookRow>,
    pub(crate) problems: Vec<Problem>,
}

impl SecretState {
    fn code(self) -> &'static str {
        match self {
            Self::Unnamed => "unnamed",
            Self::Found => "found",
            Self::Doubtful => "doubtful",
            Self::Missing => "missing",
        }
    }
}

impl WebhookTable {
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    }
}

impl WebhookRow {
    fn cells(&self) -> Vec<Cell> {
        let entry = &self.entry;
        let shown = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            visible::escape(text).into_owned()
        };
        let required = |text: &Option<String>, role| match text {
            Some(_) => (role, shown(text)),
            None => (Role::Bad, "missing".to_owned()),
        };
        let source = shown(&self.secret_source);
        vec![
            required(&entry.name, Role::Strong),
            required(&entry.url, Role::Text),
            match entry.events.is_empty() {
                true => (Role::Faint, "all".to_owned()),
                false => cell(visible::escape(&shown_events(entry).join(", "))),
            },
            match entry.enabled {
                true => cell("yes"),
                false => (Role::Warning, "no".to_owned()),
            },
            match self.secret {
                SecretState::Unnamed => (Role::Faint, "none".to_owned()),
                SecretState::Found => (Role::Good, format!("✓ {source}")),
                SecretState::Doubtful => (Role::Warning, format!("! {source}")),
                SecretState::Missing => (Role::Bad, format!("✗ {source}")),
            },
            cell(shown(&entry.route)),
            cell(shown(&entry.project)),
        ]
    }

    fn json(&self) -> Value {
        let entry = &self.entry;
        json!({
            "line": entry.line,
            "name": entry.name,
            "url": entry.url,
            "events": shown_events(entry),
            "enabled": entry.enabled,
            "secret": { "source": self.secret_source, "state": self.secret.code() },
            "basic_auth": entry.basic_auth.as_ref().map(|auth| json!({
                "username": auth.username,
                "password_env": auth.password_env,
            })),
            "route": entry.route,
            "project": entry.project,
            "include_machine_events": entry.include_machine_events,
        })
    }
}

fn shown_events(entry: &WebhookEntry) -> Vec<&str> {
    entry.events.iter().map(EventPattern::as_str).collect()
}

fn label(severity: Severity) -> (&'static str, Role) {
    match severity {
        Severity::Error => ("error", Role::Bad),
        Severity::Warning => ("warning", Role::Warning),
    }
}

impl Outcome for WebhookTable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        if !self.rows.is_empty() {
            let columns = [
                "NAME", "URL", "EVENTS", "ENABLED", "SECRET", "ROUTE", "PROJECT",
            ]
            .map(|title| (title, Align::Left));
            let rows: Vec<_> = self.rows.iter().map(WebhookRow::cells).collect();
            table::write(&columns, &rows, paint, out);
            out.push('\n');
        }
        for problem in &self.problems {
            let (word, role) = label(problem.severity);
            let place = format!("{}:{}: ", visible::escape(&self.path), problem.line);
            paint.paint(Role::Strong, &place, out);
            paint.paint(role, word, out);
            out.extend([": ", &visible::escape(&problem.message)]);
            if let Some(webhook) = &problem.webhook {
                let of = format!("  (webhook {})", visible::escape(webhook));
                paint.paint(Role::Faint, &of, out);
            }
            out.push('\n');
            if let Some(hint) = &problem.hint {
                out.push_str("    ");
                paint.paint(Role::Warning, "hint: ", out);
                out.extend([&*visible::escape(hint), "\n"]);
            }
        }
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        let role = if errors > 0 { Role::Bad } else { Role::Good };
        let webhooks = plural(self.rows.len(), "webhook");
        paint.paint(
            role,
            &format!("{webhooks}, {}", plural(errors, "error")),
            out,
        );
        if warnings > 0 {
            out.push_str(&format!(", {}", plural(warnings, "warning")));
        }
        let path = format!("  {}", visible::escape(&self.path));
        paint.paint(Role::Faint, &path, out);
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        let problem = |problem: &Problem| {
            json!({
                "severity": label(problem.severity).0,
                "line": problem.line,
                "webhook": problem.webhook,
                "message": problem.message,
                "hint": problem.hint,
            })
        };
        Some(json!({
            "type": "webhooks",
            "config": self.path,
            "webhooks": self.rows.iter().map(WebhookRow::json).collect::<Vec<_>>(),
            "problems": self.problems.iter().map(problem).collect::<Vec<_>>(),
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
        }))
    }
}

fn plural(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}
