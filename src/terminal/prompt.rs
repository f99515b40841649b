//! Prompts, shown only when they can be answered.
//!
//! Every question is optional for its caller: without a terminal, or with `--no-input`, the
//! answer is `None` and the caller names the option that was left out.

use std::sync::mpsc;
use std::thread;

use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{FuzzySelect, Password};

use crate::context::Context;
use crate::context::signals;
use crate::error::{Error, Result};
use crate::lettermint::Secret;
use crate::terminal::visible;

/// Characters of an item that are shown, so that each stays on its line.
const ITEM_SHOWN: usize = 110;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Prompt {
    interactive: bool,
    colors: bool,
}

impl Prompt {
    /// Prompts need stdin to be answered and stderr to be seen.
    pub(crate) fn new(context: &Context, no_input: bool) -> Self {
        let dumb = context.variable("TERM").is_some_and(|term| term == "dumb");
        Self {
            interactive: context.stdin_is_terminal
                && context.stderr_is_terminal
                && !dumb
                && !no_input,
            colors: context.variable("NO_COLOR").is_none(),
        }
    }

    pub(crate) fn is_interactive(self) -> bool {
        self.interactive
    }

    /// Lets the user pick one item by typing parts of it: its position, or `None` when prompts
    /// are off or there is nothing to pick from.
    pub(crate) fn pick(self, question: &str, items: &[String]) -> Result<Option<usize>> {
        if !self.interactive || items.is_empty() {
            return Ok(None);
        }
        self.select(question, &shown(items), 0).map(Some)
    }

    /// Lets the user pick any number of items, at least one: their positions in ascending order,
    /// or `None` as in [`Prompt::pick`].
    pub(crate) fn pick_many(self, question: &str, items: &[String]) -> Result<Option<Vec<usize>>> {
        if !self.interactive || items.is_empty() {
            return Ok(None);
        }
        let mut chosen = vec![false; items.len()];
        let mut cursor = 1;
        loop {
            let count = chosen.iter().filter(|chosen| **chosen).count();
            let mark = |(item, chosen): (String, &bool)| match chosen {
                true => format!("[x] {item}"),
                false => format!("[ ] {item}"),
            };
            let mut rows = vec![format!("done, with {count} chosen")];
            rows.extend(shown(items).into_iter().zip(&chosen).map(mark));
            match self.select(question, &rows, cursor)? {
                0 if count == 0 => cursor = 1,
                0 => break,
                row => {
                    chosen[row - 1] = !chosen[row - 1];
                    cursor = row;
                }
            }
        }
        let positions = (0..items.len()).filter(|position| chosen[*position]);
        Ok(Some(positions.collect()))
    }

    /// Asks for a password, which is not shown; `None` when prompts are off.
    pub(crate) fn password(self, question: &str) -> Result<Option<Secret>> {
        if !self.interactive {
            return Ok(None);
        }
        let question = question.to_owned();
        let password = guarded(move || {
            Password::with_theme(theme(self.colors).as_ref())
                .with_prompt(question)
                .interact_on(&Term::stderr())
        })?;
        Ok(Secret::new(password).ok())
    }

    fn select(self, question: &str, rows: &[String], cursor: usize) -> Result<usize> {
        let question = question.to_owned();
        let rows = rows.to_vec();
        let picked = guarded(move || {
            FuzzySelect::with_theme(theme(self.colors).as_ref())
                .with_prompt(question)
                .items(&rows)
                .default(cursor)
                .report(false)
                .interact_on_opt(&Term::stderr())
        })?;
        picked.ok_or_else(Error::interrupted)
    }
}

fn theme(colors: bool) -> Box<dyn Theme> {
    match colors {
        true => Box::new(ColorfulTheme::default()),
        false => Box::new(SimpleTheme),
    }
}

fn shown(items: &[String]) -> Vec<String> {
    items
        .iter()
        .map(|item| visible::shorten(item, ITEM_SHOWN))
        .collect()
}

/// Asks in a thread of its own, so that Ctrl+C is noticed however the prompt waits, and leaves
/// the terminal as it was. An interrupted prompt's thread stays behind in its read until the
/// process ends, which it then does.
fn guarded<T: Send + 'static>(
    ask: impl FnOnce() -> dialoguer::Result<T> + Send + 'static,
) -> Result<T> {
    let mode = TerminalMode::save();
    // What is sent without an answer is Ctrl+C.
    let (wake, woken) = mpsc::channel();
    let answered = wake.clone();
    let watch = signals::CtrlCWatch::start(move || {
        let _ = wake.send(None);
    })
    .map_err(|error| failed(&error))?;
    thread::spawn(move || answered.send(Some(ask())));
    let outcome = woken.recv();
    drop(watch);
    let error = match outcome {
        Ok(Some(Ok(answer))) => return Ok(answer),
        Ok(Some(Err(dialoguer::Error::IO(error))))
            if error.kind() != std::io::ErrorKind::Interrupted =>
        {
            failed(&error)
        }
        _ => Error::interrupted(),
    };
    mode.restore();
    Err(error)
}

fn failed(error: &std::io::Error) -> Error {
    Error::io("ask on the terminal", error).hint("`--no-input` disables prompts")
}

/// The terminal's mode before a prompt hid what is typed.
struct TerminalMode {
    #[cfg(unix)]
    saved: Option<rustix::termios::Termios>,
}

impl TerminalMode {
    fn save() -> Self {
        Self {
            #[cfg(unix)]
            saved: rustix::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    /// Puts it back, on a line of its own. What fails here cannot be helped.
    fn restore(&self) {
        #[cfg(unix)]
        if let Some(saved) = &self.saved {
            let now = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(std::io::stdin(), now, saved);
        }
        let terminal = Term::stderr();
        let _ = terminal.show_cursor();
        let _ = terminal.write_line("");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_terminal_there_is_no_answer() {
        let prompt = Prompt {
            interactive: false,
            colors: false,
        };
        let items = ["a".to_owned()];
        assert_eq!(prompt.pick("Which?", &items).unwrap(), None);
        assert_eq!(prompt.pick_many("Which?", &items).unwrap(), None);
        assert!(prompt.password("Password").unwrap().is_none());
    }
}
