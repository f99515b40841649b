//! Prompts, shown only when they can be answered.
//!
//! Every question is optional for its caller: without a terminal, or with `--no-input`, the
//! answer is `None` and the caller names the option that was left out.

use std::sync::mpsc;
use std::thread;

use dialoguer::console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{FuzzySelect, MultiSelect, Password};

use crate::context::Context;
use crate::context::signals;
use crate::error::{Error, Result};
use crate::lettermint::Secret;
use crate::terminal::{ColorChoice, fold, visible, wants_color};

/// Columns before an item: the cursor, a mark, and one for the terminal's last.
const MARGIN: usize = 6;

/// Shows a question with its items and waits for the answer, which Esc leaves out.
type Ask<T> = fn(&dyn Theme, &str, &[String]) -> dialoguer::Result<Option<T>>;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Prompt {
    interactive: bool,
    colors: bool,
}

impl Prompt {
    /// Prompts need stdin to be answered and stderr to be seen.
    pub(crate) fn new(context: &Context, color: ColorChoice, no_input: bool) -> Self {
        let dumb = context.variable("TERM").is_some_and(|term| term == "dumb");
        Self {
            interactive: context.stdin_is_terminal
                && context.stderr_is_terminal
                && !dumb
                && !no_input,
            colors: wants_color(context, color, context.stderr_is_terminal),
        }
    }

    pub(crate) fn is_interactive(self) -> bool {
        self.interactive
    }

    /// Lets the user pick one item by typing parts of it: its position, or `None` when prompts
    /// are off or there is nothing to pick from.
    pub(crate) fn pick(self, question: &str, items: &[String]) -> Result<Option<usize>> {
        self.choose(question, items, |theme, question, rows| {
            FuzzySelect::with_theme(theme)
                .with_prompt(question)
                .items(rows)
                .default(0)
                .report(false)
                .interact_on_opt(&Term::stderr())
        })
    }

    /// Lets the user mark any number of items with Space and go on with Enter: their positions in
    /// ascending order, or `None` as in [`Prompt::pick`].
    pub(crate) fn pick_many(self, question: &str, items: &[String]) -> Result<Option<Vec<usize>>> {
        self.choose(question, items, |theme, question, rows| {
            MultiSelect::with_theme(theme)
                .with_prompt(question)
                .items(rows)
                .report(false)
                .interact_on_opt(&Term::stderr())
        })
    }

    fn choose<T: Send + 'static>(
        self,
        question: &str,
        items: &[String],
        ask: Ask<T>,
    ) -> Result<Option<T>> {
        if !self.interactive || items.is_empty() {
            return Ok(None);
        }
        let question = question.to_owned();
        let rows = shown(items);
        let picked = guarded(move || ask(theme(self.colors).as_ref(), &question, &rows))?;
        picked.ok_or_else(Error::interrupted).map(Some)
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
}

fn theme(colors: bool) -> Box<dyn Theme> {
    match colors {
        true => Box::new(ColorfulTheme::default()),
        false => Box::new(SimpleTheme),
    }
}

/// The items as they are shown, each on one line of the terminal: pages are counted in lines.
fn shown(items: &[String]) -> Vec<String> {
    let (_, columns) = Term::stderr().size();
    let width = usize::from(columns).saturating_sub(MARGIN).max(MARGIN);
    let cut = |item: &String| fold::cut(&visible::escape(item), width);
    items.iter().map(cut).collect()
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
