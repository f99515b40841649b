//! What `listen` prints.

pub mod expected;
pub mod mail;
pub mod ready;
pub mod received;
pub mod summary;
