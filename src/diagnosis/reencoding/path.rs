//! Where in a document a byte is.

use crate::json::lexer::{Lexer, Token};

/// What the walk is inside of.
enum Frame {
    Object { key: String, key_next: bool },
    Array { index: usize },
}

/// The path of the value or key at `offset`, such as `data.tags[0].name`. Empty for the
/// document itself, and for what is not JSON up to there.
pub(crate) fn at(body: &[u8], offset: usize) -> String {
    let mut lexer = Lexer::new(body);
    let mut frames: Vec<Frame> = Vec::new();
    while let Ok(Some(token)) = lexer.token() {
        match (token, frames.last_mut()) {
            (Token::Text(raw), Some(Frame::Object { key, key_next })) if *key_next => {
                *key = String::from_utf8_lossy(raw).into_owned();
                *key_next = false;
            }
            (Token::Mark(b','), Some(Frame::Object { key_next, .. })) => *key_next = true,
            (Token::Mark(b','), Some(Frame::Array { index })) => *index += 1,
            _ => {}
        }
        if lexer.offset() > offset {
            break;
        }
        match token {
            Token::Mark(b'{') => frames.push(Frame::Object {
                key: String::new(),
                key_next: true,
            }),
            Token::Mark(b'[') => frames.push(Frame::Array { index: 0 }),
            Token::Mark(b'}' | b']') => {
                frames.pop();
            }
            _ => {}
        }
    }
    write(&frames)
}

fn write(frames: &[Frame]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object { key, .. } if is_plain(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Frame::Object { key, .. } if key.is_empty() => {}
            Frame::Object { key, .. } => {
                path.push_str("[\"");
                path.push_str(key);
                path.push_str("\"]");
            }
            Frame::Array { index } => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

fn is_plain(key: &str) -> bool {
    let mut bytes = key.bytes();
    !key.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn paths_of_keys_values_and_ends() {
        let body = r#"{"a":1,"b c":[true,{"d":"x"}],"e":{}}"#;
        for (needle, path) in [
            ("{\"a\"", ""),
            ("\"a\"", "a"),
            ("1", "a"),
            ("\"b c\"", r#"["b c"]"#),
            ("true", r#"["b c"][0]"#),
            ("\"x\"", r#"["b c"][1].d"#),
            ("{}}", "e"),
        ] {
            assert_eq!(
                at(body.as_bytes(), body.find(needle).unwrap()),
                path,
                "{needle}"
            );
        }
        assert_eq!(at(b"\"open", 3), "");
    }
}
