//! What curl's options mean to a reader of its command lines: curl's manual page,
//! curl.se/docs/manpage.html.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A piece of body; of `@file` without line ends and NULs.
    Data,
    /// A piece of body as it stands.
    DataRaw,
    /// A piece of body; `@file` as it stands.
    DataBinary,
    DataUrlencode,
    /// A piece of body, with two headers.
    Json,
    /// The body goes into the URL.
    Get,
    Head,
    Header,
    /// An option for the header of this name.
    Shorthand(&'static str),
    Cookie,
    Bearer,
    User,
    Method,
    Url,
    Upload,
    RequestTarget,
    Next,
    /// An option whose effect cannot be read off the command line.
    Refused,
    IgnoredWithArgument,
    Ignored,
}

impl Meaning {
    pub(crate) fn has_argument(self) -> bool {
        !matches!(self, Self::Get | Self::Head | Self::Next | Self::Ignored)
    }
}

/// The meaning of `-n` or `--name`. `None` for one that the table does not know.
pub(crate) fn meaning(option: &str) -> Option<Meaning> {
    let (name, is_long) = match option.strip_prefix("--") {
        Some(name) => (name, true),
        None => (option.trim_start_matches('-'), false),
    };
    if is_long == (name.len() == 1) {
        return None;
    }
    let known = OPTIONS
        .iter()
        .find(|(_, names)| names.split(' ').any(|known| known == name))
        .map(|(meaning, _)| *meaning);
    known.or(name.starts_with("no-").then_some(Meaning::Ignored))
}

/// The names by meaning; a single letter is a short one. What is ignored leaves the request as
/// it is.
const OPTIONS: [(Meaning, &str); 21] = [
    (Meaning::Data, "d data data-ascii"),
    (Meaning::DataRaw, "data-raw"),
    (Meaning::DataBinary, "data-binary"),
    (Meaning::DataUrlencode, "data-urlencode"),
    (Meaning::Json, "json"),
    (Meaning::Get, "G get"),
    (Meaning::Head, "I head"),
    (Meaning::Header, "H header"),
    (Meaning::Shorthand("User-Agent"), "A user-agent"),
    (Meaning::Shorthand("Referer"), "e referer"),
    (Meaning::Cookie, "b cookie"),
    (Meaning::Bearer, "oauth2-bearer"),
    (Meaning::User, "u user"),
    (Meaning::Method, "X request"),
    (Meaning::Url, "url"),
    (Meaning::Upload, "T upload-file"),
    (Meaning::RequestTarget, "request-target"),
    (Meaning::Next, ": next"),
    (
        Meaning::Refused,
        "F K form form-string config variable expand-data expand-url url-query",
    ),
    (
        Meaning::IgnoredWithArgument,
        "c C D E h m o P Q r t U w x y Y z \
         abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers \
         connect-timeout connect-to continue-at cookie-jar create-file-mode crlfile curves \
         delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header \
         ech egd-file engine etag-compare etag-save expect100-timeout happy-eyeballs-timeout-ms \
         haproxy-clientip help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway \
         keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port \
         login-options max-filesize max-redirs max-time netrc-file noproxy output output-dir \
         parallel-max pass pinnedpubkey postquote preproxy proto proto-default proto-redir proxy \
         proxy-cacert proxy-cert proxy-header proxy-key proxy-user proxy1.0 pubkey quote \
         random-file range rate resolve retry retry-delay retry-max-time service-name socks4 \
         socks4a socks5 socks5-hostname speed-limit speed-time stderr time-cond tls-max \
         tls13-ciphers trace trace-ascii write-out",
    ),
    (
        Meaning::Ignored,
        "0 1 2 3 4 6 a B f g i j J k l L M n N O p q R s S v V Z # \
         anyauth basic buffer compressed create-dirs digest disable fail fail-early \
         fail-with-body globoff http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 \
         http3-only include insecure ipv4 ipv6 junk-app-cookies location location-trusted \
         parallel path-as-is progress-bar raw remote-name remove-on-error retry-all-errors \
         retry-connrefused show-error show-headers silent ssl-no-revoke tcp-nodelay tlsv1 \
         tlsv1.2 tlsv1.3 tr-encoding verbose",
    ),
];
