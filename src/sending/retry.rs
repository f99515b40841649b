//! Trying again as Lettermint does: same id and bytes, a new `t`, the next attempt number, on
//! the documented schedule.

use std::time::Duration;

use super::payloads::Payload;
use super::sender::Sender;
use super::signer::Signer;
use crate::error::Result;
use crate::lettermint::retry_schedule;
use crate::sending::attempt::Waiting;

/// Whether and how failed deliveries are tried again.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in all, 1 to 13. 1 is no retry.
    pub max_attempts: u32,
    /// By what the documented waits are divided.
    pub speed: f64,
}

impl RetryPolicy {
    /// A single attempt.
    pub const NONE: Self = Self {
        max_attempts: 1,
        speed: 1.0,
    };

    /// The real wait for a documented one.
    fn wait(&self, documented: Duration) -> Duration {
        documented.div_f64(self.speed)
    }
}

/// Sends a payload until it is delivered or the attempts are used up. The first attempt made is
/// number `first`; the schedule goes on from there and ends where Lettermint's does. Returns
/// whether it was delivered.
///
/// # Errors
/// Interrupted, or stdout is gone. What was attempted until then is recorded.
pub async fn deliver(
    sender: &mut Sender<'_>,
    signer: &Signer,
    payload: &Payload,
    first: u32,
    policy: RetryPolicy,
) -> Result<bool> {
    let retrying = policy.max_attempts > 1;
    let last = if retrying {
        policy.max_attempts.max(first)
    } else {
        first
    };
    let mut elapsed = Duration::ZERO;
    let mut attempt = first;
    loop {
        sender.pass(elapsed);
        let mut remarks = signer.remarks();
        if !elapsed.is_zero() {
            let documented = crate::terminal::duration::span(elapsed.as_secs());
            remarks
                .words
                .push(format!("documented: {documented} after the first"));
        }
        let outgoing = signer.sign(payload, attempt, sender.seconds());
        let reply = sender.attempt(&outgoing, remarks).await?;
        if reply.is_success() {
            return Ok(true);
        }
        if attempt >= last {
            break;
        }
        attempt += 1;
        let documented = retry_schedule::delay_before(attempt).unwrap_or_default();
        let real = policy.wait(documented);
        sender.announce(&Waiting {
            attempt,
            documented,
            real,
        });
        sender.pause(real).await?;
        elapsed += documented;
    }
    if retrying {
        sender.exhausted(last);
    }
    Ok(false)
}
