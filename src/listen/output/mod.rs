//! What `listen` prints.

pub(crate) mod expected;
pub(crate) mod mail;
pub(crate) mod ready;
pub(crate) mod received;
pub(crate) mod summary;
