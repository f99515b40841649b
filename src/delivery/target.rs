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
                "a whole URL is needed, such as `http://localhost:3000/webhooks/lettermint`"
            }
            Self::Credentials(_) => "`-H 'Authorization: Basic …'` of `send` carries them",
            Self::Fragment(_) => "leave out the `#` and what follows it",
        }
    }
}

impl Target {
    /// Checks a URL.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let not_a_url = |cause: String| TargetError::NotAUrl {
            text: text.to_owned(),
            cause,
        };
        if !text.contains("://") {
            return Err(not_a_url("it has no `http://`".to_owned()));
        }
        let url = Url::parse(text).map_err(|error| not_a_url(error.to_string()))?;
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
