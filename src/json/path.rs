//! Where in a document a byte is.

use super::lexer::{Token, Walk};

enum Step<'a> {
    Member(&'a [u8]),
    Item(usize),
}

/// The path of the value or key at `offset`, such as `data.tags[0].name`. Empty for the
/// document itself, and for what is not JSON up to there.
pub(crate) fn at(body: &[u8], offset: usize) -> String {
    let mut walk = Walk::new(body);
    let mut steps: Vec<Step<'_>> = Vec::new();
    while let Ok(Some((token, is_name))) = walk.token() {
        match (token, steps.last_mut()) {
            (Token::Text(raw), Some(Step::Member(name))) if is_name => *name = raw,
            (Token::Mark(b','), Some(Step::Item(index))) => *index += 1,
            _ => {}
        }
        if walk.lexer.span().end > offset {
            break;
        }
        match token {
            Token::Mark(b'{') => steps.push(Step::Member(b"")),
            Token::Mark(b'[') => steps.push(Step::Item(0)),
            Token::Mark(b'}' | b']') => {
                steps.pop();
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for step in steps {
        match step {
            // No name was read yet.
            Step::Member(b"") => {}
            Step::Member(name) => push_member(&mut path, &String::from_utf8_lossy(name)),
            Step::Item(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// Appends a member to a path, given its name as it stands between quotes.
pub(crate) fn push_member(path: &mut String, raw: &str) {
    let is_plain = !raw.is_empty()
        && raw
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    match (is_plain, path.is_empty()) {
        (true, true) => path.push_str(raw),
        (true, false) => path.push_str(&format!(".{raw}")),
        (false, _) => path.push_str(&format!("[\"{raw}\"]")),
    }
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
