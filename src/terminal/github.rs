//! GitHub Actions: annotations that mark a line of a file, and the summary of a step.
//!
//! The escapes are those of GitHub's own toolkit (`@actions/core`, `command.ts`): `%`, carriage
//! return and line feed in the message, and colon and comma besides in a property.

use std::borrow::Cow;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::terminal::mask::Mask;
use crate::terminal::visible;

/// GitHub shows ten annotations of a step, so alike failures are one, and the rest a number.
const GROUPS: usize = 50;
/// Places that are named of those.
const PLACES: usize = 10;
/// Bytes of a message: a log line is no place for a novel.
const MESSAGE: usize = 4096;
/// Characters of a cell of the summary.
const CELL: usize = 300;
/// What a step's summary may hold, or GitHub shows none of it.
const SUMMARY: u64 = 1 << 20;

/// Failures, alike ones together.
#[derive(Debug)]
pub(crate) struct Annotations {
    mask: Mask,
    /// The root of the repository, from which GitHub takes paths.
    workspace: Option<PathBuf>,
    directory: PathBuf,
    groups: Vec<Group>,
    /// Those beyond the groups there may be.
    more: u64,
}

#[derive(Debug)]
struct Group {
    key: String,
    /// The first one's file, as a path from the repository's root.
    file: Option<String>,
    line: Option<usize>,
    message: String,
    count: u64,
    /// Where the others are.
    places: Vec<String>,
}

impl Annotations {
    pub(crate) fn new(context: &Context, mask: &Mask) -> Self {
        Self {
            mask: mask.clone(),
            workspace: context.variable("GITHUB_WORKSPACE").map(PathBuf::from),
            directory: context.directory.clone(),
            groups: Vec::new(),
            more: 0,
        }
    }

    /// Adds a failure. Those of a key are alike; it is shown as their title.
    pub(crate) fn add(
        &mut self,
        key: &str,
        file: Option<&str>,
        line: Option<usize>,
        message: impl FnOnce() -> String,
    ) {
        let masked = |text: &str| self.mask.known_text(text).into_owned();
        let file = file.map(|file| masked(&self.relative_to_root(file)));
        let key = &*masked(key);
        if let Some(group) = self.groups.iter_mut().find(|group| group.key == key) {
            group.count += 1;
            if group.places.len() < PLACES {
                group.places.extend(place(file.as_deref(), line));
            }
        } else if self.groups.len() < GROUPS {
            self.groups.push(Group {
                key: key.to_owned(),
                file,
                line,
                message: masked(&message()),
                count: 1,
                places: Vec::new(),
            });
        } else {
            self.more += 1;
        }
    }

    /// A file's path from the repository's root; one that lies elsewhere as it was named.
    fn relative_to_root(&self, file: &str) -> String {
        let relative = || {
            let root = fs::canonicalize(self.workspace.as_ref()?).ok()?;
            let path = fs::canonicalize(self.directory.join(file)).ok()?;
            let path = path.strip_prefix(root).ok()?;
            Some(path.display().to_string())
        };
        let path = relative().unwrap_or_else(|| file.to_owned());
        if cfg!(windows) {
            path.replace('\\', "/")
        } else {
            path
        }
    }

    /// The workflow commands, a line each.
    pub(crate) fn commands(&self) -> String {
        let mut out = String::new();
        for group in &self.groups {
            out.push_str("::error ");
            if let Some(file) = &group.file {
                out.push_str(&format!("file={},", property(file)));
                if let Some(line) = group.line {
                    out.push_str(&format!("line={line},"));
                }
            }
            let title = format!("lettermint-hook: {}", group.key);
            let mut message = shortened(&group.message, MESSAGE).into_owned();
            if group.count > 1 {
                message.push_str(&format!("\nand {} more alike", group.count - 1));
                let separators = [": "].into_iter().chain(std::iter::repeat(", "));
                for (place, separator) in group.places.iter().zip(separators) {
                    message.push_str(separator);
                    message.push_str(place);
                }
            }
            out.push_str(&format!("title={}::{}\n", property(&title), data(&message)));
        }
        if self.more > 0 {
            out.push_str(&format!(
                "::error title=lettermint-hook::and {} more of other kinds\n",
                self.more
            ));
        }
        out
    }

