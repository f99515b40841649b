//! An endpoint with its addresses, and the rule that only this machine is reached unless the
//! user says otherwise.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;

use super::plain::Connection;
use crate::delivery::Target;
use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::target::is_loopback;
use crate::error::{Error, Result, describe_io};
use crate::lettermint::Headers;

/// Where requests go: a target whose name has been resolved once, so that what was checked is
/// what is connected to.
#[derive(Debug, Clone)]
pub struct Endpoint {
    target: Target,
    addresses: Vec<SocketAddr>,
    /// Why there is no address.
    unresolved: Option<Failure>,
    /// Request line and `Host`, which are the same for every request.
    start: Vec<u8>,
}

impl Endpoint {
    /// Resolves a target and applies the loopback rule.
    ///
    /// `localhost` and names below it are this machine without asking anybody (RFC 6761), on
    /// IPv4 and IPv6. A name that does not resolve is no error here: attempts will fail with it.
    ///
    /// # Errors
    /// An address outside this machine without `allow_remote`, exit 2.
    pub async fn resolve(target: Target, allow_remote: bool) -> Result<Self> {
        let (addresses, unresolved) = resolve(&target).await;
        if !allow_remote {
            let outside = addresses.iter().find(|address| !is_loopback(address.ip()));
            if let Some(outside) = outside {
                let named = match target.ip() {
                    Some(_) => String::new(),
                    None => format!(", which resolves to {}", outside.ip()),
                };
                return Err(Error::usage(format!(
                    "the endpoint is not on this machine{named}: {target}"
                ))
                .hint("`--allow-remote` permits it"));
            }
        }
        let start = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\n",
            target.path_and_query(),
            target.host_header()
        );
        Ok(Self {
            target,
            addresses,
            unresolved,
            start: start.into_bytes(),
        })
    }

    /// The target.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The addresses that its name stands for.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Request line and `Host` line as bytes, which are the same for every request.
    #[must_use]
    pub fn request_start(&self) -> &[u8] {
        &self.start
    }

    /// The header lines of a request as they go on the wire: `Host`, the given ones in order,
    /// `Content-Length`. A line that cannot be sent is left out.
    #[must_use]
    pub fn wire_headers(&self, headers: &Headers, body_length: usize) -> Headers {
        let mut wire = Headers::new();
        wire.push("Host", self.target.host_header());
        for header in headers.iter().filter(|header| header.is_sendable()) {
            wire.push(header.name, header.value);
        }
        wire.push("Content-Length", body_length.to_string());
        wire
    }

    /// Appends a whole request: request line, `Host`, the given headers in order,
    /// `Content-Length`, body.
    pub fn write_request(&self, headers: &Headers, body: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&self.start);
        for header in headers.iter().filter(|header| header.is_sendable()) {
            out.extend_from_slice(header.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(header.value);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"Content-Length: ");
        out.extend_from_slice(body.len().to_string().as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(body);
    }

    /// Connects to the first address that answers.
    ///
    /// # Errors
    /// A [`Failure`] that names every address that was tried.
    pub async fn connect(&self, timeout: Duration) -> Result<Connection, Failure> {
        if let Some(failure) = &self.unresolved {
            return Err(failure.clone());
        }
        let mut tried = Vec::new();
        let mut kind = None;
        for address in &self.addresses {
            match tokio::time::timeout(timeout, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Deliveries are single requests; waiting to fill packets only delays them.
                    let _ = stream.set_nodelay(true);
                    return Ok(Connection::new(stream));
                }
                Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                    // Says more than that a machine without IPv6 cannot reach `::1`.
                    kind = Some(FailureKind::Refused);
                    tried.push(address.to_string());
                }
                Ok(Err(error)) => {
                    kind = kind.or(Some(FailureKind::Other));
                    tried.push(format!("{address} ({})", describe_io(&error)));
                }
                Err(_) => {
                    kind = kind.or(Some(FailureKind::TimedOut));
                    tried.push(format!(
                        "{address} (no connection within {} s)",
                        timeout.as_secs()
                    ));
                }
            }
        }
        let kind = kind.unwrap_or(FailureKind::Unresolved);
        Err(Failure::new(kind, format!("tried {}", tried.join(" and "))))
    }
}

async fn resolve(target: &Target) -> (Vec<SocketAddr>, Option<Failure>) {
    let port = target.port();
    if let Some(address) = target.ip() {
        return (vec![SocketAddr::new(address, port)], None);
    }
    if target.is_loopback_by_name() {
        let both = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        ];
        return (
            both.map(|address| SocketAddr::new(address, port)).into(),
            None,
        );
    }
    match tokio::net::lookup_host((target.host(), port)).await {
        Ok(addresses) => (addresses.collect(), None),
        Err(error) => {
            let detail = format!("{} ({})", target.host(), describe_io(&error));
            (
                Vec::new(),
                Some(Failure::new(FailureKind::Unresolved, detail)),
            )
        }
    }
}
