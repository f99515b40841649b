//! One number as PHP writes it.

use serde_json::{Number, Value};

use crate::event::php_json;

/// Whether a number is a float to most parsers.
pub(super) fn is_float(text: &str) -> bool {
    text.contains(['.', 'e', 'E'])
}

/// As PHP's `json_encode` writes the float that it reads; whole numbers of 64 bits stay.
pub(super) fn php(text: &str) -> Option<String> {
    let number: Number = if text == "-0" {
        Number::from_f64(-0.0)?
    } else {
        serde_json::from_str(text).ok()?
    };
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
            ("-0", "-0"),
            ("-12.50", "-12.5"),
        ] {
            assert_eq!(php(text).unwrap(), written, "{text}");
        }
        assert_eq!(php("1e999"), None);
    }
}
