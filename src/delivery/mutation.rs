//! Bodies that were changed after signing.

use crate::json::lexer::{Lexer, Token, Units};
use crate::json::tree::{MAX_VALUES, Node};
use crate::json::writer::PYTHON;

/// The body with one letter of a text near its middle replaced by another, so that it still
/// parses; any byte when there is none.
pub(crate) fn one_byte_changed(body: &[u8]) -> Vec<u8> {
    let mut changed = body.to_vec();
    let middle = body.len() / 2;
    let at = letter_of_a_text(body, middle).unwrap_or(middle);
    if let Some(byte) = changed.get_mut(at) {
        *byte = match *byte {
            b'z' => b'y',
            b'a'..=b'y' => *byte + 1,
            other => other ^ 1,
        };
    }
    changed
}

/// The first lower-case letter inside a JSON text at or behind `from`, else the last one before
/// it. Escapes are passed over: changing one could break the JSON.
fn letter_of_a_text(body: &[u8], from: usize) -> Option<usize> {
    let mut before = None;
    let mut lexer = Lexer::new(body);
    while let Ok(Some(token)) = lexer.token() {
        let Token::Text(raw) = token else {
            continue;
        };
        let mut at = lexer.span().start + 1;
        for (_, written) in Units::of(raw) {
            if let [b'a'..=b'z'] = written {
                if at >= from {
                    return Some(at);
                }
                before = Some(at);
            }
            at += written.len();
        }
    }
    before
}

/// The body as Python's `json.dumps` would write it after `json.loads`: a space behind every
/// comma and colon. What is no JSON gets a space.
pub(crate) fn reserialized(body: &[u8]) -> Vec<u8> {
    std::str::from_utf8(body)
        .ok()
        .and_then(|json| Node::parse_strict(json, MAX_VALUES).ok())
        .and_then(|node| PYTHON.write(&node))
        .filter(|written| written != body)
        .unwrap_or_else(|| [body, b" "].concat())
}
