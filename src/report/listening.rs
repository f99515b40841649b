//! The start of `listen`: where it listens and what to do next.

use serde_json::{Value, json};

use super::paint::{Paint, Role};
use super::{Outcome, visible};

/// A listener that is ready.
#[derive(Debug, Clone)]
pub struct Listening {
    /// Without a path: any path is answered.
    pub url: String,
    /// Where the secrets came from.
    pub secrets: Vec<String>,
    /// The store's path, if any.
    pub store: Option<String>,
}

/// The path that Lettermint's own examples use.
const EXAMPLE_PATH: &str = "/webhooks/lettermint";

impl Outcome for Listening {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Good, "ready", out);
        out.push_str(" on ");
        paint.paint(Role::Strong, &self.url, out);
        out.push_str(", any path\n");
        let mut label = |name: &str, value: &str| {
            paint.paint(Role::Faint, &format!("{name:<8}"), out);
            out.push_str(&visible::escape(value));
            out.push('\n');
        };
        if self.secrets.is_empty() {
            label(
                "secret",
                "none: deliveries are shown unverified and answered 200",
            );
        } else {
            label("secret", &self.secrets.join(", "));
        }
        label("store", self.store.as_deref().unwrap_or("none"));
        let send = format!(
            "lettermint-hook send message.delivered --to {}{EXAMPLE_PATH}",
            self.url
        );
        label("try", &send);
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "ready",
            "url": self.url,
            "store": self.store,
            "secrets": self.secrets,
        }))
    }
}
