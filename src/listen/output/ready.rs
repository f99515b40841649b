//! The start of `listen`: where it listens and what to do next.

use serde_json::{Value, json};

use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

#[derive(Debug, Clone)]
pub(crate) struct Listening {
    /// Without a path: any path is answered.
    pub(crate) url: String,
    pub(crate) secrets: Vec<String>,
    /// The store's path, if any.
    pub(crate) store: Option<String>,
    /// Where deliveries are handed on to, if anywhere.
    pub(crate) forward: Option<String>,
    pub(crate) faults: Vec<String>,
    /// The command that is run, if any.
    pub(crate) command: Option<String>,
    /// The terminal's columns, when there is one.
    pub(crate) width: Option<usize>,
}

/// The path that Lettermint's own examples use.
const EXAMPLE_PATH: &str = "/webhooks/lettermint";
const LABEL: usize = 8;

impl Outcome for Listening {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Good, "ready", out);
        out.push_str(" on ");
        paint.paint(Role::Strong, &self.url, out);
        out.push_str(", any path\n");
        let mut label = |name: &str, value: &str| {
            paint.paint(Role::Faint, &format!("{name:<LABEL$}"), out);
            out.push_str(&visible::escape(value));
            out.push('\n');
        };
        if self.secrets.is_empty() {
            label("secret", "none: all is shown unverified, answered 200");
        }
        for source in &self.secrets {
            label("secret", source);
        }
        label("store", self.store.as_deref().unwrap_or("none"));
        if let Some(forward) = &self.forward {
            label("forward", forward);
        }
        for fault in &self.faults {
            label("fault", fault);
        }
        if let Some(command) = &self.command {
            label("runs", command);
            return;
        }
        let (send, to) = (
            "lettermint-hook send message.delivered",
            format!("--to {}{EXAMPLE_PATH}", self.url),
        );
        let fits = |width| LABEL + send.len() + 1 + to.len() <= width;
        if self.width.is_none_or(fits) {
            label("try", &format!("{send} {to}"));
        } else {
            // Broken so that it can still be copied.
            label("try", &format!("{send} \\"));
            label("", &to);
        }
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "ready",
            "url": self.url,
            "store": self.store,
            "secrets": self.secrets,
            "forward": self.forward,
        }))
    }
}
