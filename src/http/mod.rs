//! HTTP for deliveries: client and server, TLS, the loopback rule.

pub mod client;
pub(crate) mod server;
