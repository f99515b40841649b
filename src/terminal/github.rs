//! Annotations for GitHub Actions: workflow commands on stdout that mark a line of a file.
//!
//! The escapes are those of GitHub's own toolkit (`@actions/core`, `command.ts`): `%`, carriage
//! return and line feed in the message, and colon and comma besides in a property.

use crate::terminal::visible;

/// An error that belongs to a line of a file, or to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Annotation<'a> {
    /// The file, as a path from the repository's root.
    pub(crate) file: Option<&'a str>,
    /// Counted from 1.
    pub(crate) line: Option<usize>,
    pub(crate) title: &'a str,
    pub(crate) message: &'a str,
}

impl Annotation<'_> {
    /// Appends the workflow command, newline included.
    pub(crate) fn write(&self, out: &mut String) {
        out.push_str("::error ");
        if let Some(file) = self.file {
            out.push_str("file=");
            out.push_str(&property(file));
            out.push(',');
            if let Some(line) = self.line {
                out.push_str(&format!("line={line},"));
            }
        }
        out.push_str("title=");
        out.push_str(&property(self.title));
        out.push_str("::");
        out.push_str(&data(self.message));
        out.push('\n');
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_can_end_the_command_or_start_another() {
        let mut out = String::new();
        Annotation {
            file: Some("a,b:c%.ndjson"),
            line: Some(3),
            title: "x::y",
            message: "100 %\r\n::error::injected\n::set-output\u{1b}",
        }
        .write(&mut out);
        Annotation {
            file: None,
            line: Some(1),
            title: "t",
            message: "m: a, b",
        }
        .write(&mut out);
        assert_eq!(
            out,
            "::error file=a%2Cb%3Ac%25.ndjson,line=3,title=x%3A%3Ay::100 %25\\u000d%0A::error::injected%0A::set-output\\u001b\n\
             ::error title=t::m: a, b\n"
        );
    }
}
