//! An endpoint with its addresses, and the rule that only this machine is reached unless the
//! user says otherwise.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::connection::Connection;
use super::tls;
use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::target::is_loopback;
use crate::delivery::{Outgoing, Target};
use crate::error::{Error, Result, describe_io};
use crate::lettermint::{HeaderLine, Headers};

/// Where requests go: a target whose name has been resolved once, so that what was checked is
/// what is connected to.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    target: Target,
    addresses: Result<Vec<SocketAddr>, Failure>,
    request_line: Vec<u8>,
    host: String,
}

impl Endpoint {
    /// Resolves a target and applies the loopback rule.
    ///
    /// `localhost` and names below it are this machine without asking anybody (RFC 6761), on
    /// IPv4 and IPv6. A name that does not resolve is no error here: attempts will fail with it.
    /// An address outside this machine without `allow_remote` is an error, exit 2.
    pub(crate) async fn resolve(target: Target, allow_remote: bool) -> Result<Self> {
        if target.ip().is_some_and(|address| address.is_unspecified()) {
            let local = target.as_str().replacen("//0.0.0.0", "//127.0.0.1", 1);
            let local = local.replacen("//[::]", "//[::1]", 1);
            return Err(Error::usage(format!(
                "an address to listen on, not one to send to: {target}"
            ))
            .hint(format!("on this machine that server is {local}")));
        }
        let addresses = resolve(&target).await;
        if !allow_remote {
            let mut known = addresses.iter().flatten();
            if let Some(outside) = known.find(|address| !is_loopback(address.ip())) {
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
        Ok(Self {
            request_line: format!("POST {} HTTP/1.1\r\n", target.path_and_query()).into_bytes(),
            host: target.host_header(),
            target,
            addresses,
        })
    }

    /// Which of its addresses reaches a server of this machine that listens at `local`, if any.
    pub(crate) fn reaching(&self, local: SocketAddr) -> Option<SocketAddr> {
        let is_own = |address: IpAddr| match local.ip().is_unspecified() {
            // What can be bound to is an address of this machine. An IPv6 socket for any address
            // takes IPv4, too, on most systems.
            true => UdpSocket::bind((address, 0)).is_ok(),
            false => address.to_canonical() == local.ip().to_canonical(),
        };
        let mut all = self.addresses.iter().flatten();
        let own = all.find(|it| it.port() == local.port() && is_own(it.ip()));
        own.copied()
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The header lines of a request as they go on the wire: `Host`, its own in order without
    /// those that cannot be sent, `Content-Length`. What is sent and what is recorded both come
    /// from here.
    fn lines<'a>(
        &'a self,
        outgoing: &'a Outgoing,
        length: &'a str,
    ) -> impl Iterator<Item = HeaderLine<'a>> {
        let own = outgoing.headers.iter().filter(HeaderLine::is_sendable);
        std::iter::once(HeaderLine::new("Host", self.host.as_bytes()))
            .chain(own)
            .chain([HeaderLine::new("Content-Length", length.as_bytes())])
    }

    /// A request's header lines as they go on the wire, for its record.
    pub(crate) fn wire_headers(&self, outgoing: &Outgoing) -> Headers {
        self.lines(outgoing, &outgoing.body.len().to_string())
            .collect()
    }

    /// Appends a whole request as it goes on the wire.
    pub(crate) fn write_request(&self, outgoing: &Outgoing, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.request_line);
        for line in self.lines(outgoing, &outgoing.body.len().to_string()) {
            out.extend_from_slice(line.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(line.value);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&outgoing.body);
    }

    /// Whether anybody accepts connections, or why not.
    pub(crate) async fn accepts_connections(&self, timeout: Duration) -> Result<(), Failure> {
        self.connect_tcp(timeout).await.map(drop)
    }

    /// Connects to the first address that answers. A failure names every address that was tried.
    pub(super) async fn connect(
        &self,
        tls: Option<&TlsConnector>,
        timeout: Duration,
    ) -> Result<Connection, Failure> {
        let stream = self.connect_tcp(timeout).await?;
        // Deliveries are single requests; waiting to fill packets only delays them.
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else {
            return Ok(Connection::new(stream));
        };
        let handshake = tls::handshake(tls, self.target.host(), stream);
        match tokio::time::timeout(timeout, handshake).await {
            Ok(result) => Ok(Connection::new(result?)),
            Err(_) => Err(Failure::new(
                FailureKind::TimedOut,
                format!("no TLS connection within {} s", timeout.as_secs()),
            )),
        }
    }

    async fn connect_tcp(&self, timeout: Duration) -> Result<TcpStream, Failure> {
        let addresses = self.addresses.as_ref().map_err(Clone::clone)?;
        let mut tried = Vec::new();
        let mut kind = None;
        for address in addresses {
            match tokio::time::timeout(timeout, TcpStream::connect(address)).await {
                // A port of its own, drawn by chance, connects a socket to itself.
                Ok(Ok(stream)) if stream.local_addr().ok() == stream.peer_addr().ok() => {
                    kind = Some(FailureKind::Refused);
                    tried.push(address.to_string());
                }
                Ok(Ok(stream)) => return Ok(stream),
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
        let mut detail = format!("tried {}", tried.join(" and "));
        if let Some(other) = self
            .other_loopback()
            .filter(|_| kind == FailureKind::Refused)
            && let Ok(Ok(_)) = tokio::time::timeout(timeout, TcpStream::connect(other)).await
        {
            detail.push_str(&format!(", and {other} answers"));
        }
        Err(Failure::new(kind, detail))
    }
}

impl Endpoint {
    /// `::1` for 127.0.0.1 and the other way round: servers often listen on one of them only.
    fn other_loopback(&self) -> Option<SocketAddr> {
        let other: IpAddr = match self.target.ip()? {
            IpAddr::V4(Ipv4Addr::LOCALHOST) => Ipv6Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::LOCALHOST) => Ipv4Addr::LOCALHOST.into(),
            _ => return None,
        };
        Some(SocketAddr::new(other, self.target.port()))
    }
}

async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, Failure> {
    let port = target.port();
    if let Some(address) = target.ip() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    if target.is_loopback_by_name() {
        let both = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        ];
        return Ok(both.map(|address| SocketAddr::new(address, port)).into());
    }
    match tokio::net::lookup_host((target.host(), port)).await {
        Ok(addresses) => Ok(addresses.collect()),
        Err(error) => {
            let detail = format!("{} ({})", target.host(), describe_io(&error));
            Err(Failure::new(FailureKind::Unresolved, detail))
        }
    }
}
