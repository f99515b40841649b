//! Whether a body would survive a handler that parses it and verifies what it encodes again.
//!
//! Most do in JavaScript, which is why "it works on my machine" is real: `JSON.stringify` gives
//! back every ordinary payload byte for byte and fails on the first odd one. Each encoder is
//! simulated on the body's tokens, so nothing but the body is needed.

use crate::json::path;
use crate::json::tree::{MAX_VALUES, Node};
use crate::json::writer::{GO, JAVASCRIPT, PHP, PYTHON, PYTHON_COMPACT, Style};

/// A parser together with the encoder that handlers use with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoder {
    JavaScript,
    PythonDefault,
    PythonCompact,
    PhpDefault,
    Go,
}

impl Encoder {
    /// What a developer would call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript JSON.stringify",
            Self::PythonDefault => "Python json.dumps",
            Self::PythonCompact => "Python json.dumps (compact, ensure_ascii=False)",
            Self::PhpDefault => "PHP json_encode",
            Self::Go => "Go json.Marshal of a map",
        }
    }

    fn style(self) -> &'static Style {
        match self {
            Self::JavaScript => &JAVASCRIPT,
            Self::PythonDefault => &PYTHON,
            Self::PythonCompact => &PYTHON_COMPACT,
            Self::PhpDefault => &PHP,
            Self::Go => &GO,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reencoding {
    /// The first difference; `None` when every byte survives.
    pub difference: Option<Difference>,
}

/// Where a re-encoded body first differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Bytes before it that are the same.
    pub offset: usize,
    /// The JSON path of the value there, such as `data.tags[0].name`; empty for the document.
    pub path: String,
    /// The body from there, at most 24 bytes. Untrusted text: escape before showing.
    pub was: String,
    /// The re-encoded body from there, or `None` when the language refuses to read or write it.
    pub becomes: Option<String>,
}

const SHOWN: usize = 24;

/// Judges a body for one encoder. `None` when the body is not JSON.
pub fn judge_one(body: &[u8], encoder: Encoder) -> Option<Reencoding> {
    let text = std::str::from_utf8(body).ok()?;
    let node = Node::parse_strict(text, MAX_VALUES).ok()?;
    let Some(becomes) = encoder.style().write(&node) else {
        return Some(Reencoding {
            difference: Some(Difference {
                offset: 0,
                path: String::new(),
                was: shown(body, 0),
                becomes: None,
            }),
        });
    };
    let equal = body.iter().zip(&becomes).take_while(|(a, b)| a == b);
    let offset = equal.count();
    let same = offset == body.len() && offset == becomes.len();
    let difference = (!same).then(|| Difference {
        offset,
        path: path::at(body, offset),
        was: shown(body, offset),
        becomes: Some(shown(&becomes, offset)),
    });
    Some(Reencoding { difference })
}

fn shown(bytes: &[u8], from: usize) -> String {
    let rest = bytes.get(from..).unwrap_or_default();
    let whole = String::from_utf8_lossy(&rest[..rest.len().min(SHOWN)]);
    // The cut may have gone through a character.
    whole.trim_end_matches('\u{fffd}').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Encoder::*;
    use super::*;
    use crate::lettermint::catalogue::EVENTS;

    const ALL: [Encoder; 5] = [JavaScript, PythonDefault, PythonCompact, PhpDefault, Go];

    #[test]
    fn every_ordinary_payload_survives_javascript_and_compact_python() {
        for json in EVENTS.iter().filter_map(|event| event.sample_json()) {
            let survives = |encoder| {
                let judged = judge_one(json.as_bytes(), encoder).unwrap();
                judged.difference.is_none()
            };
            assert!(survives(JavaScript) && survives(PythonCompact), "{json}");
            assert!(!survives(PythonDefault) && !survives(Go), "{json}");
        }
    }

    #[test]
    fn the_first_difference_has_an_offset_and_a_path() {
        let body = br#"{"event":"a","data":{"list":[1,{"n":9007199254740993}]}}"#;
        let judged = judge_one(body, JavaScript).unwrap();
        assert_eq!(
            judged.difference,
            Some(Difference {
                offset: 51,
                path: "data.list[1].n".into(),
                was: "3}]}}".into(),
                becomes: Some("2}]}}".into()),
            })
        );
        let judged = judge_one(body, PythonDefault).unwrap();
        assert_eq!(judged.difference.unwrap().path, "event");
        let judged = judge_one(br#""\udc00""#, PhpDefault).unwrap();
        assert_eq!(judged.difference.unwrap().becomes, None);
    }

    proptest! {
        #[test]
        fn total_on_any_bytes_and_true_to_json(
            noise in prop::collection::vec(any::<u8>(), 0..100),
            json in r#"(\{"(a|10|\\u00e9|\\ud800)":|\[|\{)?(-?[0-9]{1,20}(\.[0-9]{1,3})?(e-?[0-9]{1,3})?|"(/|<|\\n|\n|é|\\udc00)*"|\{\}|null|nul)?(\}|\])?"#,
        ) {
            let valid = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            for encoder in ALL {
                judge_one(&noise, encoder);
                prop_assert_eq!(judge_one(json.as_bytes(), encoder).is_some(), valid, "{}", json);
            }
        }
    }
}
