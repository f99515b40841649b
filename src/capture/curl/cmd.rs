//! Command lines for cmd.exe, as browsers copy them on Windows: carets in front of what the shell
//! would take for its own and at the end of a line, and quotes by the rules of Microsoft's C
//! runtime (learn.microsoft.com, "Parsing C command-line arguments").

use super::super::http::line_at;
use super::shell::starts_curl;

/// The length of a command at the start of a text that is written for cmd.exe.
pub(crate) fn length(text: &[u8]) -> Option<usize> {
    if !starts_curl(line_at(text, 0)?.0) {
        return None;
    }
    let (mut end, mut is_continued) = (0, false);
    while let Some((line, next)) = line_at(text, end) {
        end = next;
        if !line.trim_ascii_end().ends_with(b"^") {
            break;
        }
        is_continued = true;
        // An escaped line end in a body: a caret, and the line end twice.
        if let Some((b"", next)) = line_at(text, end) {
            end = next;
        }
    }
    let command = &text[..end];
    let has = |part: &[u8]| memchr::memmem::find(command, part).is_some();
    let is_for_bash = has(b" '") || has(b"$'");
    let is_for_cmd = is_continued || has(b"^\"") || has(b"{\"\"");
    (is_for_cmd && !is_for_bash).then_some(end)
}

/// The words of a command.
pub(crate) fn words(command: &[u8]) -> Vec<Vec<u8>> {
    let text = without_carets(command);
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut is_quoted = false;
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        let backslashes = text[at..].iter().take_while(|byte| **byte == b'\\').count();
        at += backslashes;
        let is_before_quote = text.get(at) == Some(&b'"');
        match byte {
            b'\\' => {
                let kept = if is_before_quote {
                    backslashes / 2
                } else {
                    backslashes
                };
                let word = word.get_or_insert_default();
                word.extend(std::iter::repeat_n(b'\\', kept));
                if is_before_quote && backslashes % 2 == 1 {
                    word.push(b'"');
                    at += 1;
                }
                continue;
            }
            b'"' if is_quoted && text.get(at + 1) == Some(&b'"') => {
                word.get_or_insert_default().push(b'"');
                at += 1;
            }
            b'"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            b' ' | b'\t' | b'\r' | b'\n' if !is_quoted => words.extend(word.take()),
            byte => word.get_or_insert_default().push(byte),
        }
        at += 1;
    }
    words.extend(word);
    words
}

/// Undoes the carets. Chrome's stood inside of plain quotes too for years, where cmd.exe itself
/// takes them as they are: what was copied is meant, not what would run.
fn without_carets(command: &[u8]) -> Vec<u8> {
    let has = |part: &[u8]| memchr::memmem::find(command, part).is_some();
    let escapes = has(b"^\"") || has(b"^{") || has(b"^\\");
    let mut out = Vec::with_capacity(command.len());
    let mut rest = command;
    while let Some(at) = memchr::memchr(b'^', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        let blanks = rest.len() - rest.trim_ascii_start().len();
        let line_ends: Vec<_> = rest[..blanks]
            .iter()
            .filter(|byte| **byte == b'\n')
            .collect();
        match (line_ends.len(), rest.first()) {
            (0, Some(next)) if escapes => {
                out.push(*next);
                rest = &rest[1..];
            }
            (0, _) => out.push(b'^'),
            (count, _) => {
                if count > 1 {
                    out.push(b'\n');
                }
                let end = rest[..blanks].iter().rposition(|byte| *byte == b'\n');
                rest = &rest[end.map_or(0, |end| end + 1)..];
                // What cmd.exe asks for more with, copied along.
                rest = rest.strip_prefix(b"More? ").unwrap_or(rest);
            }
        }
    }
    out.extend_from_slice(rest);
    out
}
