//! A HAR document as far as captures need it, read leniently: every entry stands for itself, and
//! text that is no Unicode is kept.
//!
//! mitmproxy decodes a body that is not UTF-8 with Python's `surrogateescape` (PEP 383), and its
//! JSON then has lone surrogates such as `\udcff` for the byte `ff`. [`Text`] turns those back
//! into the bytes they came from.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Text of a HAR, as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    /// Whether it had escaped bytes, that is, is not the plain text of the JSON string.
    pub(crate) escaped: bool,
}

impl Text {
    /// As UTF-8, with replacement characters where it is none.
    pub(crate) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;
        impl Visitor<'_> for AsText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_bytes<E>(self, wtf8: &[u8]) -> Result<Text, E> {
                Ok(unescape_surrogates(wtf8))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(unescape_surrogates(text.as_bytes()))
            }
        }
        // Asked for bytes, serde_json passes lone surrogates through in their three-byte form
        // instead of refusing the string.
        deserializer.deserialize_bytes(AsText)
    }
}

/// Puts bytes back in place of the surrogates U+DC80 to U+DCFF that escape them.
fn unescape_surrogates(wtf8: &[u8]) -> Text {
    let mut bytes = Vec::with_capacity(wtf8.len());
    let mut escaped = false;
    let mut rest = wtf8;
    while let Some(at) = memchr::memchr(0xed, rest) {
        bytes.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        match rest {
            // U+DC80..=U+DCFF are ED B2 80..=BF and ED B3 80..=BF.
            [0xed, page @ (0xb2 | 0xb3), low @ 0x80..=0xbf, tail @ ..] => {
                let page = if *page == 0xb2 { 0x80 } else { 0xc0 };
                bytes.push(page | (low & 0x3f));
                escaped = true;
                rest = tail;
            }
            _ => {
                bytes.push(0xed);
                rest = &rest[1..];
            }
        }
    }
    bytes.extend_from_slice(rest);
    Text { bytes, escaped }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) started_date_time: Option<String>,
    /// Milliseconds.
    pub(crate) time: Option<f64>,
    pub(crate) request: Request,
    pub(crate) response: Option<Response>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: Text,
    #[serde(default)]
    pub(crate) headers: Vec<NameValue>,
    pub(crate) post_data: Option<PostData>,
    /// Bytes of the body, -1 for unknown.
    pub(crate) body_size: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NameValue {
    pub(crate) name: Text,
    pub(crate) value: Option<Text>,
    /// The value's bytes, in our own exports, when they are not UTF-8.
    #[serde(rename = "_base64")]
    pub(crate) base64: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PostData {
    pub(crate) text: Option<Text>,
    pub(crate) params: Option<Vec<IgnoredAny>>,
    pub(crate) encoding: Option<String>,
    #[serde(rename = "_encoding")]
    pub(crate) custom_encoding: Option<String>,
    pub(crate) comment: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Response {
    pub(crate) status: Option<i64>,
    #[serde(default)]
    pub(crate) headers: Vec<NameValue>,
    pub(crate) content: Option<Content>,
    #[serde(rename = "_error")]
    pub(crate) error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Content {
    pub(crate) text: Option<Text>,
    pub(crate) encoding: Option<String>,
    pub(crate) size: Option<f64>,
}

/// Hands the entries of a document to `take`, in order, up to where it stops being JSON.
pub(crate) fn each_entry<'a>(
    document: &'a [u8],
    take: impl FnMut(&'a RawValue),
) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(document);
    let path = &["log", "entries"];
    Entries { path, take }.deserialize(&mut json)?;
    json.end()
}

/// Goes along a path of member names, passing over the others, and hands over every element of
/// the array at its end.
struct Entries<F> {
    path: &'static [&'static str],
    take: F,
}

impl<'de, F: FnMut(&'de RawValue)> DeserializeSeed<'de> for Entries<F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.path {
            [] => deserializer.deserialize_seq(self),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Entries<F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path {
            [] => f.write_str("an array of entries"),
            [name, ..] => write!(f, "an object with `{name}`"),
        }
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, take } = self;
        let (name, path) = path.split_first().unwrap_or((&"", &[]));
        let mut inside = Some(Self { path, take });
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match inside.take_if(|_| key == *name) {
                Some(seed) => map.next_value_seed(seed)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match inside {
            None => Ok(()),
            Some(_) => Err(serde::de::Error::missing_field(name)),
        }
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element::<&'de RawValue>()? {
            (self.take)(entry);
        }
        Ok(())
    }
}
