//! Whether a body would survive a handler that parses it and verifies what it encodes again.
//!
//! Most do in JavaScript, which is why "it works on my machine" is real: `JSON.stringify` gives
//! back every ordinary payload byte for byte and fails on the first odd one. The encoder is
//! simulated on the body's tokens, so nothing but the body is needed.

use crate::json::path;
use crate::json::tree::{MAX_VALUES, Node};
use crate::json::writer::{JAVASCRIPT, PYTHON_COMPACT, Style};

/// A parser together with the encoder that handlers use with it.
#[derive(Debug)]
pub(crate) struct Encoder {
    /// What a developer would call it.
    pub(crate) name: &'static str,
    style: &'static Style,
}

/// The encoders that give back every ordinary payload byte for byte. Where they do not, the
/// payload is odd enough to break a handler that works otherwise; of others every payload would
/// say the same.
pub(crate) static FAITHFUL: [Encoder; 2] = [
    Encoder {
        name: "JavaScript JSON.stringify",
        style: &JAVASCRIPT,
    },
    Encoder {
        name: "Python json.dumps (compact, ensure_ascii=False)",
        style: &PYTHON_COMPACT,
    },
];

/// Where a re-encoded body first differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstChange {
    /// Bytes before it that are the same.
    pub(crate) offset: usize,
    /// The JSON path of the value there, such as `data.tags[0].name`; empty for the document.
    pub(crate) path: String,
    /// The body from there, at most 24 bytes. Untrusted text: escape before showing.
    pub(crate) was: String,
    /// The re-encoded body from there, or `None` when the language refuses to write it.
    pub(crate) becomes: Option<String>,
}

const SHOWN: usize = 24;

/// What an encoder changes first. `None` when every byte survives, or the body is not JSON.
pub(crate) fn first_change(body: &[u8], encoder: &Encoder) -> Option<FirstChange> {
    let text = std::str::from_utf8(body).ok()?;
    let node = Node::parse_strict(text, MAX_VALUES).ok()?;
    let Some(becomes) = encoder.style.write(&node) else {
        return Some(FirstChange {
            offset: 0,
            path: String::new(),
            was: shown(body, 0),
            becomes: None,
        });
    };
    let equal = body.iter().zip(&becomes).take_while(|(a, b)| a == b);
    let offset = equal.count();
    (body != becomes).then(|| FirstChange {
        offset,
        path: path::at(body, offset),
        was: shown(body, offset),
        becomes: Some(shown(&becomes, offset)),
    })
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

    use super::*;
    use crate::lettermint::catalogue::EVENTS;

    #[test]
    fn every_ordinary_payload_survives() {
        for json in EVENTS.iter().filter_map(|event| event.sample_json()) {
            for encoder in &FAITHFUL {
                assert_eq!(first_change(json.as_bytes(), encoder), None, "{json}");
            }
        }
    }

    #[test]
    fn the_first_change_has_an_offset_and_a_path() {
        let body = br#"{"event":"a","data":{"list":[1,{"n":9007199254740993}]}}"#;
        assert_eq!(
            first_change(body, &FAITHFUL[0]),
            Some(FirstChange {
                offset: 51,
                path: "data.list[1].n".into(),
                was: "3}]}}".into(),
                becomes: Some("2}]}}".into()),
            })
        );
        let half = first_change(br#""\udc00""#, &FAITHFUL[1]);
        assert_eq!(half.unwrap().becomes, None);
    }

    proptest! {
        #[test]
        fn total_on_any_bytes_and_true_to_json(
            noise in prop::collection::vec(any::<u8>(), 0..100),
            json in r#"(\{"(a|10|\\u00e9|\\ud800)":|\[|\{)?(-?[0-9]{1,20}(\.[0-9]{1,3})?(e-?[0-9]{1,3})?|"(/|<|\\n|\n|é|\\udc00)*"|\{\}|null|nul)?(\}|\])?"#,
        ) {
            for encoder in &FAITHFUL {
                first_change(&noise, encoder);
                first_change(json.as_bytes(), encoder);
            }
            let valid = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            prop_assert_eq!(Node::parse_strict(&json, MAX_VALUES).is_ok(), valid, "{}", json);
        }
    }
}
