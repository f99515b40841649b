//! What the tests stand on: the real binary in a folder of its own, and receivers that record
//! every byte and answer as they are told.

mod hook;
mod receiver;
mod tls;

pub(crate) use hook::{Hook, NOW, Outcome, SECRET};
pub(crate) use receiver::{Answer, Receiver, Request};
pub(crate) use tls::TlsReceiver;
