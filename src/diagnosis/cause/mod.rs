//! The causes of a refused delivery: one static table that diagnosis, help and documentation
//! read. Undoing a mistake is code elsewhere; what it means to a person is here.

pub(crate) mod stacks;
pub(crate) mod table;

use stacks::StackFix;
pub(crate) use table::*;

/// Lettermint's page on signatures.
pub(crate) const SIGNING_DOCS: &str = "https://lettermint.co/docs/platform/webhooks/signing";
/// Lettermint's page on events and their payloads.
pub(crate) const EVENTS_DOCS: &str = "https://lettermint.co/docs/platform/webhooks/events";

/// What went wrong where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Area {
    /// The key is not the webhook's secret.
    Secret,
    /// The bytes are not those that were signed.
    Body,
    /// The headers are not those that were sent.
    Header,
    /// The signer signs something else than `t.body`.
    Signer,
    Time,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Stable: scripts compare it.
    pub(crate) code: &'static str,
    /// What it is about; also the part of the code before the dot.
    pub(crate) area: Area,
    /// Whether it can be proven by a MAC. Otherwise it is only ever suspected.
    pub(crate) provable: bool,
    pub(crate) message: &'static str,
    /// Where in the chain it usually happens.
    pub(crate) place: &'static str,
    pub(crate) fix: &'static str,
    /// The fix in the words of common stacks; empty where it is the same for all.
    pub(crate) stacks: &'static [StackFix],
    pub(crate) docs: &'static str,
}

#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Cause> {
    [
        SECRET_CAUSES,
        BODY_CAUSES,
        HEADER_CAUSES,
        SIGNER_CAUSES,
        TIME_CAUSES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Declares rows as statics of their own, so that code refers to a row by name and a misspelt
/// code does not compile, and the slice of all of them, which tests go through.
macro_rules! causes {
    ($all:ident: $area:ident; $(
        $kind:ident $name:ident = $code:literal, $message:literal,
        place: $place:literal,
        fix: $fix:literal $(, stacks: $stacks:expr)? $(, docs: $docs:expr)?;
    )*) => {
        $(pub(crate) static $name: $crate::diagnosis::cause::Cause =
            $crate::diagnosis::cause::Cause {
                code: $code,
                area: $crate::diagnosis::cause::Area::$area,
                provable: causes!(@provable $kind),
                message: $message,
                place: $place,
                fix: $fix,
                stacks: causes!(@or (&[]) $($stacks)?),
                docs: causes!(@or ($crate::diagnosis::cause::SIGNING_DOCS) $($docs)?),
            };)*
        #[cfg(test)]
        pub(crate) static $all: &[&$crate::diagnosis::cause::Cause] = &[$(&$name),*];
    };
    (@provable proven) => { true };
    (@provable suspected) => { false };
    (@or ($default:expr)) => { $default };
    (@or ($default:expr) $given:expr) => { $given };
}
use causes;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_is_complete_and_its_code_is_unique() {
        let mut codes = HashSet::new();
        for cause in all() {
            let code = cause.code;
            assert!(codes.insert(code), "{code} twice");
            let area = match cause.area {
                Area::Secret => "secret",
                Area::Body => "body",
                Area::Header => "header",
                Area::Signer => "signer",
                Area::Time => "time",
            };
            let (prefix, name) = code.split_once('.').unwrap();
            assert_eq!(prefix, area, "{code}");
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{code}"
            );
            for text in [cause.message, cause.fix] {
                assert!(text.ends_with('.') && text.len() > 15, "{code}: {text}");
                assert!(!text.trim_end_matches('.').contains(". "), "{code}: {text}");
            }
            assert!(
                !cause.place.is_empty() && !cause.place.ends_with('.'),
                "{code}"
            );
            assert!(
                cause.docs.starts_with("https://lettermint.co/docs/"),
                "{code}"
            );
            assert!(cause.stacks.iter().all(|s| !s.fix.is_empty()), "{code}");
        }
        assert!(codes.len() > 50);
    }

    #[test]
    fn reading_the_raw_body_is_spelled_out_for_every_stack() {
        let stacks = BODY_RESERIALIZED.stacks.iter().map(|fix| fix.stack);
        let stacks: Vec<_> = stacks.collect();
        assert_eq!(
            stacks.join(" "),
            "Express Next Fastify Laravel Symfony Rails Django Flask FastAPI Go net/http ASP.NET \
             Spring axum API Gateway/Lambda"
        );
    }
}
