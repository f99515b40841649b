//! One number as each language writes what it reads.

use std::borrow::Cow;
use std::ops::RangeInclusive;

struct Floats {
    /// Places of the decimal point, counted from the first digit, that need no exponent.
    plain: RangeInclusive<i32>,
    /// What follows a whole number without an exponent.
    whole: &'static str,
    /// What follows a whole mantissa before an exponent.
    mantissa: &'static str,
    exponent: usize,
    signed_zero: bool,
}

/// ECMA-262, Number::toString.
const JAVASCRIPT: Floats = floats(-5..=21, "", "", 1, false);
const PYTHON: Floats = floats(-3..=16, ".0", "", 2, true);
/// With `serialize_precision = -1`.
const PHP: Floats = floats(-3..=17, "", ".0", 1, true);

const fn floats(
    plain: RangeInclusive<i32>,
    whole: &'static str,
    mantissa: &'static str,
    exponent: usize,
    signed_zero: bool,
) -> Floats {
    Floats {
        plain,
        whole,
        mantissa,
        exponent,
        signed_zero,
    }
}

impl Floats {
    /// A finite float in the shortest digits that read back as the same.
    fn write(&self, float: f64) -> String {
        let sign = match float.is_sign_negative() && (float != 0.0 || self.signed_zero) {
            true => "-",
            false => "",
        };
        let text = format!("{:e}", float.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let number = float.abs();
        if float == 0.0 || self.plain.contains(&(exponent + 1)) {
            let whole = if number.fract() == 0.0 {
                self.whole
            } else {
                ""
            };
            return format!("{sign}{number}{whole}");
        }
        let dot = if mantissa.contains('.') {
            ""
        } else {
            self.mantissa
        };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        let (digits, width) = (exponent.unsigned_abs(), self.exponent);
        format!("{sign}{mantissa}{dot}e{exponent_sign}{digits:0width$}")
    }
}

pub(crate) fn is_float(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && text.contains(['.', 'e', 'E'])
}

pub(crate) fn as_written(text: &str) -> Cow<'_, str> {
    text.into()
}

/// Floats as PHP writes them, and everything else as it stands.
pub(crate) fn php_floats(text: &str) -> Cow<'_, str> {
    if is_float(text) {
        php(text)
    } else {
        text.into()
    }
}

/// As PHP's `json_encode` writes the number that `json_decode` reads. What overflows stays.
pub(crate) fn php(text: &str) -> Cow<'_, str> {
    if text == "-0" {
        // A whole number to PHP 8, and whole numbers have one zero.
        return "0".into();
    }
    // Integers have 64 bits and a sign; whatever is larger is a float.
    if !is_float(text) && text.parse::<i64>().is_ok() {
        return text.into();
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() => PHP.write(float).into(),
        _ => text.into(),
    }
}

/// As `JSON.stringify` writes it.
pub(crate) fn javascript(text: &str) -> Cow<'_, str> {
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() => JAVASCRIPT.write(float).into(),
        _ => "null".into(),
    }
}

/// As `json.dumps` writes it: whole numbers in full.
pub(crate) fn python(text: &str) -> Cow<'_, str> {
    match text.parse::<f64>() {
        _ if text == "-0" => "0".into(),
        Ok(float) if is_float(text) => match float.is_finite() {
            true => PYTHON.write(float).into(),
            false if float < 0.0 => "-Infinity".into(),
            false => "Infinity".into(),
        },
        _ => text.into(),
    }
}

/// Without a fraction that is zero: what a JavaScript or PHP program leaves of `7.0`.
pub(crate) fn without_zero_fraction(text: &str) -> Cow<'_, str> {
    let whole = text.trim_end_matches('0').strip_suffix('.');
    let whole = whole.filter(|_| !text.contains(['e', 'E']));
    whole.unwrap_or(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number, and what PHP, JavaScript and Python write. The column of PHP was compared with
    /// php 8.2 -r 'echo json_encode(…);' for each literal.
    const WRITTEN: &str = "
        7.0                     7                       7                       7.0
        7.5                     7.5                     7.5                     7.5
        -12.50                  -12.5                   -12.5                   -12.5
        0.02                    0.02                    0.02                    0.02
        0.0001                  0.0001                  0.0001                  0.0001
        0.00001                 1.0e-5                  0.00001                 1e-05
        1e-7                    1.0e-7                  1e-7                    1e-07
        1.5e-7                  1.5e-7                  1.5e-7                  1.5e-07
        1E+25                   1.0e+25                 1e+25                   1e+25
        1e16                    10000000000000000       10000000000000000       1e+16
        1.5e16                  15000000000000000       15000000000000000       1.5e+16
        12345678901234567890    1.2345678901234567e+19  12345678901234567000    12345678901234567890
        123456789012345680000.0 1.2345678901234568e+20  123456789012345680000   1.2345678901234568e+20
        9223372036854775807     9223372036854775807     9223372036854776000     9223372036854775807
        -0                      0                       0                       0
        -0.0                    -0                      0                       -0.0
        0.0                     0                       0                       0.0
        1e999                   1e999                   null                    Infinity";

    #[test]
    fn each_language_in_its_own_way() {
        for line in WRITTEN.lines().skip(1) {
            let columns: Vec<_> = line.split_whitespace().collect();
            let number = columns[0];
            let written = [php(number), javascript(number), python(number)];
            assert_eq!(written[..], columns[1..], "{number}");
        }
    }
}
