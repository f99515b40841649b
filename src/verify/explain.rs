//! Looking for causes within what one run may spend on it.

use std::path::Path;

use bytes::Bytes;

use super::judge::Settings;
use super::output::{Status, Verification};
use crate::capture::Capture;
use crate::diagnosis::{Limits, OtherBody};
use crate::lettermint::verification::SignatureVerdict;

/// Other deliveries of the same file whose bodies are tried, in case headers and bodies were
/// mixed up: so many before and as many after.
pub(super) const NEIGHBORS: usize = 32;

/// MACs that a whole run may spend on causes, some seconds' worth: a million deliveries that
/// nothing explains must not take hours. Counted, not timed, so that the output is the same on
/// every machine.
const CANDIDATES: u64 = 2_000_000;
/// The same in bytes fed to a hash function.
const HASHED_BYTES: u64 = 4 << 30;

#[derive(Debug)]
pub(super) struct Budget {
    candidates: u64,
    hashed_bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            candidates: CANDIDATES,
            hashed_bytes: HASHED_BYTES,
        }
    }
}

impl Budget {
    /// Explains a refusal. `neighbors`, each with the name of its place, are asked for only when
    /// their bodies could explain it.
    pub(super) fn explain(
        &mut self,
        settings: &Settings,
        found: &mut Verification,
        capture: &Capture,
        neighbors: impl FnOnce() -> Vec<(String, Bytes)>,
    ) {
        if found.status != Status::Invalid {
            return;
        }
        if self.candidates == 0 || self.hashed_bytes == 0 {
            found.unexplained = Some(
                "not looked into: too many deliveries before it were; verify it alone".to_owned(),
            );
            return;
        }
        let neighbors = match found.verdict.signature {
            SignatureVerdict::Mismatch => neighbors(),
            SignatureVerdict::Ok | SignatureVerdict::Unknown => Vec::new(),
        };
        let others: Vec<_> = neighbors
            .iter()
            .map(|(name, body)| OtherBody {
                name: short_name(name),
                body,
            })
            .collect();
        let full = Limits::full();
        let limits = Limits {
            max_candidates: full.max_candidates.min(self.candidates),
            max_hashed_bytes: full.max_hashed_bytes.min(self.hashed_bytes),
            ..full
        };
        let diagnosis = settings.diagnose(capture, &others, limits);
        self.candidates = self.candidates.saturating_sub(diagnosis.candidates);
        self.hashed_bytes = self.hashed_bytes.saturating_sub(diagnosis.hashed_bytes);
        found.unexplained = diagnosis.unexplained();
        if found.unexplained.is_some()
            && found.verdict.signature == SignatureVerdict::Mismatch
            && let Some(then) = &capture.record.verdict
            && then.valid
            && let Some(secret) = &then.secret
        {
            found.notes.push(format!(
                "it was recorded as genuine when it came, with the secret of {}: that is not among those given here, or the record was changed since",
                secret.source
            ));
        }
        found.findings = diagnosis.findings;
    }
}

/// The name without its directories, which the finding's own source shows.
fn short_name(name: &str) -> &str {
    Path::new(name)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or(name)
}
