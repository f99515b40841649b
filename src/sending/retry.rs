//! Trying again as Lettermint does: same id and bytes, a new `t`, the next attempt number, on
//! the documented schedule.

use std::time::Duration;

use super::job::Job;
use super::output::attempt::Waiting;
use super::sender::Sender;
use super::signer::{Remarks, Signer};
use crate::delivery::Outgoing;
use crate::error::Result;
use crate::lettermint::retry_schedule;

/// Whether and how failed deliveries are tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// Attempts in all, 1 to 13. 1 is no retry.
    pub(crate) max_attempts: u32,
    /// By what the documented waits are divided.
    pub(crate) speed: f64,
}

impl RetryPolicy {
    pub(crate) const NONE: Self = Self {
        max_attempts: 1,
        speed: 1.0,
    };
}

impl Sender<'_> {
    /// Sends a job until it is delivered or the attempts are used up; the schedule ends where
    /// Lettermint's does, whatever the number of the first attempt. One that was tampered with is
    /// over when a correct handler could have answered so, too. Whether it ended as it should.
    pub(crate) async fn deliver(
        &mut self,
        destination: usize,
        signer: &Signer,
        job: &Job,
        policy: RetryPolicy,
    ) -> Result<bool> {
        let retrying = policy.max_attempts > 1;
        let last = match retrying {
            true => policy.max_attempts.max(job.attempt),
            false => job.attempt,
        };
        let mut elapsed = Duration::ZERO;
        let mut attempt = job.attempt;
        loop {
            self.pass(elapsed);
            let mut remarks = signer.remarks(job);
            if !elapsed.is_zero() {
                let documented = crate::terminal::duration::span(elapsed.as_secs());
                remarks
                    .words
                    .push(format!("documented: {documented} after the first"));
            }
            let outgoing = signer.sign(job, attempt, self.seconds());
            let end = self.attempt(destination, &outgoing, &remarks).await?;
            if end.delivered || end.as_it_should || attempt >= last {
                self.count(&remarks, end);
                if retrying && !end.delivered && !end.as_it_should {
                    self.status(&format!(
                        "given up after {last} attempts: Lettermint marks the delivery failed"
                    ));
                }
                return Ok(end.as_it_should);
            }
            attempt += 1;
            let documented = retry_schedule::delay_before(attempt).unwrap_or_default();
            let real = documented.div_f64(policy.speed);
            self.announce(&Waiting {
                attempt,
                documented,
                real,
            });
            self.pause(real).await?;
            elapsed += documented;
        }
    }

    /// Sends a delivery once as it is. Whether it was delivered.
    pub(crate) async fn deliver_as_is(
        &mut self,
        destination: usize,
        outgoing: &Outgoing,
        remarks: &Remarks,
    ) -> Result<bool> {
        let end = self.attempt(destination, outgoing, remarks).await?;
        self.count(remarks, end);
        Ok(end.as_it_should)
    }
}
