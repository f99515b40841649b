//! One number as PHP writes it.

use serde_json::{Number, Value};

use crate::json::php_json;

/// Whether a number is a float to most parsers.
pub(crate) fn is_float(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && text.contains(['.', 'e', 'E'])
}

/// As PHP's `json_encode` writes the number that `json_decode` reads. `None` when it cannot.
pub(crate) fn php(text: &str) -> Option<String> {
    if text == "-0" {
        // A whole number to PHP 8, and whole numbers have one zero.
        return Some("0".to_owned());
    }
    let number: Number = serde_json::from_str(text).ok()?;
    let mut out = Vec::new();
    php_json::write_value(&Value::Number(number), &mut out);
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_lose_what_php_does_not_write() {
        for (text, written) in [
            ("7.0", "7"),
            ("1e-7", "1.0e-7"),
            ("1E+25", "1.0e+25"),
            ("12345678901234567890", "1.2345678901234567e+19"),
            ("-0", "0"),
            ("-0.0", "-0"),
            ("-12.50", "-12.5"),
        ] {
            assert_eq!(php(text).unwrap(), written, "{text}");
        }
        assert_eq!(php("1e999"), None);
    }
}
