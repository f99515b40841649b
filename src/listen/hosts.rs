//! Which `Host` a request may name.
//!
//! Any web page can make a browser send requests to this machine. By DNS rebinding, a page's
//! own name can come to stand for 127.0.0.1, so that the page may read the answers; the `Host`
//! header still carries that name. So only names that cannot be rebound are taken: loopback
//! ones, the address that is listened on, and those that the user allows.

use std::net::IpAddr;

use crate::delivery::target::is_loopback;
use crate::lettermint::Headers;
use crate::lettermint::glob;
use crate::lettermint::headers::Occurrence;

/// The rule on hosts.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    bound: IpAddr,
    allowed: Vec<String>,
}

/// Why a request's host is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostProblem {
    /// More than one header, or bytes that are no text.
    Unreadable,
    /// A name that is not this listener's.
    Foreign(String),
}

impl Hosts {
    /// The rule for a listener on `bound`; `allowed` are globs of names.
    #[must_use]
    pub(crate) fn new(bound: IpAddr, allowed: Vec<String>) -> Self {
        Self { bound, allowed }
    }

    /// Judges a request. One without the header (HTTP/1.0) is no browser's.
    ///
    /// # Errors
    /// [`HostProblem`].
    pub(crate) fn check(&self, headers: &Headers) -> Result<(), HostProblem> {
        let value = match Occurrence::of(headers.all("host")) {
            Occurrence::Absent => return Ok(()),
            Occurrence::Once(value) => value,
            Occurrence::Repeated => return Err(HostProblem::Unreadable),
        };
        let text = std::str::from_utf8(value).map_err(|_| HostProblem::Unreadable)?;
        let name = without_port(text.trim());
        if self.takes(name) {
            Ok(())
        } else {
            Err(HostProblem::Foreign(name.to_owned()))
        }
    }

    fn takes(&self, name: &str) -> bool {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            // An address is no name and cannot be rebound; listening on all of them, any may be
            // this machine's.
            return is_loopback(address)
                || address.to_canonical() == self.bound.to_canonical()
                || self.bound.is_unspecified()
                || self.is_allowed(name);
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost") || self.is_allowed(&name)
    }

    fn is_allowed(&self, name: &str) -> bool {
        let mut globs = self.allowed.iter();
        globs.any(|glob| glob::matches(&glob.to_ascii_lowercase(), name))
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // `[::1]` has colons of its own.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bound: &str, host: &str) -> bool {
        let hosts = Hosts::new(bound.parse().unwrap(), vec!["*.Tunnel.example".to_owned()]);
        let mut headers = Headers::new();
        headers.push("Host", host);
        hosts.check(&headers).is_ok()
    }

    #[test]
    fn names_that_cannot_be_rebound_are_taken() {
        for host in [
            "localhost:3000",
            "LOCALHOST.",
            "app.localhost",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]:3000",
            "[::1]",
            "a.tunnel.example",
        ] {
            assert!(check("127.0.0.1", host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1:3000",
            "tunnel.example",
            "",
        ] {
            assert!(!check("127.0.0.1", host), "{host}");
        }
        assert!(check("10.0.0.1", "10.0.0.1:3000"));
        assert!(check("0.0.0.0", "10.0.0.1"));
        assert!(!check("0.0.0.0", "rebound.example.com"));
    }

    #[test]
    fn one_host_at_most() {
        let hosts = Hosts::new(IpAddr::from([127, 0, 0, 1]), Vec::new());
        let mut headers = Headers::new();
        assert_eq!(hosts.check(&headers), Ok(()));
        headers.push("Host", "localhost");
        headers.push("host", "localhost");
        assert_eq!(hosts.check(&headers), Err(HostProblem::Unreadable));
    }
}
