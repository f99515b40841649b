//! What verification of one delivery found, and the sum of many.

pub mod explanation;
pub mod summary;
pub mod unreadable;

pub use explanation::{Explanation, SdkTable, SdkVerdict};
pub use summary::VerificationSummary;
pub use unreadable::Unreadable;

use std::fmt;

use serde_json::{Value, json};

use crate::delivery::Record;
use crate::delivery::record::SecretRef;
use crate::diagnosis::time;
use crate::lettermint::verification::{SignatureVerdict, TimeVerdict};
use crate::lettermint::{NamedSecret, Reason, Verdict};
use crate::terminal::junit::CaseResult;
use crate::terminal::paint::{Paint, Plain, Role};
use crate::terminal::{Outcome, duration, visible};

/// Where something was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// A file's path as the user named it, `-`, or an option.
    pub name: String,
    /// Counted from 1, in a file.
    pub line: Option<usize>,
}

impl Source {
    /// A line of a file.
    #[must_use]
    pub fn line(name: &str, line: usize) -> Self {
        Self {
            name: name.to_owned(),
            line: Some(line),
        }
    }

    /// A source without lines.
    #[must_use]
    pub fn whole(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            line: None,
        }
    }

    /// The file, when it is one.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        (self.line.is_some() && self.name != "-").then_some(&self.name)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// What a verdict means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Genuine.
    Valid,
    /// An SDK would refuse it.
    Invalid,
    /// Genuine, but signed longer ago than `--max-age` allows.
    Expired,
    /// The capture has no raw bytes, so that nothing can be said.
    Unverifiable,
}

impl Standing {
    /// `valid`, `invalid`, `expired` or `unverifiable`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Unverifiable => "unverifiable",
        }
    }
}

