//! HTTP for deliveries: client and server, TLS, the loopback rule.

pub(crate) mod client;
pub(crate) mod server;
