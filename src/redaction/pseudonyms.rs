//! Stable pseudonyms for whatever identifies somebody.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::shape::{is_address, is_domain, masked};
use crate::capture::http::Address;
use crate::lettermint::headers;

/// Pseudonyms given so far, numbered from 1 in the order of first sight. Each kind, named by what
/// stands before the number, counts for itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pseudonyms {
    given: HashMap<&'static str, HashMap<String, usize>>,
}

pub(crate) const PERSON: &str = "Person ";
/// The part of an address after `+`.
pub(crate) const SUBADDRESS: &str = "tag";
/// A short text that names something: a tag, a metadata value, a file.
pub(crate) const LABEL: &str = "value";

/// Second-level labels under which two-letter countries register names.
const REGISTRY_LABELS: [&str; 8] = ["co", "com", "org", "net", "ac", "gov", "edu", "or"];

/// The networks that RFC 5737 sets aside for documentation.
const DOCUMENTATION_NETWORKS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];

impl Pseudonyms {
    pub(crate) fn number(&mut self, kind: &'static str, of: &str) -> usize {
        let given = self.given.entry(kind).or_default();
        let next = given.len() + 1;
        *given.entry(of.to_owned()).or_insert(next)
    }

    pub(crate) fn numbered(&mut self, kind: &'static str, of: &str) -> String {
        format!("{kind}{}", self.number(kind, of))
    }

    /// `jane+news@mail.example.com` as `user1+tag1@host1.domain1.example`.
    pub(crate) fn address(&mut self, address: &str) -> String {
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        let (mailbox, subaddress) = match local.split_once('+') {
            Some((mailbox, subaddress)) => (mailbox, Some(subaddress)),
            None => (local, None),
        };
        let key = format!("{mailbox}@{domain}").to_lowercase();
        let mut out = self.numbered("user", &key);
        if let Some(subaddress) = subaddress {
            out.push('+');
            out.push_str(&self.numbered(SUBADDRESS, subaddress));
        }
        out.push('@');
        out.push_str(&self.domain(domain));
        out
    }

    /// A domain under `.example` (RFC 2606) with as many labels in front as the original has in
    /// front of its registered name. Which label registers names is guessed: the second to last,
    /// the third to last under `.co.uk` and its like.
    pub(crate) fn domain(&mut self, domain: &str) -> String {
        if let Ok(ip) = domain.trim_matches(['[', ']']).parse() {
            return self.ip(ip);
        }
        let lower = domain.trim_end_matches('.').to_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        let registered = match labels.as_slice() {
            [.., second, top] if top.len() == 2 && REGISTRY_LABELS.contains(second) => 3,
            _ => 2,
        };
        let cut = labels.len().saturating_sub(registered);
        let mut out = String::new();
        for label in &labels[..cut] {
            out.push_str(&self.numbered("host", label));
            out.push('.');
        }
        let registered = labels[cut..].join(".");
        out + &self.numbered("domain", &registered) + ".example"
    }

