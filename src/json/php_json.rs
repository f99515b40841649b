//! JSON as PHP's `json_encode` writes it with `JSON_UNESCAPED_SLASHES |
//! JSON_UNESCAPED_UNICODE`, which is how Lettermint's backend makes its bodies.

use serde_json::Value;

use super::writer::LETTERMINT_NUMBERS;

/// The bytes of a value.
pub fn encode(value: &Value) -> Vec<u8> {
    let json = value.to_string();
    LETTERMINT_NUMBERS
        .rewrite(json.as_bytes(), |_| {})
        .unwrap_or_else(|_| unreachable!("serde_json writes JSON with finite numbers"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lettermint::catalogue::EVENTS;

    #[test]
    fn values_as_php_writes_them() {
        for (json, written) in [
            (
                r#""a\/b ✓ \u2028\u2029 <>&' \u007f \u0001\b\f\n\r\t \"\\ \ud83d\ude00""#,
                "\"a/b ✓ \\u2028\\u2029 <>&' \u{7f} \\u0001\\b\\f\\n\\r\\t \\\"\\\\ 😀\"",
            ),
            (
                r#"{"a": [7.0, 1e25, true, null]}"#,
                r#"{"a":[7,1.0e+25,true,null]}"#,
            ),
            ("9223372036854775808", "9.223372036854776e+18"),
        ] {
            let value = serde_json::from_str(json).unwrap();
            assert_eq!(String::from_utf8(encode(&value)).unwrap(), written);
        }
    }

    #[test]
    fn every_sample_is_already_in_this_form() {
        for event in EVENTS {
            if let (Some(json), Some(value)) = (event.sample_json(), event.sample()) {
                assert_eq!(encode(&value), json.as_bytes(), "{}", event.name);
            }
        }
    }
}
