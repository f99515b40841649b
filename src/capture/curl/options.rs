//! What curl's options mean to a reader of its command lines: curl's manual page, curl.se/docs/manpage.html.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `-d`: a piece of body; of `@file` without line ends and NULs.
    Data,
    /// `--data-raw`: a piece of body as it stands.
    DataRaw,
    /// `--data-binary`: a piece of body; `@file` as it stands.
    DataBinary,
    DataUrlencode,
    /// `--json`: a piece of body, with two headers.
    Json,
    /// `-G`: the body goes into the URL.
    Get,
    Head,
    Header,
    Method,
    Url,
    User,
    /// An option for one header: `-A`, `-e`, `-b`.
    Shorthand(&'static str),
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

/// The meaning of `--name`. `None` for one that this table does not know.
pub(crate) fn long(name: &str) -> Option<Meaning> {
    Some(match name {
        "data" | "data-ascii" => Meaning::Data,
        "data-raw" => Meaning::DataRaw,
        "data-binary" => Meaning::DataBinary,
        "data-urlencode" => Meaning::DataUrlencode,
        "json" => Meaning::Json,
        "get" => Meaning::Get,
        "head" => Meaning::Head,
        "header" => Meaning::Header,
        "request" => Meaning::Method,
        "url" => Meaning::Url,
        "user" => Meaning::User,
        "user-agent" => Meaning::Shorthand("User-Agent"),
        "referer" => Meaning::Shorthand("Referer"),
        "cookie" => Meaning::Shorthand("Cookie"),
        "oauth2-bearer" => Meaning::Shorthand("Authorization"),
        "upload-file" => Meaning::Upload,
        "request-target" => Meaning::RequestTarget,
        "next" => Meaning::Next,
        "form" | "form-string" | "config" | "variable" | "expand-data" | "expand-url"
        | "url-query" => Meaning::Refused,
        _ if is_in(WITH_ARGUMENT, name) => Meaning::IgnoredWithArgument,
        _ if is_in(FLAGS, name) || name.starts_with("no-") => Meaning::Ignored,
        _ => return None,
    })
}

pub(crate) fn short(letter: u8) -> Option<Meaning> {
    Some(match letter {
        b'd' => Meaning::Data,
        b'G' => Meaning::Get,
        b'I' => Meaning::Head,
        b'H' => Meaning::Header,
        b'X' => Meaning::Method,
        b'u' => Meaning::User,
        b'A' => Meaning::Shorthand("User-Agent"),
        b'e' => Meaning::Shorthand("Referer"),
        b'b' => Meaning::Shorthand("Cookie"),
        b'T' => Meaning::Upload,
        b':' => Meaning::Next,
        b'F' | b'K' => Meaning::Refused,
        b'c' | b'C' | b'D' | b'E' | b'h' | b'm' | b'o' | b'P' | b'Q' | b'r' | b't' | b'U'
        | b'w' | b'x' | b'y' | b'Y' | b'z' => Meaning::IgnoredWithArgument,
        b'0' | b'1' | b'2' | b'3' | b'4' | b'6' | b'a' | b'B' | b'f' | b'g' | b'i' | b'j'
        | b'J' | b'k' | b'l' | b'L' | b'M' | b'n' | b'N' | b'O' | b'p' | b'q' | b'R' | b's'
        | b'S' | b'v' | b'V' | b'Z' | b'#' => Meaning::Ignored,
        _ => return None,
    })
}

fn is_in(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

/// Long options with an argument that leave the request as it is.
const WITH_ARGUMENT: &str = "\
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers \
    connect-timeout connect-to continue-at cookie-jar create-file-mode crlfile curves \
    delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech \
    egd-file engine etag-compare etag-save expect100-timeout happy-eyeballs-timeout-ms \
    haproxy-clientip help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway \
    keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port \
    login-options max-filesize max-redirs max-time netrc-file noproxy output output-dir \
    parallel-max pass pinnedpubkey postquote preproxy proto proto-default proto-redir proxy \
    proxy-cacert proxy-cert proxy-header proxy-key proxy-user proxy1.0 pubkey quote \
    random-file range rate resolve retry retry-delay retry-max-time service-name socks4 \
    socks4a socks5 socks5-hostname speed-limit speed-time stderr time-cond tls-max \
    tls13-ciphers trace trace-ascii write-out";

/// Long options without an argument that leave the request as it is.
const FLAGS: &str = "\
    anyauth basic buffer compressed create-dirs digest disable fail fail-early \
    fail-with-body globoff http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 \
    http3-only include insecure ipv4 ipv6 junk-app-cookies location location-trusted \
    parallel path-as-is progress-bar raw remote-name remove-on-error retry-all-errors \
    retry-connrefused show-error show-headers silent ssl-no-revoke tcp-nodelay tlsv1 tlsv1.2 \
    tlsv1.3 tr-encoding verbose";
