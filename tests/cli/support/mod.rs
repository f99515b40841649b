//! What the tests stand on: a sandbox to run the binary in, a receiver for what it sends, and a
//! listener to send to.

mod deliveries;
mod http;
mod listener;
mod receiver;
mod run;
mod sandbox;

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};

pub(crate) use deliveries::{record_line, signed_headers, signed_request, stored_delivery};
pub(crate) use http::{exchange, post, request};
pub(crate) use listener::Listener;
pub(crate) use receiver::{Receiver, RefusingPort, Reply};
pub(crate) use run::{Run, Running};
pub(crate) use sandbox::Sandbox;

/// How long anything may take before a test gives up. Generous: machines that build and test at
/// the same time are slow, and a test that passes never waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The secret that tests sign with unless they are about secrets.
pub(crate) const SECRET: &str = "whsec_test_0123456789abcdef";

/// The time that tests fix with `--now`: 2026-10-04T08:15:30Z.
pub(crate) const NOW: i64 = 1_791_101_730;

/// A body that a handler could have got from Lettermint.
pub(crate) const BODY: &[u8] =
    br#"{"id":"0199b1c2-0000-7000-8000-000000000001","event":"message.sent","data":{}}"#;

/// The value of `X-Lettermint-Signature`, computed here and not by the program: the lowercase
/// hex of HMAC-SHA256 over `t`, a dot and the body, keyed with the whole secret.
pub(crate) fn signature(secret: &str, t: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(t.as_bytes());
    mac.update(b".");
    mac.update(body);
    let digits: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("t={t},v1={digits}")
}

/// Whether `bytes` contain `needle`.
pub(crate) fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(bytes, needle).is_some()
}

/// The system's time in unix seconds, to sign what a listener judges by its own clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the listener under test judges age by the machine's clock"
)]
pub(crate) fn clock() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
