//! The verdict on one delivery, as text and as JSON.

use serde_json::{Value, json};

use super::findings;
use super::{SdkVerdict, Source};
use crate::delivery::Record;
use crate::delivery::record::SecretRef;
use crate::diagnosis::cause::Area;
use crate::diagnosis::{Finding, time};
use crate::lettermint::verification::{SignatureVerdict, TimeVerdict};
use crate::lettermint::{NamedSecret, Reason, Verdict};
use crate::terminal::line::labeled;
use crate::terminal::paint::{Paint, Plain, Role};
use crate::terminal::{Outcome, duration, visible};

/// What a verdict means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Valid,
    /// An SDK would refuse it.
    Invalid,
    /// Genuine, but signed longer ago than `--max-age` allows.
    Expired,
    /// The capture has no raw bytes, so that nothing can be said.
    Unverifiable,
}

impl Status {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Unverifiable => "unverifiable",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Verification {
    pub(crate) source: Source,
    pub(crate) event: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) attempt: Option<u32>,
    /// Means nothing for what is [`Status::Unverifiable`].
    pub(crate) verdict: Verdict,
    pub(crate) status: Status,
    pub(crate) secret: Option<SecretRef>,
    /// Why it is refused, likeliest area first, as far as that was looked into.
    pub(crate) findings: Vec<Finding>,
    /// What is left to say when nothing is proven.
    pub(crate) unexplained: Option<String>,
    pub(crate) sdks: Vec<SdkVerdict>,
    /// What else is worth knowing.
    pub(crate) notes: Vec<String>,
    /// How much the text says.
    pub(crate) detail: Detail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Line,
    /// All but the fixes for each stack, which were spelled out before.
    WithoutFixes,
    Full,
}

impl Verification {
    /// The verdict on a record, judged with `secrets`; nothing explained yet.
    pub(crate) fn of_record(
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
            status: match verdict.is_valid() {
                true => Status::Valid,
                false => Status::Invalid,
            },
            secret: verdict.secret.and_then(|position| {
                let source = secrets.get(position)?.source.clone();
                Some(SecretRef {
                    position: position + 1,
                    source,
                })
            }),
            findings: Vec::new(),
            unexplained: None,
            sdks: Vec::new(),
            notes: Vec::new(),
            detail: Detail::Full,
        }
    }

    /// The reason's code, or the status's where there is no reason.
    pub(crate) fn code(&self) -> &'static str {
        match (self.status, self.verdict.reason) {
            (Status::Invalid, Some(reason)) => reason.code(),
            (status, _) => status.code(),
        }
    }

    /// The code of the finding that explains the reason best: where only the time is wrong, what
    /// is odd about a matching signature is not it.
    pub(crate) fn cause(&self) -> Option<String> {
        let only_time = self.verdict.reason? == Reason::TimestampOutOfTolerance
            && self.verdict.signature == SignatureVerdict::Ok;
        let is_about = |finding: &&Finding| {
            let area = finding.causes.first().map(|cause| cause.area);
            !only_time || area == Some(Area::Time)
        };
        self.findings.iter().find(is_about).map(Finding::code)
    }

    /// Why it is not valid, with the exact defect of a malformed header.
    pub(crate) fn reason_text(&self) -> Option<String> {
        if self.status == Status::Unverifiable {
            return Some("the capture has no raw bytes to verify".to_owned());
        }
        if self.status == Status::Expired {
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
    pub(crate) fn title(&self) -> String {
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

    /// Reason and cause on one line.
    pub(crate) fn headline(&self) -> String {
        let reason = self.reason_text().unwrap_or_default();
        match self.cause() {
            Some(cause) => format!("{}: {reason} ({cause})", self.code()),
            None => format!("{}: {reason}", self.code()),
        }
    }

    /// All that the text form says below its first line.
    pub(crate) fn detail_text(&self) -> String {
        let mut out = String::new();
        self.body_text(&Plain, &mut out);
        out.lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect()
    }

    pub(crate) fn line(&self, paint: &dyn Paint, out: &mut String) {
        match self.status {
            Status::Valid => paint.paint(Role::Good, "✓ valid", out),
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
        if self.status != Status::Unverifiable {
            self.facts(paint, out);
        }
        if let Some(text) = self.reason_text() {
            out.push_str(&format!("    {text}\n"));
            let genuine = self.verdict.signature == SignatureVerdict::Ok;
            if genuine && self.verdict.reason == Some(Reason::TimestampOutOfTolerance) {
                out.push_str("    the delivery is genuine: signature and body are Lettermint's, only its time is off\n");
            }
        }
        let with_fixes = self.detail == Detail::Full;
        findings::write(&self.findings, with_fixes, paint, out);
        if let Some(text) = &self.unexplained {
            out.push_str(&format!("    {text}\n"));
        }
        // The general advice is for when there is nothing better.
        if let Some(reason) = self.verdict.reason
            && self.status == Status::Invalid
            && self.findings.is_empty()
        {
            labeled("hint", Role::Warning, reason.hint(), paint, out);
        }
        for sdk in &self.sdks {
            sdk.text(paint, out);
        }
        for note in &self.notes {
            labeled("note", Role::Faint, &visible::escape(note), paint, out);
        }
    }
}

impl Outcome for Verification {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        self.line(paint, out);
        if self.detail != Detail::Line {
            self.body_text(paint, out);
        }
    }

    fn json(&self) -> Option<Value> {
        let verdict = &self.verdict;
        let known = self.status != Status::Unverifiable;
        let mut json = json!({
            "type": "verification",
            "source": self.source.to_string(),
            "event": self.event,
            "id": self.id,
            "attempt": self.attempt,
            "valid": self.status == Status::Valid,
            "status": self.status.code(),
            "reason": verdict.reason.filter(|_| known).map(Reason::code),
            "signed_at": verdict.signed_at.filter(|_| known),
            "age_seconds": verdict.age_seconds.filter(|_| known),
            "time": if known { verdict.time } else { TimeVerdict::Unknown }.code(),
            "signature": if known { verdict.signature } else { SignatureVerdict::Unknown }.code(),
            "secret": self.secret.as_ref().map(SecretRef::to_json),
            "findings": self.findings.iter().map(findings::to_json).collect::<Value>(),
            "unexplained": self.unexplained,
            "notes": self.notes,
        });
        if !self.sdks.is_empty() {
            json["sdks"] = self.sdks.iter().map(SdkVerdict::to_json).collect();
        }
        Some(json)
    }
}
