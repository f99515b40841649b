//! Whether a body would survive a handler that parses it and verifies what it encodes again.
//!
//! Most do in JavaScript, which is why "it works on my machine" is real: `JSON.stringify` gives
//! back every ordinary payload to the byte and fails on the first odd one. Each encoder is
//! simulated on the body's tokens, so nothing but the body is needed.

pub mod encoder;
pub mod number;
pub mod path;
pub mod text;

pub use encoder::Encoder;

/// What becomes of a body in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reencoding {
    /// Which parser and encoder.
    pub encoder: Encoder,
    /// The first difference; `None` when every byte survives.
    pub difference: Option<Difference>,
}

impl Reencoding {
    /// Whether the bytes, and so the signature, survive.
    #[must_use]
    pub fn survives(&self) -> bool {
        self.difference.is_none()
    }
}

/// Where a re-encoded body first differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Bytes before it that are the same.
    pub offset: usize,
    /// The JSON path of the value there, such as `data.tags[0].name`; empty for the document.
    pub path: String,
    /// The body from there, at most 24 bytes. A stranger's text: escape before showing.
    pub was: String,
    /// The re-encoded body from there, or `None` when the language refuses to read or write it.
    pub becomes: Option<String>,
}

/// Bytes shown of a difference.
const SHOWN: usize = 24;

/// Judges a body for every encoder, in the order of [`Encoder::ALL`]. Empty when the body is
/// not JSON.
#[must_use]
pub fn judge(body: &[u8]) -> Vec<Reencoding> {
    let encoders = Encoder::ALL.into_iter();
    encoders
        .map_while(|encoder| judge_one(body, encoder))
        .collect()
}

/// Judges a body for one encoder. `None` when the body is not JSON.
#[must_use]
pub fn judge_one(body: &[u8], encoder: Encoder) -> Option<Reencoding> {
    let becomes = match encoder.reencode(body) {
        Ok(bytes) => bytes,
        Err(encoder::Refused::NotJson) => return None,
        Err(encoder::Refused::ByTheLanguage) => {
            return Some(Reencoding {
                encoder,
                difference: Some(Difference {
                    offset: 0,
                    path: String::new(),
                    was: shown(body, 0),
                    becomes: None,
                }),
            });
        }
    };
    let offset = body
        .iter()
        .zip(&becomes)
        .take_while(|(a, b)| a == b)
        .count();
    let same = offset == body.len() && offset == becomes.len();
    let difference = (!same).then(|| Difference {
        offset,
        path: path::at(body, offset),
        was: shown(body, offset),
        becomes: Some(shown(&becomes, offset)),
    });
    Some(Reencoding {
        encoder,
        difference,
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
    fn every_ordinary_payload_survives_javascript_and_compact_python() {
        for json in EVENTS.iter().filter_map(|event| event.sample_json()) {
            let judged = judge(json.as_bytes());
            let survives = |encoder| {
                judged
                    .iter()
                    .find(|r| r.encoder == encoder)
                    .unwrap()
                    .survives()
            };
            assert!(survives(Encoder::JavaScript), "{json}");
            assert!(survives(Encoder::PythonCompact), "{json}");
            assert!(!survives(Encoder::PythonDefault), "{json}");
            assert!(!survives(Encoder::Go), "{json}");
        }
    }

    #[test]
    fn the_first_difference_has_an_offset_and_a_path() {
        let body = br#"{"event":"a","data":{"list":[1,{"n":9007199254740993}]}}"#;
        let judged = judge_one(body, Encoder::JavaScript).unwrap();
        assert_eq!(
            judged.difference,
            Some(Difference {
                offset: 51,
                path: "data.list[1].n".into(),
                was: "3}]}}".into(),
                becomes: Some("2}]}}".into()),
            })
        );
        let judged = judge_one(body, Encoder::PythonDefault).unwrap();
        assert_eq!(judged.difference.unwrap().path, "event");
    }

    #[test]
    fn what_is_not_json_is_not_judged() {
        for bad in [
            &b""[..],
            b"{",
            b"[01]",
            b"\"\n\"",
            b"{\"a\":nul}",
            b"\"\xff\"",
        ] {
            assert_eq!(judge(bad), []);
        }
    }

    proptest! {
        #[test]
        fn total_on_any_bytes_and_true_to_json(
            noise in prop::collection::vec(any::<u8>(), 0..100),
            json in r#"(\{"(a|10|\\u00e9|\\ud800)":|\[|\{)?(-?[0-9]{1,20}(\.[0-9]{1,3})?(e-?[0-9]{1,3})?|"(/|<|\\n|é|\\udc00)*"|\{\}|null)(\}|\])?"#,
        ) {
            drop(judge(&noise));
            let valid = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            prop_assert_eq!(!judge(json.as_bytes()).is_empty(), valid, "{}", json);
        }
    }
}
