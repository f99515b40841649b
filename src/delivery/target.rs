//! Where deliveries are sent: an `http` or `https` URL, checked once.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
}

/// Why a text is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a URL at all.
    #[error("not a URL ({cause}): {text}")]
    NotAUrl {
        /// What was given.
        text: String,
        /// What the parser says.
        cause: String,
    },
    /// A scheme other than `http` and `https`.
    #[error("only http:// and https:// can be delivered to: {0}")]
    Scheme(String),
    /// Credentials before the host. They would end up in the store and in shell histories.
    #[error("credentials do not belong in the URL (`{0}`)")]
    Credentials(String),
    /// A `#fragment`, which HTTP never sends.
    #[error("a URL to deliver to has no fragment: #{0}")]
    Fragment(String),
}

impl TargetError {
    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAUrl { .. } | Self::Scheme(_) => {
                "expected a URL such as `http://localhost:3000/webhooks/lettermint`, or `localhost:3000/path`"
            }
            Self::Credentials(_) => "`-H 'Authorization: Basic …'` of `send` carries them",
            Self::Fragment(_) => "leave out the `#` and what follows it",
        }
    }
}

impl Target {
    /// Checks a URL. One without a scheme is of http: `localhost:3000/path`, and of this machine
    /// where it has no host: `:3000`, `3000`, `/path` (of port 3000).
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let not_a_url = |cause: String| TargetError::NotAUrl {
            text: text.to_owned(),
            cause,
        };
        let whole = match text.contains("://") {
            true => text.to_owned(),
            false => with_scheme(text)
                .ok_or_else(|| not_a_url("it names no host, port or path".to_owned()))?,
        };
        let url = Url::parse(&whole).map_err(|error| not_a_url(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(TargetError::Scheme(text.to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The password stays out of the message.
            let shown = format!("{}:…@", url.username());
            return Err(TargetError::Credentials(shown));
        }
        if let Some(fragment) = url.fragment() {
            return Err(TargetError::Fragment(fragment.to_owned()));
        }
        Ok(Self { url })
    }

    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host to connect to, an IPv6 address without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match self.url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The address, when the host is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self.url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        }
    }

    /// The port, the scheme's own by default.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(80)
    }

    /// The value of the `Host` header: the port only when it is not the scheme's own.
    #[must_use]
    pub fn host_header(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// What stands in the request line: path and query.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }

    /// Whether the host names this machine without asking anybody: a loopback address,
    /// `localhost` or a name below it. Other names are judged by what they resolve to.
    #[must_use]
    pub fn is_loopback_by_name(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => is_loopback(address.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            None => false,
        }
    }
}

/// The URL that is meant by a text without a scheme. A bare word is none: it would be a host to
/// ask the network for.
fn with_scheme(text: &str) -> Option<String> {
    let is_port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
    let (authority, _) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => (host, true),
        _ => (authority, false),
    };
    if text.starts_with('/') {
        return Some(format!("http://localhost:3000{text}"));
    }
    if authority.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some(format!("http://[{authority}]{}", &text[authority.len()..]));
    }
    if is_port(authority) {
        return Some(format!("http://localhost:{text}"));
    }
    match (host, port) {
        ("", true) => Some(format!("http://localhost{text}")),
        ("localhost", _) => Some(format!("http://{text}")),
        // `http:/host` and `mailto:` are slips of another kind.
        (host, _) if host.contains(':') && !host.contains(['@', '[']) => None,
        (host, port) => (port || host.contains(['.', '[', '@'])).then(|| format!("http://{text}")),
    }
}

/// Whether an address is this machine's loopback, an IPv4 one written as IPv6 included.
#[must_use]
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// The URL with `…` for anything that could be a user and a password.
#[must_use]
pub fn without_credentials(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}…{}", &rest[at..]),
        None => url.to_owned(),
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
