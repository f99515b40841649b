//! The offline workbench for Lettermint webhooks.
//!
//! Folders are layers; a file may use its own layer and those above it in this list:
//!
//! - [`protocol`]: what Lettermint says on the wire. Pure.
//! - [`event`]: what Lettermint says in the body. Pure.
//! - [`delivery`]: one delivery as a value, and every way to write it down. Pure.
//! - [`diagnosis`]: why a signature does not match, proven. Pure.

pub mod delivery;
pub mod diagnosis;
pub mod event;
pub mod protocol;
