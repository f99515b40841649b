//! How users write spans of time, sizes, shares, rates, counts and places: one grammar each.
//!
//! The parser of arguments names the option and the value; these say what is expected there.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeBounds;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SpanRelativeTo;
use jiff::fmt::friendly::SpanParser;

use crate::app::AppContext;
use crate::delivery::Target;
use crate::error::{Error, Result};
use crate::lettermint::{Edit, EventPattern, Header};

/// The longest duration of an option: a timer further ahead is a mistake.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// Reads a duration of at most a year: `500ms`, `30s`, `1m30s`, `1.5h`, `1d`; a bare number is
/// seconds.
pub(crate) fn parse_duration(text: &str) -> Result<Duration> {
    parse_span(text)
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| Error::usage("expected a duration such as 500ms, 30s, 1m30s or 1.5h"))
}

/// Reads an age of any length: `90d`, `12h`, `1h30m`; a bare number is seconds.
pub(crate) fn parse_age(text: &str) -> Result<Duration> {
    parse_span(text).ok_or_else(|| Error::usage("expected an age such as 90d, 12h or 1h30m"))
}

/// One number with one unit, or several as jiff's friendly format has them. A day has 24 hours.
pub(crate) fn parse_span(text: &str) -> Option<Duration> {
    let text = &text.to_ascii_lowercase();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = match &text[number.len()..] {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return parse_compound_span(text),
    };
    match number.parse::<f64>() {
        Ok(number) => Duration::try_from_secs_f64(number * scale).ok(),
        Err(_) => parse_compound_span(text),
    }
}

