//! The steps of `demo`.

use serde_json::{Value, json};

use crate::terminal::Outcome;
use crate::terminal::paint::{Paint, Role};

/// A step that begins: what it shows, and the command line that does the same.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Counted from 1.
    pub(crate) number: u32,
    pub(crate) title: &'static str,
    /// What a user would type.
    pub(crate) command: String,
}

impl Outcome for Step {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        out.push('\n');
        paint.paint(
            Role::Strong,
            &format!("{}. {}", self.number, self.title),
            out,
        );
        out.push('\n');
        paint.paint(Role::Key, &format!("  $ {}", self.command), out);
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "step",
            "number": self.number,
            "title": self.title,
            "command": self.command,
        }))
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct DemoEnd {
    /// Steps that did not go as they should.
    pub(crate) surprises: u32,
}

impl Outcome for DemoEnd {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        out.push('\n');
        if self.surprises == 0 {
            paint.paint(Role::Good, "Everything went as it should.", out);
            out.push_str(" Now with your own handler:\n");
            for command in [
                "export LETTERMINT_WEBHOOK_SECRET=$(lettermint-hook secret new)",
                "lettermint-hook send message.delivered --to http://localhost:3000/webhooks/lettermint",
            ] {
                paint.paint(Role::Key, &format!("  $ {command}\n"), out);
            }
        } else {
            let words = format!("{} steps did not go as they should.\n", self.surprises);
            paint.paint(Role::Bad, &words, out);
        }
    }

    fn json(&self) -> Option<Value> {
        Some(json!({ "type": "summary", "surprises": self.surprises }))
    }
}
