//! What a handler's reply says to a person: the part of it that matters, and what to try.
//!
//! One place for all commands that show replies. A reply is read as text ([`text`]), and the
//! first thing in it that is known ([`rules`]) gives the hint; its status alone speaks last. A
//! hint says what the reply proves, and asks where it proves nothing.

mod redirect;
mod rules;
mod text;

use std::borrow::Cow;

use serde_json::Value;

use self::text::Text;
use super::cause::stacks;
use crate::delivery::Reply;
use crate::delivery::reply::Failure;
use crate::lettermint::NamedSecret;
use crate::lettermint::verification::Reason;

/// How this program's own listener names itself in its replies.
pub(crate) const LISTENER: &str = "lettermint-hook";

/// What is known of the delivery that was answered.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    /// Where it was sent.
    pub(crate) url: Option<&'a str>,
    /// Whether it carried an `Authorization`.
    pub(crate) has_credentials: bool,
    /// Whether the same handler accepted others that were signed with the same secret.
    pub(crate) accepts_others: bool,
    pub(crate) signature: Origin<'a>,
}

/// What is known of a delivery's signature.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Origin<'a> {
    /// It was made here, with this secret if that is still known.
    Signed(Option<&'a NamedSecret>),
    /// It came from elsewhere, and was found genuine before it was handed on.
    Verified,
    /// It is not to be accepted: it was made so, or found so before it was handed on.
    Invalid,
    /// It came from elsewhere and was not checked.
    #[default]
    Unknown,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What matters of the body, on one line.
    pub(crate) excerpt: String,
    /// After a failure what to try, likeliest first; after a success what is odd about it.
    pub(crate) hints: Vec<String>,
}

impl Reading {
    /// All hints as one, for JSON.
    pub(crate) fn hint(&self) -> Option<String> {
        (!self.hints.is_empty()).then(|| self.hints.join("; "))
    }
}

/// The whole body as text, without its content coding.
pub(crate) fn whole_text(reply: &Reply) -> String {
    String::from_utf8_lossy(&text::decoded(reply)).into_owned()
}

/// What refused a delivery before any handler saw it, which says nothing about its signature.
pub(crate) fn stopped_by(reply: &Reply) -> Option<&'static str> {
    let reader = Reader::of(reply, Asked::default());
    if reader.text.asks_password {
        return Some("a login page");
    }
    let rule = reader.rule()?;
    rule.hint.contains("CSRF").then_some("CSRF protection")
}

/// Whether a refusal is for this reason, and none that a handler with another secret gives as well.
pub(crate) fn refuses_for(reply: &Reply, reason: Reason, ours: Option<&NamedSecret>) -> bool {
    let reader = Reader::of(reply, Asked::default());
    let has = |ours: &NamedSecret| reader.listener_has(ours) == Some(true);
    ours.is_some_and(has)
        || (reason != Reason::SignatureMismatch && reader.reason() == Some(reason))
}

pub(crate) fn read(reply: &Reply, asked: Asked<'_>) -> Reading {
    let reader = Reader::of(reply, asked);
    let mut hints = match &reply.error {
        Some(failure) => vec![of_failure(failure).to_owned()],
        None if reply.is_success() => reader.oddity().into_iter().collect(),
        None => reader.hints(),
    };
    hints.dedup();
    let location = reply.headers.text("location");
    let is_redirect = (300..400).contains(&reader.status());
    Reading {
        hints,
        excerpt: match location.filter(|_| is_redirect) {
            Some(location) => format!("Location: {location}"),
            None => reader.text.excerpt,
        },
    }
}

/// What to try when no answer came.
fn of_failure(failure: &Failure) -> &'static str {
    let rule = rules::FAILURES
        .iter()
        .find(|(kind, says, _)| *kind == failure.kind && failure.detail.contains(says));
    rule.map_or("see the detail above", |(.., hint)| hint)
}

/// Header lines and text in lower case, to look for what is known.
fn haystack(reply: &Reply, text: &Text) -> String {
    let mut haystack = String::new();
    for line in &reply.headers {
        haystack.push_str(line.name);
        haystack.push_str(": ");
        haystack.push_str(&String::from_utf8_lossy(line.value));
        haystack.push('\n');
    }
    haystack.push_str(&text.whole);
    haystack.make_ascii_lowercase();
    haystack.replace('’', "'")
}

/// Whether a check that gives this reason has looked at headers and signature.
fn is_verdict(reason: Reason) -> bool {
    !matches!(reason, Reason::BodyInvalid | Reason::PayloadInvalid)
}

struct Reader<'a> {
    reply: &'a Reply,
    asked: Asked<'a>,
    text: Text,
    haystack: String,
}

impl<'a> Reader<'a> {
    fn of(reply: &'a Reply, asked: Asked<'a>) -> Self {
        let text = Text::of(reply);
        Self {
            reply,
            asked,
            haystack: haystack(reply, &text),
            text,
        }
    }

