//! Why a signature does not match, proven.
//!
//! A mismatch says nothing about its cause, but a guess can be checked: undo what could have
//! gone wrong with the body, the secret, the header or the string to sign, and compute the MAC
//! again. It cannot match by chance, so a match is a proof. [`diagnose`] tries the known causes
//! singly, then in pairs, within [`Limits`], and reports the smallest explanation. What can only
//! be seen but not undone (a truncated body, characters replaced by U+FFFD) is reported as
//! suspected, and only when nothing was proven.
//!
//! Every kind of variant has one place, and a new one is a row there: [`secrets`] for keys,
//! [`bodies`] (with [`template`] for the order of members), [`signature_candidates`] for headers,
//! [`signed_string`] for what is hashed and how, [`header_and_time`] and [`time`] for a signature
//! that matches, [`heuristics`] for what cannot be undone, and [`cause`] for what each means to a
//! person. [`search`] combines them. Apart from these, [`reencoding`] says whether a body would survive
//! a handler that parses and encodes it again, and [`sdk`] how Lettermint's SDKs judge a delivery.
//!
//! Pure: times are arguments, and no finding holds any part of a secret.

pub mod bodies;
pub mod case;
pub mod cause;
pub mod finding;
pub mod header_and_time;
pub mod heuristics;
pub mod reencoding;
pub mod sdk;
pub mod search;
pub mod secrets;
pub mod signature_candidates;
pub mod signed_string;
#[cfg(test)]
mod spoiled;
pub mod template;
pub mod time;

pub use case::{Case, Limits, OtherBody};
pub use cause::{Cause, StackFix};
pub use finding::{Diagnosis, Finding};
pub use search::diagnose;