    /// An address of the documentation networks (RFC 5737, RFC 3849). Loopback stays: it is the
    /// same machine for everybody. After 762 IPv4 addresses they repeat.
    pub(crate) fn ip(&mut self, ip: IpAddr) -> String {
        match ip.to_canonical() {
            ip if ip.is_loopback() || ip.is_unspecified() => ip.to_string(),
            IpAddr::V4(v4) => {
                let number = self.number("ipv4", &v4.to_string()) - 1;
                let [a, b, c] = DOCUMENTATION_NETWORKS[number / 254 % 3];
                Ipv4Addr::new(a, b, c, (number % 254 + 1) as u8).to_string()
            }
            IpAddr::V6(v6) => {
                let number = self.number("ipv6", &v6.to_string()) as u128;
                let base = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0).to_bits();
                Ipv6Addr::from_bits(base + number).to_string()
            }
        }
    }

    /// A host or IP address with or without a port.
    pub(crate) fn socket(&mut self, text: &str) -> String {
        if let Ok(socket) = text.parse::<SocketAddr>() {
            let ip = self.ip(socket.ip());
            let port = socket.port();
            return match socket {
                SocketAddr::V6(_) if ip.contains(':') => format!("[{ip}]:{port}"),
                _ => format!("{ip}:{port}"),
            };
        }
        let is_port = |port: &str| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if is_port(port) && !host.ends_with(':') => (host, Some(port)),
            _ => (text, None),
        };
        let is_local = host.eq_ignore_ascii_case("localhost");
        let host = match host.trim_matches(['[', ']']).parse() {
            Ok(ip) => match self.ip(ip) {
                v6 if v6.contains(':') && host.starts_with('[') => format!("[{v6}]"),
                ip => ip,
            },
            Err(_) if is_local || host.is_empty() => host.to_owned(),
            Err(_) => self.domain(host),
        };
        match port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// An agent other than Lettermint itself.
    pub(crate) fn user_agent(&mut self, text: &str) -> String {
        if text == headers::USER_AGENT {
            return text.to_owned();
        }
        self.numbered("Agent/", text)
    }

    /// A URL with its scheme, the number of its path segments and the names of its query's
    /// fields.
    pub(crate) fn url(&mut self, url: &str) -> String {
        let Some(address) = Address::of_url(url) else {
            return self.numbered(LABEL, url);
        };
        let (scheme, authority) = (address.scheme, address.authority);
        let authority = self.socket(authority);
        let path = match address.path_and_query {
            "/" => "/".to_owned(),
            path => self.segments(path, |_| false),
        };
        let fragment = if url.contains('#') { "#fragment" } else { "" };
        format!("{scheme}://{authority}{path}{fragment}")
    }

    /// A request's own path, whose plain words name a route and nobody.
    pub(crate) fn path(&mut self, path: &str) -> String {
        self.segments(path, |segment| {
            segment.len() <= 24
                && segment
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
        })
    }

    fn segments(&mut self, path: &str, is_harmless: impl Fn(&str) -> bool) -> String {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let segments: Vec<_> = path
            .split('/')
            .map(|segment| {
                if segment.is_empty() || is_harmless(segment) {
                    segment.to_owned()
                } else {
                    self.numbered("path", segment)
                }
            })
            .collect();
        let mut out = segments.join("/");
        if let Some(query) = query {
            let fields: Vec<_> = query
                .split('&')
                .map(|field| self.query_field(field))
                .collect();
            out.push('?');
            out.push_str(&fields.join("&"));
        }
        out
    }

    fn query_field(&mut self, field: &str) -> String {
        let (name, value) = match field.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (field, None),
        };
        let is_name = name.len() <= 32
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || b"-_".contains(&byte));
        let mut out = if is_name {
            name.to_owned()
        } else {
            format!("field{}", self.number("query", name))
        };
        if let Some(value) = value {
            out.push('=');
            if !value.is_empty() {
                out.push_str(&self.numbered("query", value));
            }
        }
        out
    }

    /// A text of unknown meaning, by what it looks like; one that looks like nothing in
    /// particular becomes a label.
    pub(crate) fn replaced(&mut self, text: &str) -> String {
        if let Some(pseudonym) = self.known_shape(text) {
            return pseudonym;
        }
        // `Jane Doe <jane@example.com>` and Message-IDs.
        if let Some((before, rest)) = text.split_once('<')
            && let Some(inner) = rest.trim_end().strip_suffix('>')
            && is_address(inner)
        {
            let name = match before.trim() {
                "" => String::new(),
                name => format!("{} ", self.numbered(PERSON, name)),
            };
            return format!("{name}<{}>", self.address(inner));
        }
        self.numbered(LABEL, text)
    }

    /// The name of a JSON member: kept, unless it is an address, URL or IP address itself.
    pub(crate) fn member_name(&mut self, name: &str) -> String {
        let is_name = !name.contains(['@', ':']) && name.parse::<IpAddr>().is_err();
        if is_name {
            name.to_owned()
        } else {
            self.replaced(name)
        }
    }

    /// A sentence with its words: what looks like an address, URL, host or IP address gets its
    /// pseudonym, plain words stay, everything else is masked.
    pub(crate) fn words(&mut self, text: &str) -> String {
        let words: Vec<_> = text
            .split(' ')
            .map(|word| {
                let core = word.trim_matches(['(', ')', '<', '>', ',', ';', '\'', '"', '`']);
                let core = core.trim_end_matches(['.', ':']);
                if core.is_empty() || core.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    return word.to_owned();
                }
                match self.known_shape(core) {
                    Some(pseudonym) => word.replacen(core, &pseudonym, 1),
                    None if core.parse::<u32>().is_ok() => word.to_owned(),
                    None => masked(word),
                }
            })
            .collect();
        words.join(" ")
    }

    fn known_shape(&mut self, text: &str) -> Option<String> {
        if Address::of_url(text).is_some() {
            Some(self.url(text))
        } else if is_address(text) {
            Some(self.address(text))
        } else if text.parse::<IpAddr>().is_ok() || text.parse::<SocketAddr>().is_ok() {
            Some(self.socket(text))
        } else if is_domain(text) {
            Some(self.domain(text))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_stays_and_names_go() {
        let mut pseudonyms = Pseudonyms::default();
        for (text, expected) in [
            ("jane@example.com", "user1@domain1.example"),
            (
                "Jane+news@mail.Example.com",
                "user2+tag1@host1.domain1.example",
            ),
            ("JANE@example.com", "user1@domain1.example"),
            ("bob@shop.co.uk", "user3@domain2.example"),
            ("mail.example.com", "host1.domain1.example"),
            ("203.0.113.99", "192.0.2.1"),
            ("2a00::1", "2001:db8::1"),
            ("10.0.0.1:5000", "192.0.2.2:5000"),
            ("[2a00::2]:1", "[2001:db8::2]:1"),
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            (
                "https://shop.example.com/o/1?ref=mail#x",
                "https://host2.domain1.example/path1/path2?ref=query1#fragment",
            ),
            (
                "Jane Doe <jane@example.com>",
                "Person 1 <user1@domain1.example>",
            ),
            ("<a1@mail.example.com>", "<user4@host1.domain1.example>"),
            ("gold customer", "value1"),
        ] {
            assert_eq!(pseudonyms.replaced(text), expected);
        }
        assert_eq!(
            pseudonyms.words("connection refused: 10.0.0.1:5000 (jane@example.com)"),
            "connection refused: 192.0.2.2:5000 (user1@domain1.example)"
        );
        assert_eq!(
            pseudonyms.path("/webhooks/lettermint/Tk9?k=Tk9"),
            "/webhooks/lettermint/path3?k=query2"
        );
        assert_eq!(pseudonyms.socket("localhost:3000"), "localhost:3000");
        assert_eq!(pseudonyms.user_agent("Lettermint/1.0"), "Lettermint/1.0");
    }
}