fn parse_compound_span(text: &str) -> Option<Duration> {
    let span = SpanParser::new().parse_span(text).ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

/// Reads a number of bytes: `1048576`, `512KiB`, `50M`. `K`, `M` and `G` count in powers of
/// 1,024, as with `head -c` and ripgrep; `KB`, `MB` and `GB` in powers of 1,000.
pub(crate) fn parse_size(text: &str) -> Result<usize> {
    let expected = || Error::usage("expected a size such as 65536, 512KiB or 50M");
    let text = &without_separators(text);
    if let Ok(bytes) = text.parse() {
        return Ok(bytes);
    }
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale: u32 = match text[number.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(expected()),
    };
    let number: f64 = number.parse().map_err(|_| expected())?;
    whole(number * f64::from(scale))
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(expected)
}

/// Reads a count within a range: `1000`, `1e3`.
pub(crate) fn parse_count<T>(
    range: impl RangeBounds<u64> + Clone + Send + Sync + 'static,
) -> impl Fn(&str) -> Result<T> + Clone + Send + Sync + 'static
where
    T: TryFrom<u64>,
{
    move |text| {
        let text = &without_separators(text);
        let count = text.parse().ok();
        let thousands =
            |text: &str| Some(text.strip_suffix(['k', 'K'])?.parse::<f64>().ok()? * 1e3);
        count
            .or_else(|| whole(text.parse().ok().or_else(|| thousands(text))?))
            .filter(|count| range.contains(count))
            .and_then(|count| T::try_from(count).ok())
            .ok_or_else(|| Error::usage(format!("expected {}", describe_range(&range))))
    }
}

fn describe_range(range: &impl RangeBounds<u64>) -> String {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let least = match range.start_bound() {
        Included(least) => *least,
        Excluded(below) => below + 1,
        Unbounded => 0,
    };
    match range.end_bound() {
        Included(most) => format!("a number from {least} to {most}, such as {}", 10.min(*most)),
        Excluded(above) => format!("a number from {least} to {}", above - 1),
        Unbounded => format!("a number from {least}, such as 1000 or 1e3"),
    }
}

/// Without what sets parts of a number off: `1_000`, `50 M`, `5 %`.
fn without_separators(text: &str) -> String {
    text.replace(['_', ' '], "")
}

/// A number without a fraction, as far as `f64` counts exactly.
fn whole(number: f64) -> Option<u64> {
    const EXACT: f64 = (1_u64 << 53) as f64;
    (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
}

/// Reads a share from 0 to 1: `0.05`, `5%`.
pub(crate) fn parse_ratio(text: &str) -> Result<f64> {
    let text = &without_separators(text);
    let ratio = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    ratio
        .ok()
        .filter(|ratio| (0.0..=1.0).contains(ratio))
        .ok_or_else(|| Error::usage("expected a share from 0 to 1, such as 0.05 or 5%"))
}

/// Reads a rate in deliveries a second: `200/s`, `30/m`, `200`.
pub(crate) fn parse_rate(text: &str) -> Result<f64> {
    let text = &without_separators(text);
    let (number, seconds) = match text.split_once('/') {
        None => (text.as_str(), 1.0),
        Some((number, "s" | "sec" | "second")) => (number, 1.0),
        Some((number, "m" | "min" | "minute")) => (number, 60.0),
        Some((number, "h" | "hour")) => (number, 3_600.0),
        Some(_) => ("", 1.0),
    };
    number
        .parse::<f64>()
        .ok()
        .map(|number| number / seconds)
        .filter(|rate| (1e-6..=1e7).contains(rate))
        .ok_or_else(|| Error::usage("expected a rate such as 200/s, 30/m or 10/h"))
}

/// Reads a factor above 0 by which waits are divided.
pub(crate) fn parse_speed(text: &str) -> Result<f64> {
    let number = text.strip_suffix('x').unwrap_or(text);
    number
        .parse::<f64>()
        .ok()
        .filter(|speed| (1e-3..=1e9).contains(speed))
        .ok_or_else(|| Error::usage("expected a factor above 0, such as 60 or 1000"))
}

/// Reads the URL that `option` names as an endpoint.
pub(crate) fn parse_target(option: &str, url: &str) -> Result<Target> {
    Target::parse(url).map_err(|error| Error::from(error).about(option))
}

pub(crate) fn parse_set(text: &str) -> Result<Edit> {
    Ok(Edit::parse_set(text)?)
}

pub(crate) fn parse_unset(text: &str) -> Result<Edit> {
    Ok(Edit::parse_unset(text)?)
}

/// Reads a port, 0 for any free one.
pub(crate) fn parse_port(text: &str) -> Result<u16> {
    let number = text.strip_prefix(':').unwrap_or(text);
    let expected = || Error::usage("expected a port from 0 to 65535, such as 3000");
    number.parse().map_err(|_| expected())
}

/// Reads an address of this machine to listen on: `127.0.0.1`, `localhost`, `::1`, `[::1]`.
pub(crate) fn parse_host(text: &str) -> Result<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match bare.unwrap_or(text) {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        "*" => Ok(Ipv4Addr::UNSPECIFIED.into()),
        address => address.parse().map_err(|_| {
            let error = Error::usage(
                "expected an address of this machine, such as 127.0.0.1, localhost, ::1 or 0.0.0.0",
            );
            let port = text.parse::<SocketAddr>().ok().map(|both| both.port());
            error.maybe_hint(port.map(|port| format!("the port is an option: `--port {port}`")))
        }),
    }
}

/// Reads an event's name, or a glob over names.
pub(crate) fn parse_event(text: &str) -> Result<EventPattern> {
    Ok(text.parse::<EventPattern>()?)
}

/// What `-H` names: a line, or a file of lines.
#[derive(Debug, Clone)]
pub(crate) enum HeaderArg {
    Line(Header),
    File(PathBuf),
}

impl HeaderArg {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text.strip_prefix('@') {
            Some(path) if !path.is_empty() => Ok(Self::File(path.into())),
            _ => parse_header(text).map(Self::Line),
        }
    }
}

/// All header lines, those of files read.
pub(crate) fn read_headers(args: &[HeaderArg], app: &AppContext) -> Result<Vec<Header>> {
    let mut headers = Vec::new();
    for arg in args {
        let path = match arg {
            HeaderArg::Line(header) => {
                headers.push(header.clone());
                continue;
            }
            HeaderArg::File(path) => path,
        };
        let bytes = app.read_input(path)?;
        let text = String::from_utf8_lossy(&bytes);
        for (number, line) in (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let place = format!("{}:{number}", path.display());
            headers.push(parse_header(line).map_err(|error| error.about(&place))?);
        }
    }
    Ok(headers)
}