/// The verdict on one delivery.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Where it was read.
    pub source: Source,
    /// The event, when known.
    pub event: Option<String>,
    /// The delivery's id, when known.
    pub id: Option<String>,
    /// The attempt, when known.
    pub attempt: Option<u32>,
    /// What verification says. Means nothing for what is [`Standing::Unverifiable`].
    pub verdict: Verdict,
    /// What it means for the run.
    pub standing: Standing,
    /// Which secret matched.
    pub secret: Option<SecretRef>,
    /// Why it is refused, as far as that was looked into.
    pub explanation: Explanation,
    /// What the SDKs that were asked for say.
    pub sdks: Vec<SdkVerdict>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl Verification {
    /// The verdict on a record, judged with `secrets`; nothing explained yet.
    #[must_use]
    pub fn of_record(
        source: Source,
        record: &Record,
        verdict: Verdict,
        secrets: &[NamedSecret],
    ) -> Self {
        Self {
            source,
            event: record.event.clone(),
            id: record.id.clone(),
            attempt: record.attempt,
            verdict,
            standing: match verdict.is_valid() {
                true => Standing::Valid,
                false => Standing::Invalid,
            },
            secret: matched_secret(&verdict, secrets),
            explanation: Explanation::default(),
            sdks: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The reason's code, or the standing's where there is no reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match (self.standing, self.verdict.reason) {
            (Standing::Invalid, Some(reason)) => reason.code(),
            (standing, _) => standing.code(),
        }
    }

    /// The code of the finding that explains the reason best.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        let reason = self.verdict.reason?;
        self.explanation.cause_of(reason, self.verdict.signature)
    }

    /// Why it is not valid, with the exact defect of a malformed header.
    #[must_use]
    pub fn reason_text(&self) -> Option<String> {
        if self.standing == Standing::Unverifiable {
            return Some("the capture has no raw bytes to verify".to_owned());
        }
        if self.standing == Standing::Expired {
            let age = self.verdict.signed_at.map(|at| format!(": {at}"));
            return Some(format!(
                "it was signed longer ago than --max-age allows{}",
                age.unwrap_or_default()
            ));
        }
        let reason = self.verdict.reason?;
        Some(match (reason, self.verdict.malformed) {
            (Reason::SignatureHeaderMalformed, Some(malformed)) => {
                format!("{}: {malformed}", reason.explanation())
            }
            _ => reason.explanation().to_owned(),
        })
    }

    /// What to call it in a list: event, id and line.
    #[must_use]
    pub fn title(&self) -> String {
        let mut title = self.event.clone().unwrap_or_else(|| "(no event)".into());
        if let Some(id) = &self.id {
            title.push_str(&format!(" {id}"));
        }
        if let Some(attempt) = self.attempt {
            title.push_str(&format!(" attempt {attempt}"));
        }
        if let Some(line) = self.source.line {
            title.push_str(&format!(" (line {line})"));
        }
        title
    }

    /// As a test case.
    #[must_use]
    pub fn case(&self) -> CaseResult {
        if self.standing == Standing::Valid {
            return CaseResult::Passed;
        }
        CaseResult::Failed {
            kind: self.code().to_owned(),
            message: self.headline(),
            detail: self.detail(),
        }
    }

    /// Reason and cause on one line.
    #[must_use]
    pub fn headline(&self) -> String {
        let reason = self.reason_text().unwrap_or_default();
        match self.cause() {
            Some(cause) => format!("{}: {reason} ({cause})", self.code()),
            None => format!("{}: {reason}", self.code()),
        }
    }

    /// All that the text form says below its first line.
    #[must_use]
    pub fn detail(&self) -> String {
        let mut out = String::new();
        self.body_text(&Plain, &mut out);
        out.lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect()
    }

    /// One line: what, which, where and why.
    pub fn line(&self, paint: &dyn Paint, out: &mut String) {
        match self.standing {
            Standing::Valid => paint.paint(Role::Good, "✓ valid", out),
            _ => paint.paint(Role::Bad, &format!("✗ {}", self.code()), out),
        }
        out.push_str("  ");
        let event = self.event.as_deref().unwrap_or("(no event)");
        paint.paint(Role::Strong, &visible::escape(event), out);
        if let Some(id) = &self.id {
            out.push_str("  ");
            out.push_str(&visible::escape(id));
        }
        if let Some(attempt) = self.attempt {
            paint.paint(Role::Faint, &format!("  attempt {attempt}"), out);
        }
        let source = self.source.to_string();
        paint.paint(Role::Faint, &format!("  {}", visible::escape(&source)), out);
        if let Some(cause) = self.cause() {
            paint.paint(Role::Warning, &format!("  cause: {cause}"), out);
        }
        out.push('\n');
    }

    /// Writes the line of facts about the signature and the time.
    fn facts(&self, paint: &dyn Paint, out: &mut String) {
        let verdict = &self.verdict;
        out.push_str("    ");
        paint.paint(Role::Faint, "signature ", out);
        match verdict.signature {
            SignatureVerdict::Ok => {
                paint.paint(Role::Good, "ok", out);
                if let Some(secret) = &self.secret {
                    out.push_str(&format!(
                        " (secret {}: {})",
                        secret.position,
                        visible::escape(&secret.source)
                    ));
                }
            }
            SignatureVerdict::Mismatch => paint.paint(Role::Bad, "mismatch", out),
            SignatureVerdict::Unknown => paint.paint(Role::Warning, "unknown", out),
        }
        paint.paint(Role::Faint, ", time ", out);
        match verdict.time {
            TimeVerdict::Ok => paint.paint(Role::Good, "ok", out),
            TimeVerdict::OutOfTolerance => paint.paint(Role::Bad, "out of tolerance", out),
            TimeVerdict::Unknown => paint.paint(Role::Warning, "unknown", out),
        }
        if let Some(signed_at) = verdict.signed_at {
            out.push_str(&format!(" (signed at {signed_at}"));
            if let Some(age) = verdict.age_seconds {
                let age = match verdict.time {
                    TimeVerdict::OutOfTolerance => {
                        time::explain(signed_at, signed_at.saturating_add(age)).description
                    }
                    _ => duration::age(age),
                };
                out.push_str(&format!(", {age}"));
            }
            out.push(')');
        }
        out.push('\n');
    }

    fn body_text(&self, paint: &dyn Paint, out: &mut String) {
        if self.standing != Standing::Unverifiable {
            self.facts(paint, out);
        }
        if let Some(text) = self.reason_text() {
            out.push_str(&format!("    {text}\n"));
            let genuine = self.verdict.signature == SignatureVerdict::Ok;
            if genuine && self.verdict.reason == Some(Reason::TimestampOutOfTolerance) {
                out.push_str("    the delivery is genuine: signature and body are Lettermint's, only its time is off\n");
            }
        }
        self.explanation.text(paint, out);
        // The general advice is for when there is nothing better.
        if let Some(reason) = self.verdict.reason
            && self.standing == Standing::Invalid
            && self.explanation.findings.is_empty()
        {
            explanation::labelled("hint", Role::Warning, reason.hint(), paint, out);
        }
        for sdk in &self.sdks {
            sdk.text(paint, out);
        }
        for note in &self.notes {
            explanation::labelled("note", Role::Faint, &visible::escape(note), paint, out);
        }
    }
}

impl Outcome for Verification {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        self.line(paint, out);
        self.body_text(paint, out);
    }

    fn json(&self) -> Option<Value> {
        let verdict = &self.verdict;
        let known = self.standing != Standing::Unverifiable;
        let mut json = json!({
            "source": self.source.to_string(),
            "event": self.event,
            "id": self.id,
            "attempt": self.attempt,
            "valid": self.standing == Standing::Valid,
            "status": self.standing.code(),
            "reason": verdict.reason.filter(|_| known).map(Reason::code),
            "signed_at": verdict.signed_at.filter(|_| known),
            "age_seconds": verdict.age_seconds.filter(|_| known),
            "time": if known { verdict.time } else { TimeVerdict::Unknown }.code(),
            "signature": if known { verdict.signature } else { SignatureVerdict::Unknown }.code(),
            "secret": self.secret.as_ref().map(SecretRef::to_json),
            "findings": self.explanation.findings_json(),
            "unexplained": self.explanation.unexplained,
            "notes": self.notes,
        });
        if !self.sdks.is_empty() {
            json["sdks"] = self.sdks.iter().map(SdkVerdict::to_json).collect();
        }
        Some(json)
    }
}

/// Which of the given secrets matched, by position and source.
#[must_use]
pub fn matched_secret(verdict: &Verdict, secrets: &[NamedSecret]) -> Option<SecretRef> {
    let position = verdict.secret?;
    secrets.get(position).map(|named| SecretRef {
        position: position + 1,
        source: named.source.clone(),
    })
}
