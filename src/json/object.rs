//! What serde reads of JSON where nothing has to be kept as it was written.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;
use std::ops::Deref;

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self
    }
}

/// The members of an object, each value as it was written. Of repeats the last one counts, as in
/// JavaScript, Python and PHP.
pub(crate) type Members<'a> = BTreeMap<Text<'a>, &'a RawValue>;

/// The members of a document that is an object. The whole document is validated.
pub(crate) fn members(json: &[u8]) -> Option<Members<'_>> {
    // The parser's error about a value of another kind has that value in it, however long.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    // Strings that are passed over are not checked for UTF-8 by the parser.
    let text = std::str::from_utf8(json).ok()?;
    serde_json::from_str(text).ok()
}

pub(crate) fn text_of<'a>(members: &Members<'a>, name: &str) -> Option<Text<'a>> {
    serde_json::from_str(members.get(name)?.get()).ok()
}
