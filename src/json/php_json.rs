//! JSON as PHP's `json_encode` writes it with `JSON_UNESCAPED_SLASHES |
//! JSON_UNESCAPED_UNICODE`, which is how Lettermint's backend makes its bodies.
//!
//! What differs from other encoders: U+2028 and U+2029 stay escaped (leaving them raw takes a
//! third flag), whole floats lose their fraction, large and small floats are written
//! `1.0e+25`, and nothing else beyond the quote, the backslash and controls is escaped.

use serde_json::{Number, Value};

/// The bytes of a value.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    write_value(value, &mut out);
    out
}

/// Appends a value.
pub fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(name, out);
                out.push(b':');
                write_value(member, out);
            }
            out.push(b'}');
        }
    }
}

/// Appends a string with its quotes.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut clean = 0;
    let mut at = 0;
    while at < bytes.len() {
        let mut taken = 1;
        let escape: &[u8] = match bytes[at] {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            0x08 => b"\\b",
            0x0c => b"\\f",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            control @ 0..0x20 => {
                out.extend_from_slice(&bytes[clean..at]);
                out.extend_from_slice(format!("\\u{control:04x}").as_bytes());
                clean = at + 1;
                at += 1;
                continue;
            }
            0xe2 if bytes[at..].starts_with("\u{2028}".as_bytes()) => {
                taken = 3;
                b"\\u2028"
            }
            0xe2 if bytes[at..].starts_with("\u{2029}".as_bytes()) => {
                taken = 3;
                b"\\u2029"
            }
            _ => {
                at += 1;
                continue;
            }
        };
        out.extend_from_slice(&bytes[clean..at]);
        out.extend_from_slice(escape);
        at += taken;
        clean = at;
    }
    out.extend_from_slice(&bytes[clean..]);
    out.push(b'"');
}

fn write_number(number: &Number, out: &mut Vec<u8>) {
    match number.as_f64() {
        // PHP's integers are signed 64 bits; whatever is larger is a float to it.
        _ if number.is_i64() => {
            out.extend_from_slice(number.to_string().as_bytes());
        }
        Some(float) => write_float(float, out),
        None => out.extend_from_slice(number.to_string().as_bytes()),
    }
}

/// The shortest digits that read back as the same float (`serialize_precision = -1`), in PHP's
/// layout: plain for decimal exponents from -4 to 16, else `d.de+x`.
fn write_float(float: f64, out: &mut Vec<u8>) {
    if float == 0.0 {
        let zero: &[u8] = if float.is_sign_negative() {
            b"-0"
        } else {
            b"0"
        };
        out.extend_from_slice(zero);
        return;
    }
    let scientific = format!("{float:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..17).contains(&exponent) {
        out.extend_from_slice(format!("{float}").as_bytes());
        return;
    }
    out.extend_from_slice(mantissa.as_bytes());
    if !mantissa.contains('.') {
        out.extend_from_slice(b".0");
    }
    out.push(b'e');
    out.push(if exponent < 0 { b'-' } else { b'+' });
    out.extend_from_slice(exponent.unsigned_abs().to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lettermint::catalogue::EVENTS;

    fn php(json: &str) -> String {
        String::from_utf8(encode(&serde_json::from_str(json).unwrap())).unwrap()
    }

    #[test]
    fn strings_as_php_writes_them() {
        assert_eq!(
            php(r#""a\/b ✓ \u2028\u2029 <>&' \u007f \u0001\b\f\n\r\t \"\\ \ud83d\ude00""#),
            "\"a/b ✓ \\u2028\\u2029 <>&' \u{7f} \\u0001\\b\\f\\n\\r\\t \\\"\\\\ 😀\""
        );
    }

    // Compared with php 8.2 -r 'echo json_encode(…);' for each literal.
    #[test]
    fn numbers_as_php_writes_them() {
        for (literal, written) in [
            ("7.0", "7"),
            ("7.5", "7.5"),
            ("0.02", "0.02"),
            ("-0.2", "-0.2"),
            ("0.0001", "0.0001"),
            ("0.00001", "1.0e-5"),
            ("1.5e-7", "1.5e-7"),
            ("1e25", "1.0e+25"),
            ("1e16", "10000000000000000"),
            ("123456789012345680000", "1.2345678901234568e+20"),
            ("9223372036854775807", "9223372036854775807"),
            ("0.1", "0.1"),
            ("-0.0", "-0"),
            ("0.0", "0"),
        ] {
            assert_eq!(php(literal), written, "{literal}");
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
