//! Captures in other tools' formats: reading them into records, writing records for them.
//!
//! | format | read | written | a file holds |
//! | --- | --- | --- | --- |
//! | store records, one per line | [`lines`] | [`export`] | any number, streamed |
//! | store records as a JSON array | [`store_json`] | [`export`] | any number |
//! | NDJSON of `listen --json` | [`lines`] | by `listen` | any number, streamed |
//! | NDJSON of Lettermint's own CLI | [`lines`] | - | outcomes without payloads |
//! | HAR 1.2 | [`har`] | [`export`] | any number of entries |
//! | HTTP/1.1 request messages | [`http`] | [`export`] | any number, one after another |
//! | curl command lines | [`curl`] | [`export`] | any number |
//! | requests in JSON of any shape | [`requests`] | - | any number |
//! | `curl --trace` | [`requests`] | - | one or more exchanges |
//! | Team API delivery exports | [`team_api`] | - | one or a list, without raw bytes |
//!
//! Reading is total: whatever the bytes, it ends with captures and problems, and a broken entry
//! does not affect the other entries.

pub(crate) mod captured;
pub(crate) mod curl;
mod detection;
pub(crate) mod export;
mod har;
pub(crate) mod http;
mod lines;
mod requests;
mod store_json;
mod team_api;
pub(crate) mod unreadable;

pub(crate) use captured::{Capture, Fidelity, Parsed, Problem, TimeSource};
pub(crate) use detection::detect;
pub(crate) use export::{ExportFormat, Exporter};
pub(crate) use http::write_request;
pub(crate) use lines::parse_line;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    Store,
    /// Records of the store as a JSON array, or spread over several lines.
    StoreJson,
    ListenJson,
    /// What Lettermint's own CLI prints with `--json` while it listens.
    OfficialCli,
    /// HTTP Archive 1.2.
    Har,
    /// HTTP/1.1 request messages.
    RawHttp,
    Curl,
    /// Webhook deliveries as Lettermint's Team API returns them.
    TeamApi,
    /// Objects with headers and a body, as gateways, inspectors and logs have them.
    Requests,
    /// What `curl --trace` writes.
    CurlTrace,
}

impl Format {
    pub(crate) const ALL: [Self; 10] = [
        Self::Store,
        Self::StoreJson,
        Self::ListenJson,
        Self::OfficialCli,
        Self::Har,
        Self::RawHttp,
        Self::Curl,
        Self::TeamApi,
        Self::Requests,
        Self::CurlTrace,
    ];

    /// What people call it, to stand in a sentence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Store => "store records",
            Self::StoreJson => "store records as JSON",
            Self::ListenJson => "`listen --json` lines",
            Self::OfficialCli => "lines of Lettermint's CLI",
            Self::Har => "HAR",
            Self::RawHttp => "raw HTTP",
            Self::Curl => "curl commands",
            Self::TeamApi => "Team API deliveries",
            Self::Requests => "requests as JSON (API Gateway, webhook.site, ngrok, …)",
            Self::CurlTrace => "`curl --trace`",
        }
    }

    /// Whether requests occur in it that are no deliveries: tools record all that passes.
    pub(crate) fn has_other_requests(self) -> bool {
        matches!(
            self,
            Self::Har | Self::RawHttp | Self::Curl | Self::Requests | Self::CurlTrace
        )
    }

    /// Whether every line stands for itself, so that [`parse_line`] can read a file of any
    /// length in constant memory. The others take the whole document, with [`parse`].
    pub(crate) fn is_by_line(self) -> bool {
        matches!(self, Self::Store | Self::ListenJson | Self::OfficialCli)
    }
}

/// What a curl command's `@file` or the `< file` of a `.http` file names: the file's bytes, or why there are none.
pub(crate) type ReadFile<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Reads a whole document. `read_file` is asked for the files that commands and requests name (`-` is
/// standard input), and for nothing else.
pub(crate) fn parse(format: Format, document: &[u8], read_file: &mut ReadFile<'_>) -> Parsed {
    match format {
        Format::Store | Format::ListenJson | Format::OfficialCli => lines::parse(document),
        Format::StoreJson => store_json::parse(document),
        Format::Har => har::parse(document),
        Format::RawHttp => http::parse(document, read_file),
        Format::Curl => curl::parse(document, read_file),
        Format::TeamApi => team_api::parse(document),
        Format::Requests => requests::parse(document, read_file),
        Format::CurlTrace => requests::parse_trace(document, read_file),
    }
}

#[cfg(test)]
mod tests;