/// Reads a header line `Name: value` that may be added to a delivery.
fn parse_header(text: &str) -> Result<Header> {
    let expected = || Error::usage("expected a header such as `X-Name: value`");
    let Some((name, value)) = text.split_once(':') else {
        let pair = text.split_once(['=', ' ']);
        let pair = pair.filter(|(name, _)| Header::new(name.trim(), "").is_sendable());
        return Err(expected().maybe_hint(
            pair.map(|(name, _)| format!("a colon follows the name: `{}: …`", name.trim())),
        ));
    };
    let (name, value) = (name.trim(), value.trim());
    if !Header::new(name, "").is_sendable() {
        return Err(expected().about(&format!("not a header name: {name}")));
    }
    if !Header::new(name, value).is_sendable() {
        return Err(expected().about("a header value has no control characters"));
    }
    if matches!(
        name.to_ascii_lowercase().as_str(),
        "host" | "content-length" | "transfer-encoding"
    ) {
        return Err(Error::usage(format!(
            "`{name}` is set by the request itself"
        )));
    }
    Ok(Header::new(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, millis) in [
            ("500ms", 500),
            ("1.5s", 1_500),
            ("30", 30_000),
            ("0.25", 250),
            ("2m", 120_000),
            ("2min", 120_000),
            ("1m30s", 90_000),
            ("1h 30m", 5_400_000),
            ("1.5h", 5_400_000),
            ("1d", 86_400_000),
            ("1d12h", 129_600_000),
            ("2 hours", 7_200_000),
            ("1H", 3_600_000),
            ("90 s", 90_000),
        ] {
            let duration = parse_duration(text).unwrap();
            assert_eq!(duration, Duration::from_millis(millis), "{text}");
        }
        for bad in [
            "",
            "s",
            "-1s",
            "-1m30s",
            "1m30s ago",
            "1y",
            "1mo",
            "inf",
            "nan",
            "400d",
        ] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_age("90w").unwrap(), Duration::from_secs(90 * 604_800));
    }

    #[test]
    fn sizes_and_counts() {
        for (text, bytes) in [
            ("65536", 65_536),
            ("512KiB", 524_288),
            ("1MiB", 1_048_576),
            ("50M", 52_428_800),
            ("50mb", 50_000_000),
            ("1.5k", 1_536),
            ("1e6", 1_000_000),
            ("1 MiB", 1_048_576),
            ("1_000_000", 1_000_000),
        ] {
            assert_eq!(parse_size(text).unwrap(), bytes, "{text}");
        }
        for bad in ["", "M", "-1", "1.3", "1TB", "1 parsec", "infM"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
        let count = parse_count::<u32>(1..=10_000);
        assert_eq!(count("1e3").unwrap(), 1_000);
        assert_eq!(count("10000").unwrap(), 10_000);
        assert_eq!(count("10k").unwrap(), 10_000);
        assert_eq!(count("1_000").unwrap(), 1_000);
        for bad in ["", "0", "10001", "1.5", "-1", "1e9", "x"] {
            assert!(count(bad).is_err(), "{bad}");
        }
        assert_eq!(
            count("0").unwrap_err().to_string(),
            "expected a number from 1 to 10000, such as 10"
        );
        assert_eq!(
            parse_count::<u64>(1..)("18446744073709551615").unwrap(),
            u64::MAX
        );
    }

    #[test]
    fn shares_rates_and_factors() {
        assert_eq!(parse_ratio("5%").unwrap(), 0.05);
        assert_eq!(parse_ratio("0.05").unwrap(), 0.05);
        assert_eq!(parse_ratio("5 %").unwrap(), 0.05);
        assert_eq!(parse_rate("30 / minute").unwrap(), 0.5);
        assert_eq!(parse_speed("60x").unwrap(), 60.0);
        assert_eq!(parse_port(":3000").unwrap(), 3_000);
        assert!(parse_port("65536").is_err());
        for bad in ["1.5", "101%", "-1%", "x", "nan", "%"] {
            assert!(parse_ratio(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_rate("200").unwrap(), 200.0);
        assert_eq!(parse_rate("30/m").unwrap(), 0.5);
        assert!(parse_rate("1/d").is_err() && parse_rate("0").is_err());
        assert!(parse_speed("0").is_err());
    }
}
