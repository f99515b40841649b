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
//! a handler that parses and encodes it again, [`sdk`] how Lettermint's SDKs judge a delivery, and
//! [`reply`] what a handler's answer says about why it refused one.
//!
//! Pure: times are arguments, and no finding holds any part of a secret.

pub(crate) mod bodies;
pub(crate) mod case;
pub(crate) mod cause;
pub(crate) mod finding;
pub(crate) mod header_and_time;
pub(crate) mod heuristics;
pub(crate) mod reencoding;
pub(crate) mod reply;
pub(crate) mod sdk;
pub(crate) mod search;
pub(crate) mod secrets;
pub(crate) mod signature_candidates;
pub(crate) mod signed_string;
#[cfg(test)]
mod spoiled;
pub(crate) mod template;
pub(crate) mod time;

pub(crate) use case::{Case, Limits, OtherBody};

pub(crate) use finding::{Diagnosis, Finding};
pub(crate) use search::diagnose;