    fn says(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.haystack.contains(text))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.reply.headers.text(name)
    }

    fn status(&self) -> u16 {
        self.reply.status.unwrap_or_default()
    }

    /// The first rule that knows the reply.
    fn rule(&self) -> Option<&'static rules::Rule> {
        let mut rules = rules::RULES.iter();
        rules.find(|rule| {
            (rule.statuses.0..=rule.statuses.1).contains(&self.status()) && self.says(rule.says)
        })
    }

    /// Whether it may be what a handler answers to a signature that is not right.
    fn is_refusal(&self) -> bool {
        match self.reason() {
            _ if !(400..500).contains(&self.status()) => false,
            Some(reason) => is_verdict(reason),
            None => {
                matches!(self.status(), 400 | 401 | 403)
                    && self.of_challenge().is_none()
                    && !self.text.asks_password
                    && self.rule().is_none()
            }
        }
    }

    fn hints(&self) -> Vec<String> {
        let status = self.status();
        if let Some(hint) = self.of_listener() {
            return vec![hint];
        }
        if (300..400).contains(&status) && status != 304 {
            return vec![redirect::hint(self.asked.url, self.header("location"))];
        }
        if let Some(hint) = self.of_challenge() {
            return vec![hint];
        }
        if matches!(self.asked.signature, Origin::Invalid) && self.is_refusal() {
            return vec![rules::RIGHTLY_REFUSED.to_owned()];
        }
        if let Some(reason) = self.reason() {
            return self.of_reason(reason);
        }
        if self.text.asks_password {
            return vec![
                "a login page answers: exempt the webhook's path from the login, the signature authenticates a delivery".to_owned(),
            ];
        }
        if status == 405 {
            let allowed = self.header("allow").map_or_else(String::new, |allowed| {
                format!(", which takes {allowed} only")
            });
            return vec![format!(
                "the handler must accept POST at this path{allowed}"
            )];
        }
        let mut hints = match self.rule() {
            Some(rule) => vec![rule.hint.to_owned()],
            None => match status {
                400 | 401 | 403 => self.unexplained(),
                _ => vec![rules::OTHER_STATUS.to_owned()],
            },
        };
        if let Some(after) = self.header("retry-after")
            && matches!(status, 408 | 413 | 429 | 503)
        {
            let unit = if after.bytes().all(|b| b.is_ascii_digit()) {
                " s"
            } else {
                ""
            };
            hints.push(format!("it asks to be tried again after {after}{unit}"));
        }
        hints
    }

    /// What secrets a listener of this program says that it has.
    fn listener_secrets(&self) -> Option<&Vec<Value>> {
        let reply = self.text.json.as_ref()?;
        let secrets = reply["secrets"].as_array()?;
        (reply["listener"] == LISTENER).then_some(secrets)
    }

    fn listener_has(&self, ours: &NamedSecret) -> Option<bool> {
        let mut theirs = self.listener_secrets()?.iter();
        Some(theirs.any(|it| it["sha256_prefix"] == ours.secret.fingerprint()))
    }

    /// A refusal by a listener of this program.
    fn of_listener(&self) -> Option<String> {
        let Origin::Signed(Some(ours)) = self.asked.signature else {
            return None;
        };
        let theirs = self.listener_secrets()?;
        if self.listener_has(ours)? {
            return Some(
                "`listen` has the same secret: headers or body were changed on the way".to_owned(),
            );
        }
        let text = |it: &Value, name: &str| it[name].as_str().unwrap_or("?").to_owned();
        let theirs: Vec<_> = theirs
            .iter()
            .map(|it| {
                format!(
                    "{} (sha256 {}…)",
                    text(it, "source"),
                    text(it, "sha256_prefix")
                )
            })
            .collect();
        Some(format!(
            "the secrets differ: this was signed with {}, and `listen` has {}",
            ours.label(),
            theirs.join(" and ")
        ))
    }

    /// What `WWW-Authenticate` asks for.
    fn of_challenge(&self) -> Option<String> {
        let challenge = self.header("www-authenticate")?;
        let scheme = challenge.split_whitespace().next()?;
        Some(match (scheme.to_ascii_lowercase().as_str(), self.asked.has_credentials) {
            ("basic", false) => format!(
                "it asks for a user and a password ({challenge}): `--basic-auth USER` sends them, as Lettermint does for a webhook that has them"
            ),
            (_, true) => format!(
                "it did not accept the credentials that were sent, and asks for {challenge}"
            ),
            ("bearer", _) => "it asks for a Bearer token, which Lettermint never sends: exempt the webhook's path, the signature authenticates a delivery".to_owned(),
            _ => format!(
                "it asks for {challenge}, which Lettermint never sends: exempt the webhook's path"
            ),
        })
    }

    /// The reason that the handler's own check gives, as a code or in an SDK's words.
    fn reason(&self) -> Option<Reason> {
        let all = rules::REASONS.iter();
        let code = all
            .clone()
            .find(|(reason, _)| self.haystack.contains(reason.code()));
        code.or_else(|| all.clone().find(|(_, says)| self.says(says)))
            .map(|(reason, _)| *reason)
    }

    fn of_reason(&self, reason: Reason) -> Vec<String> {
        match self.asked.signature {
            Origin::Invalid if self.status() >= 500 && is_verdict(reason) => {
                return vec![rules::REFUSED_BY_FAILING.to_owned()];
            }
            _ if matches!(reason, Reason::SignatureMismatch) && self.asked.accepts_others => {
                return self.other_bytes();
            }
            _ => {}
        }
        let mut hints = vec![self.genuine(rules::of_reason(reason))];
        if matches!(reason, Reason::SignatureMismatch) {
            hints.extend(self.signed_with());
        }
        if matches!(reason, Reason::SignatureMismatch | Reason::BodyInvalid) {
            hints.extend(self.raw_body());
        }
        hints
    }

    /// Of a refusal that says nothing.
    fn unexplained(&self) -> Vec<String> {
        if self.asked.accepts_others {
            return self.other_bytes();
        }
        let mut hints = vec![match self.asked.signature {
            Origin::Verified => "genuine (verified here), so the handler's secret or raw body is at fault".to_owned(),
            _ => "the reply does not say why: most often the handler has another secret, or verifies a parsed instead of the raw body".to_owned(),
        }];
        hints.extend(self.signed_with());
        hints.extend(self.raw_body());
        hints
    }

    /// Of a refusal among acceptances: a wrong secret refuses all.
    fn other_bytes(&self) -> Vec<String> {
        let hint = rules::OTHER_BYTES.to_owned();
        [hint].into_iter().chain(self.raw_body()).collect()
    }

    fn genuine(&self, hint: &str) -> String {
        match self.asked.signature {
            Origin::Verified => {
                format!("genuine (verified here), so the handler is at fault: {hint}")
            }
            _ => hint.to_owned(),
        }
    }

    fn signed_with(&self) -> Option<String> {
        match self.asked.signature {
            Origin::Signed(Some(secret)) => Some(format!(
                "signed with {}: compare that with what `lettermint-hook secret check` shows of the handler's",
                secret.label()
            )),
            Origin::Unknown => Some("its signature was neither made nor checked here: `lettermint-hook verify` says whether it is genuine".to_owned()),
            Origin::Signed(None) | Origin::Verified | Origin::Invalid => None,
        }
    }

    /// How the stack that answered hands out the raw body.
    fn raw_body(&self) -> Option<String> {
        const STACKS: [(&str, &str); 9] = [
            ("x-powered-by: express", "Express"),
            ("x-powered-by: next.js", "Next"),
            ("server: werkzeug", "Flask"),
            ("server: uvicorn", "FastAPI"),
            ("server: wsgiserver", "Django"),
            ("server: kestrel", "ASP.NET"),
            ("laravel_session", "Laravel"),
            ("server: puma", "Rails"),
            ("x-runtime: ", "Rails"),
        ];
        let (_, stack) = STACKS
            .iter()
            .find(|(says, _)| self.haystack.contains(says))?;
        let fix = stacks::RAW_BODY.iter().find(|fix| fix.stack == *stack)?;
        Some(format!("{}: {}", fix.stack, fix.fix))
    }

    /// What a success says against itself.
    fn oddity(&self) -> Option<String> {
        let counted = "; Lettermint counts it as delivered";
        let is_php = self
            .header("content-type")
            .is_some_and(|kind| kind.contains("html"));
        if is_php && let Some((_, hint)) = rules::ODD.iter().find(|(says, _)| self.says(says)) {
            return Some(format!("{hint}{counted}"));
        }
        if self.text.asks_password {
            return Some(format!("a login page answered, not the handler{counted}"));
        }
        if self.text.is_page {
            return Some(format!(
                "a web page answered: is this the handler's path? Servers of front ends answer every path with their page{counted}"
            ));
        }
        let says = self.json_error().or_else(|| {
            const BAD: [&str; 6] = [
                "invalid",
                "error",
                "unauthorized",
                "forbidden",
                "bad ",
                "missing",
            ];
            let start = self.text.whole.trim_start().to_ascii_lowercase();
            BAD.iter()
                .any(|bad| start.starts_with(bad))
                .then(|| self.text.excerpt.as_str().into())
        })?;
        Some(format!(
            "the reply says {says}, and its status says success{counted}"
        ))
    }

    /// The member of a JSON reply that says that it failed.
    fn json_error(&self) -> Option<Cow<'_, str>> {
        let members = self.text.json.as_ref()?.as_object()?;
        let failed = members
            .iter()
            .find(|(name, value)| match (name.as_str(), value) {
                (_, Value::Null) => false,
                ("error", Value::String(text)) => !text.is_empty(),
                ("error", Value::Bool(failed)) => *failed,
                ("error", Value::Object(error)) => !error.is_empty(),
                ("errors", Value::Array(errors)) => !errors.is_empty(),
                ("success" | "ok" | "received" | "valid", Value::Bool(good)) => !good,
                ("status", Value::String(text)) => matches!(
                    text.to_ascii_lowercase().as_str(),
                    "error" | "fail" | "failed" | "failure"
                ),
                ("statusCode" | "status" | "code", Value::Number(number)) => number
                    .as_u64()
                    .is_some_and(|code| (400..600).contains(&code)),
                _ => false,
            });
        failed.map(|(name, value)| format!("`{name}: {value}`").into())
    }
}
