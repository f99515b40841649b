//! How a handler answered, under the line of its delivery.

use crate::delivery::Reply;
use crate::delivery::record::is_credential;
use crate::delivery::reply::BODY_KEPT;
use crate::diagnosis::reply::{Reading, whole_text};
use crate::lettermint::verification::Reason;
use crate::terminal::line::labeled;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::visible;

/// Characters of a reply that are shown unless all are asked for.
const REPLY_SHOWN: usize = 200;

/// Writes what the answer says, and what to try or what is odd about it.
pub(crate) fn write(
    reply: &Reply,
    reading: &Reading,
    is_good: bool,
    is_whole: bool,
    paint: &dyn Paint,
    out: &mut String,
) {
    if is_whole {
        write_whole(reply, |text| out.push_str(&format!("    < {text}\n")));
    } else if !reading.excerpt.is_empty() {
        let excerpt = visible::shorten(&reading.excerpt, REPLY_SHOWN);
        labeled("reply", Role::Faint, &excerpt, paint, out);
    }
    let label = if is_good { "note" } else { "hint" };
    for hint in &reading.hints {
        labeled(label, Role::Warning, &visible::escape(hint), paint, out);
    }
}

/// What to try about a delivery that the listener rejected. It verifies the raw bytes, so it is not
/// what a handler would be told.
pub(crate) fn of_rejection(reason: Reason, secrets: &[String]) -> String {
    match reason {
        Reason::SignatureMismatch if secrets.is_empty() => {
            "changed on the way, or signed with another secret: `lettermint-hook verify` looks for the cause".to_owned()
        }
        Reason::SignatureMismatch => format!(
            "changed on the way, or signed with another secret than {}",
            secrets.join(" and ")
        ),
        Reason::BodyInvalid => "the sender has to send the payload".to_owned(),
        _ => reason.hint().to_owned(),
    }
}

fn write_whole(reply: &Reply, mut line: impl FnMut(&str)) {
    let Some(status) = reply.status else { return };
    line(&format!("HTTP {status}"));
    for header in &reply.headers {
        let value = match is_credential(header.name) {
            true => "[redacted]".into(),
            false => visible::escape_bytes(header.value),
        };
        line(&format!("{}: {value}", visible::escape(header.name)));
    }
    line("");
    for text in whole_text(reply).lines() {
        line(&visible::escape(text));
    }
    if reply.truncated {
        line(&format!("(cut after {} KiB)", BODY_KEPT / 1024));
    }
}
