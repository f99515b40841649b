//! Requests that are no deliveries, and what they are answered.
//!
//! Any web page can make a browser send requests to this machine. By DNS rebinding, a page's
//! own name can come to stand for 127.0.0.1, so that the page may read the answers; the `Host`
//! header still carries that name. So only names that cannot be rebound are taken: loopback
//! ones, the address that is listened on, and those that the user allows.

use std::net::IpAddr;

use serde_json::json;

use crate::delivery::target::is_loopback;
use crate::http::server::{Answer, Request};
use crate::lettermint::glob;

const WELCOME: &str = "lettermint-hook listen: receives Lettermint webhooks on this machine.\n\
    POST deliveries to any path; GET /healthz answers 200 while it runs.\n";

#[derive(Debug, Clone)]
pub(crate) struct RequestFilter {
    bound: IpAddr,
    /// Globs of names that `Host` may carry.
    allowed_hosts: Vec<String>,
}

/// What a request that is no delivery is answered, and why it is refused when it is.
pub(crate) type NoDelivery = (Answer, Option<String>);

impl RequestFilter {
    pub(crate) fn new(bound: IpAddr, allowed_hosts: Vec<String>) -> Self {
        Self {
            bound,
            allowed_hosts,
        }
    }

    pub(crate) fn no_delivery(&self, request: &Request) -> Option<NoDelivery> {
        if let Some(refused) = self.refused_host(request) {
            return Some(refused);
        }
        match (request.method.as_str(), request.target.as_str()) {
            ("POST", _) => self.refused_page(request),
            ("GET" | "HEAD", "/healthz") => Some((Answer::json(200, r#"{"ok":true}"#), None)),
            ("GET" | "HEAD", "/") => Some((Answer::text(200, WELCOME), None)),
            (method, _) => {
                let body = json!({"error": "webhooks are POST requests", "method": method});
                let mut answer = Answer::json(405, body.to_string());
                answer.headers.push("allow", "POST");
                let why = format!("webhooks are POST requests, this is {method}");
                Some((answer, Some(why)))
            }
        }
    }

    /// A request without the header (HTTP/1.0) is no browser's.
    fn refused_host(&self, request: &Request) -> Option<NoDelivery> {
        // Both, lest a proxy in between has gone by the other one.
        let hosts = [
            request.authority.as_deref().map(str::as_bytes),
            request.headers.all("host").next(),
        ];
        let name = hosts.into_iter().flatten().find_map(|host| {
            let host = String::from_utf8_lossy(host);
            let name = without_port(host.trim());
            (!self.takes(name)).then(|| name.to_owned())
        })?;
        let body = json!({
            "error": "this listener does not answer to that Host",
            "hint": "use 127.0.0.1 or localhost, or allow the name with --allow-host",
        });
        let why = format!("its Host is foreign (`--allow-host {name}` allows it)");
        Some((Answer::json(421, body.to_string()), Some(why)))
    }

    /// Browsers say which page a POST comes from, and Lettermint is no browser. A page on a name
    /// that is answered to is the user's own.
    fn refused_page(&self, request: &Request) -> Option<NoDelivery> {
        let mut origins = request.headers.all("origin").peekable();
        let mut sites = request.headers.all("sec-fetch-site");
        let said = if origins.peek().is_some() {
            let mut origins = origins.map(String::from_utf8_lossy);
            let foreign = origins.find(|origin| {
                let host = origin.split_once("://").map(|(_, host)| host);
                !host.is_some_and(|host| self.takes(without_port(host)))
            })?;
            format!("Origin: {foreign}")
        } else {
            sites.find(|site| site.eq_ignore_ascii_case(b"cross-site"))?;
            "Sec-Fetch-Site: cross-site".to_owned()
        };
        let body = json!({"error": "this listener takes no requests of web pages"});
        let why = format!("a web page sent it ({said})");
        Some((Answer::json(403, body.to_string()), Some(why)))
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
        // One dot at the end is the root's; more is no name.
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost") || self.is_allowed(&name)
    }

    fn is_allowed(&self, name: &str) -> bool {
        let mut globs = self.allowed_hosts.iter();
        globs.any(|glob| glob::matches(&glob.to_ascii_lowercase(), name))
    }
}

pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // `[::1]` has colons of its own.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_be_rebound_are_taken() {
        for (bound, host, expected) in [
            ("127.0.0.1", "localhost:3000", true),
            ("127.0.0.1", "LOCALHOST.", true),
            ("127.0.0.1", "localhost...", false),
            ("127.0.0.1", "user@localhost", false),
            ("127.0.0.1", "localhost:80:80", false),
            ("127.0.0.1", "127.0.0.1, localhost", false),
            ("127.0.0.1", "app.localhost", true),
            ("127.0.0.1", "127.9.9.9:1", true),
            ("127.0.0.1", "[::1]:3000", true),
            ("127.0.0.1", "[::1]", true),
            ("127.0.0.1", "a.tunnel.example", true),
            ("127.0.0.1", "example.com", false),
            ("127.0.0.1", "localhost.example.com", false),
            ("127.0.0.1", "127.0.0.1.nip.io", false),
            ("127.0.0.1", "10.0.0.1:3000", false),
            ("127.0.0.1", "tunnel.example", false),
            ("127.0.0.1", "", false),
            ("10.0.0.1", "10.0.0.1:3000", true),
            ("0.0.0.0", "10.0.0.1", true),
            ("0.0.0.0", "rebound.example.com", false),
        ] {
            let allowed = vec!["*.Tunnel.example".to_owned()];
            let filter = RequestFilter::new(bound.parse().unwrap(), allowed);
            assert_eq!(filter.takes(without_port(host)), expected, "{bound} {host}");
        }
    }
}
