//! The cause of a rejected delivery, within what a listener can afford.

use std::cell::Cell;

use crate::delivery::Record;
use crate::diagnosis::{Case, Limits, diagnose};
use crate::lettermint::NamedSecret;
use crate::listen::output::received::Cause;

/// Diagnoses in one second. Anybody can post wrong signatures as fast as the network lets them;
/// a few milliseconds each, this keeps the rest of the second for deliveries.
const IN_A_SECOND: u32 = 20;

#[derive(Debug)]
pub(crate) struct BriefCauses {
    secrets: Vec<NamedSecret>,
    /// The second of the last record, and how many were looked into in it.
    spent: Cell<(i64, u32)>,
}

impl BriefCauses {
    /// With the secrets that deliveries should verify with.
    pub(crate) fn new(secrets: Vec<NamedSecret>) -> Self {
        Self {
            secrets,
            spent: Cell::new((i64::MIN, 0)),
        }
    }

    /// The proven cause of a record's rejection. `None` for what was accepted, for what nothing
    /// explains, and when the second's share is spent.
    pub(crate) fn of(&self, record: &Record) -> Option<Cause> {
        if record.verdict.as_ref()?.valid {
            return None;
        }
        let second = record.at.div_euclid(1_000_000);
        let (last, count) = self.spent.get();
        let count = if last == second { count } else { 0 };
        if count == IN_A_SECOND {
            return None;
        }
        self.spent.set((second, count + 1));
        let case = Case {
            now: Some(second),
            ..Case::new(&record.headers, &record.body, &self.secrets)
        };
        let findings = diagnose(&case, Limits::small()).findings;
        let proven = findings.into_iter().find(|finding| finding.proven)?;
        Some(Cause {
            code: proven.code(),
            message: proven.message,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::record::RecordedVerdict;
    use crate::delivery::{Outgoing, SigningPlan};
    use crate::lettermint::{Secret, SigningKey};

    fn rejected(body: &[u8], at: i64) -> Record {
        let plan = SigningPlan {
            key: &SigningKey::from_bytes(b"whsec_a"),
            signed_at: at,
            attempt: 1,
        };
        let outgoing = Outgoing::signed(None, None, body.to_vec().into(), plan);
        let headers = outgoing.headers.clone();
        let mut record = outgoing.to_record(headers, "/".into(), at * 1_000_000, None);
        record.body = [body, b"\n"].concat().into();
        record.verdict = Some(RecordedVerdict {
            valid: false,
            reason: Some("signature_mismatch".into()),
            signed_at: Some(at),
            secret: None,
        });
        record
    }

    fn causes() -> BriefCauses {
        let secret = Secret::new("whsec_a").unwrap();
        BriefCauses::new(vec![NamedSecret::new("--secret", secret)])
    }

    #[test]
    fn what_is_proven_is_said_and_nothing_else() {
        let mut record = rejected(b"{\"event\":\"a\"}", 1_000);
        assert_eq!(causes().of(&record).unwrap().code, "body.trailing_newline");
        record.body = b"{\"event\":\"b\"}".to_vec().into();
        assert_eq!(causes().of(&record), None);
        record.verdict = None;
        assert_eq!(causes().of(&record), None);
    }

    #[test]
    fn a_flood_is_looked_into_a_few_times_a_second() {
        let causes = causes();
        let record = rejected(b"{\"event\":\"a\"}", 1_000);
        let found = (0..100).filter(|_| causes.of(&record).is_some()).count();
        assert_eq!(found, IN_A_SECOND as usize);
        assert!(causes.of(&rejected(b"{\"event\":\"a\"}", 1_001)).is_some());
    }

    #[test]
    fn the_work_on_one_is_small() {
        let mut record = rejected(&vec![b' '; 4 << 20], 1_000);
        assert_eq!(causes().of(&record), None);
        record.body = vec![b'['; 100_000].into();
        assert_eq!(causes().of(&record), None);
    }
}
