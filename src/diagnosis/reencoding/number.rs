//! One number as JavaScript, Python and Go write it.

use crate::json::number::is_float;

/// A finite, non-zero float in its shortest digits: `0.DIGITS × 10^point`.
struct Decimal {
    negative: bool,
    digits: String,
    point: i32,
}

impl Decimal {
    fn of(float: f64) -> Self {
        let text = format!("{:e}", float.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        Self {
            negative: float.is_sign_negative(),
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            point: exponent.parse::<i32>().unwrap_or(0) + 1,
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    /// Without an exponent and, for a whole number, without a fraction.
    fn plain(&self) -> String {
        let Self { digits, point, .. } = self;
        let count = digits.len() as i32;
        let number = if *point <= 0 {
            format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))
        } else if *point >= count {
            format!("{digits}{}", "0".repeat((point - count) as usize))
        } else {
            let (whole, fraction) = digits.split_at(*point as usize);
            format!("{whole}.{fraction}")
        };
        format!("{}{number}", self.sign())
    }

    /// `d.ddde±x`, the exponent with at least `width` digits.
    fn scientific(&self, width: usize) -> String {
        let exponent = self.point - 1;
        let (first, rest) = self.digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let sign = if exponent < 0 { '-' } else { '+' };
        let exponent = exponent.unsigned_abs();
        format!("{}{first}{dot}{rest}e{sign}{exponent:0width$}", self.sign())
    }
}

/// A number's text as a float. Overflow is infinite, as in JavaScript and Python.
fn float_of(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// As JavaScript's `JSON.stringify` writes it (ECMA-262, Number::toString).
pub(crate) fn javascript(text: &str) -> Option<String> {
    let float = float_of(text)?;
    if float == 0.0 {
        return Some("0".into());
    }
    if !float.is_finite() {
        return Some("null".into());
    }
    let decimal = Decimal::of(float);
    if (-5..=21).contains(&decimal.point) {
        return Some(decimal.plain());
    }
    Some(decimal.scientific(1))
}

/// As Python's `json.dumps` writes it: whole numbers in full, floats as `repr` does.
pub(crate) fn python(text: &str) -> Option<String> {
    if !is_float(text) {
        let zero = text == "-0";
        return Some(if zero { "0".into() } else { text.into() });
    }
    let float = float_of(text)?;
    if float == 0.0 {
        let sign = if float.is_sign_negative() { "-" } else { "" };
        return Some(format!("{sign}0.0"));
    }
    if !float.is_finite() {
        let sign = if float < 0.0 { "-" } else { "" };
        return Some(format!("{sign}Infinity"));
    }
    let decimal = Decimal::of(float);
    if !(-3..=16).contains(&decimal.point) {
        return Some(decimal.scientific(2));
    }
    let plain = decimal.plain();
    Some(if plain.contains('.') {
        plain
    } else {
        plain + ".0"
    })
}

/// As Go's `encoding/json` writes the `float64` that it reads into an `any`. `None` when it
/// refuses to read it.
pub(crate) fn go(text: &str) -> Option<String> {
    let float = float_of(text).filter(|float| float.is_finite())?;
    if float == 0.0 {
        let sign = if float.is_sign_negative() { "-" } else { "" };
        return Some(format!("{sign}0"));
    }
    let decimal = Decimal::of(float);
    let magnitude = float.abs();
    if !(1e-6..1e21).contains(&magnitude) {
        // encoding/json turns `e-09` into `e-9` and leaves `e+21` alone.
        return Some(decimal.scientific(1));
    }
    Some(decimal.plain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_in_its_own_way() {
        for (text, js, py, golang) in [
            ("7.0", "7", "7.0", "7"),
            ("0.02", "0.02", "0.02", "0.02"),
            ("1e-7", "1e-7", "1e-07", "1e-7"),
            ("0.00001", "0.00001", "1e-05", "0.00001"),
            ("1E+25", "1e+25", "1e+25", "1e+25"),
            (
                "12345678901234567890",
                "12345678901234567000",
                "12345678901234567890",
                "12345678901234567000",
            ),
            ("-0", "0", "0", "-0"),
            ("-0.0", "0", "-0.0", "-0"),
            (
                "1.5e16",
                "15000000000000000",
                "1.5e+16",
                "15000000000000000",
            ),
            ("-12.50", "-12.5", "-12.5", "-12.5"),
        ] {
            assert_eq!(javascript(text).unwrap(), js, "{text}");
            assert_eq!(python(text).unwrap(), py, "{text}");
            assert_eq!(go(text).unwrap(), golang, "{text}");
        }
        assert_eq!(go("1e999"), None);
        assert_eq!(javascript("1e999").unwrap(), "null");
    }
}
