//! What can be seen but not undone.

use crate::lettermint::headers;
use crate::lettermint::secret::SecretLint;

use super::bodies::is_cut_short;
use super::case::Case;
use super::cause::*;
use super::finding::Finding;
use crate::delivery::record::SecretRef;

/// How printed objects start: JavaScript, Python, PHP, Ruby (two ways), Go.
const PRINTED: [&[u8]; 6] = [
    b"[object Object]",
    b"{'",
    b"Array",
    b"{\"id\"=>",
    b"#<",
    b"map[",
];

/// Everything that is odd about a delivery that nothing explains. Bodies longer than `max_body`
/// are not read.
pub(crate) fn heuristics(case: &Case<'_>, has_signature: bool, max_body: u64) -> Vec<Finding> {
    let mut found = Vec::new();
    if !has_signature && !case.headers.contains(headers::SIGNATURE) {
        found.push(Finding::seen(&HEADER_MISSING, ""));
    }
    for (index, named) in case.secrets.iter().enumerate() {
        let mut lints = named.secret.lints().into_iter();
        if let Some(lint) = lints.find(|lint| lint.is_no_secret()) {
            let mut finding = match lint {
                SecretLint::ApiToken => Finding::seen(&SECRET_API_TOKEN, &named.source),
                lint => {
                    let seen = format!("{} {}", named.source, lint.message());
                    Finding::seen(&SECRET_PLACEHOLDER, &seen)
                }
            };
            finding.secret = Some(SecretRef {
                position: index + 1,
                source: named.source.clone(),
            });
            found.push(finding);
        }
    }
    if case.body.len() as u64 <= max_body {
        of_body(case, &mut found);
    }
    found
}

fn of_body(case: &Case<'_>, found: &mut Vec<Finding>) {
    let body = case.body;
    let announced = content_length(case).unwrap_or(0);
    if body.is_empty() {
        found.push(Finding::seen(&BODY_EMPTY, ""));
        return;
    }
    if announced > body.len() {
        let detail = format!("{} of {announced} bytes", body.len());
        found.push(Finding::seen(&BODY_TRUNCATED, &detail));
    } else if is_cut_short(body) {
        let detail = format!("the JSON does not end within its {} bytes", body.len());
        found.push(Finding::seen(&BODY_TRUNCATED, &detail));
    }
    if PRINTED.iter().any(|start| body.starts_with(start)) {
        found.push(Finding::seen(&BODY_STRINGIFIED_OBJECT, ""));
    }
    match std::str::from_utf8(body) {
        Ok(_) => {
            if let Some(at) = memchr::memmem::find(body, "\u{fffd}".as_bytes()) {
                let detail = format!("first at byte {at}");
                found.push(Finding::seen(&BODY_CHARACTERS_REPLACED, &detail));
            }
        }
        Err(error) => {
            let detail = format!("first at byte {}", error.valid_up_to());
            found.push(Finding::seen(&BODY_INVALID_UTF8, &detail));
        }
    }
}

pub(crate) fn content_length(case: &Case<'_>) -> Option<usize> {
    case.headers.text("Content-Length")?.trim().parse().ok()
}