    /// Appends a heading, lines and a table of the failures to the step's summary, if there is
    /// one. What does not fit any more is left out, and said.
    pub(crate) fn append_summary(
        &self,
        context: &Context,
        heading: &str,
        lines: &str,
    ) -> io::Result<()> {
        let Some(path) = context.variable("GITHUB_STEP_SUMMARY").map(Path::new) else {
            return Ok(());
        };
        const CUT: &str = "\n… and more, for which there is no space\n";
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        let is_there = file.metadata()?.len();
        let space = SUMMARY.saturating_sub(is_there + CUT.len() as u64);
        let space = usize::try_from(space).unwrap_or(usize::MAX);
        let mut out = String::new();
        let lines: Vec<_> = lines.trim_end().lines().map(markdown).collect();
        // A backslash at the end of a line breaks it.
        let mut pieces = vec![format!(
            "### {}\n\n{}\n\n",
            markdown(heading),
            lines.join("\\\n")
        )];
        if !self.groups.is_empty() {
            pieces.push("| failure | count | first | |\n| --- | ---: | --- | --- |\n".to_owned());
        }
        for group in &self.groups {
            let first = place(group.file.as_deref(), group.line).unwrap_or_default();
            let headline = group.message.lines().next().unwrap_or_default();
            pieces.push(format!(
                "| {} | {} | {} | {} |\n",
                markdown(&group.key),
                group.count,
                markdown(&first),
                markdown(headline)
            ));
        }
        pieces.push("\n".to_owned());
        for piece in pieces {
            if out.len() + piece.len() > space {
                out.push_str(CUT);
                break;
            }
            out.push_str(&piece);
        }
        if is_there + out.len() as u64 <= SUMMARY {
            file.write_all(out.as_bytes())?;
        }
        Ok(())
    }
}

fn place(file: Option<&str>, line: Option<usize>) -> Option<String> {
    let file = file?;
    Some(line.map_or(file.to_owned(), |line| format!("{file}:{line}")))
}

/// At most so many bytes of a text, with `…` when there was more.
fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    match text.len() <= limit {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(limit)])),
    }
}

fn data(text: &str) -> String {
    visible::escape_lines(text)
        .replace('%', "%25")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text of strangers in a cell of Markdown: every sign that could mean something is escaped, which
/// CommonMark allows of all that are ASCII.
fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in visible::shorten(text, CELL).chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text that cannot be taken for a workflow command: the runner reads those from the log, behind
/// white space too, and old ones anywhere in a line.
pub(crate) fn disarm(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let rest = line.trim_start();
        let margin = &line[..line.len() - rest.len()];
        match rest.strip_prefix("::") {
            Some(rest) => format!("{margin}\\u003a:{rest}"),
            None => line.to_owned(),
        }
    });
    Cow::Owned(lines.collect::<String>().replace("##[", "#\\u0023["))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotations() -> Annotations {
        Annotations {
            mask: Mask::default(),
            workspace: None,
            directory: PathBuf::new(),
            groups: Vec::new(),
            more: 0,
        }
    }

    #[test]
    fn nothing_in_it_can_end_the_command_or_start_another() {
        let mut all = annotations();
        all.add("x::y", Some("a,b:c%\n::error::.ndjson"), Some(3), || {
            "100 %\r\n::error::injected\n::set-output\u{1b}".to_owned()
        });
        all.add("t", None, Some(1), || "m: a, b".to_owned());
        assert_eq!(
            all.commands(),
            "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3A.ndjson,line=3,title=lettermint-hook%3A x%3A%3Ay::100 %25\\u000d%0A::error::injected%0A::set-output\\u001b\n\
             ::error title=lettermint-hook%3A t::m: a, b\n"
        );
    }

    #[test]
    fn alike_ones_are_one_and_bounded() {
        let mut all = annotations();
        for line in 1..=1_000 {
            all.add("a", Some("f"), Some(line), || "m".repeat(1 << 20));
        }
        for kind in 0..1_000 {
            all.add(&kind.to_string(), None, None, || "n".to_owned());
        }
        let text = all.commands();
        assert!(text.contains("%0Aand 999 more alike: f:2, f:3,"), "{text}");
        assert!(text.contains("and 951 more of other kinds"), "{text}");
        assert!(text.len() < 10_000);
    }

    #[test]
    fn markdown_and_log_lines_are_only_text() {
        assert_eq!(markdown("a|`b`<c>\n@d"), "a\\|\\`b\\`\\<c\\>\\\\u000a\\@d");
        assert_eq!(disarm("a::b\n"), "a::b\n");
        assert_eq!(
            disarm("a\n  ::error::x\n##[error]y"),
            "a\n  \\u003a:error::x\n#\\u0023[error]y"
        );
    }
}
