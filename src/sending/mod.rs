//! Sending deliveries, one or a million: where they go, how they are signed, sent and recorded.
//!
//! A [`job::Job`] is what is to be delivered; the destination's [`signer::Signer`] makes a
//! request of it, and the client of `http` sends that. [`sender`] does so for one job after the
//! other and shows every attempt; [`bulk`] does it for very many with workers and a clock, and
//! shows what they came to.

pub(crate) mod bulk;
pub(crate) mod destinations;
pub(crate) mod job;
pub(crate) mod output;
mod recorder;
pub(crate) mod retry;
pub(crate) mod sender;
pub(crate) mod signer;
pub(crate) mod wait;
mod worker;
