//! Records in formats that other tools read.
//!
//! Credentials (`Authorization`, cookies) leave as `[redacted]` in every format, as they do from
//! the store.

use std::borrow::Cow;

use super::curl::write_curl;
use super::har::export as har;
use super::http::{Address, write_request};
use crate::delivery::Record;
use crate::delivery::record::{REDACTED, is_credential};
use crate::lettermint::{HeaderLine, Headers};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ExportFormat {
    /// HTTP Archive 1.2.
    Har,
    /// HTTP/1.1 request messages, one after another.
    Http,
    /// Command lines of curl for bash.
    Curl,
    Ndjson,
    Json,
}

impl ExportFormat {
    pub(crate) const ALL: [Self; 5] = [Self::Har, Self::Http, Self::Curl, Self::Ndjson, Self::Json];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Har => "har",
            Self::Http => "http",
            Self::Curl => "curl",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
        }
    }
}

/// Writes records one at a time, so that an export of any length takes constant memory.
#[derive(Debug, Clone)]
pub(crate) struct Exporter {
    format: ExportFormat,
    written: usize,
}

impl Exporter {
    /// An exporter that has written nothing yet.
    pub(crate) fn new(format: ExportFormat) -> Self {
        Self { format, written: 0 }
    }

    /// Appends what stands before the first record. To be called once.
    pub(crate) fn begin(&mut self, out: &mut Vec<u8>) {
        match self.format {
            ExportFormat::Har => har::write_start(out),
            ExportFormat::Json => out.push(b'['),
            ExportFormat::Http | ExportFormat::Curl | ExportFormat::Ndjson => {}
        }
    }

    pub(crate) fn record(&mut self, record: &Record, out: &mut Vec<u8>) {
        let is_first = self.written == 0;
        self.written += 1;
        match self.format {
            ExportFormat::Har => {
                out.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                har::write_entry(record, out);
            }
            ExportFormat::Json => {
                out.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                record.write_line(out);
                out.pop();
            }
            ExportFormat::Ndjson => record.write_line(out),
            ExportFormat::Http => {
                // An empty line before a request line is passed over by every reader (RFC 9112,
                // section 2.2), and keeps a body and the next request apart for people.
                if !is_first {
                    out.extend_from_slice(b"\r\n");
                }
                let address = Address::of(record);
                write_request(
                    &record.method,
                    &address.request_target(),
                    Some(address.authority),
                    &without_credentials(&record.headers),
                    &record.body,
                    out,
                );
            }
            ExportFormat::Curl => {
                if !is_first {
                    out.push(b'\n');
                }
                write_curl(record, out);
            }
        }
    }

    /// Appends what stands after the last record. To be called once.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        match self.format {
            ExportFormat::Har => har::write_end(out),
            ExportFormat::Json if self.written == 0 => out.extend_from_slice(b"]\n"),
            ExportFormat::Json => out.extend_from_slice(b"\n]\n"),
            ExportFormat::Http | ExportFormat::Curl | ExportFormat::Ndjson => {}
        }
    }
}

pub(crate) fn export<'a>(
    format: ExportFormat,
    records: impl IntoIterator<Item = &'a Record>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut exporter = Exporter::new(format);
    exporter.begin(&mut out);
    for record in records {
        exporter.record(record, &mut out);
    }
    exporter.end(&mut out);
    out
}

pub(crate) fn without_credentials(headers: &Headers) -> Cow<'_, Headers> {
    if !headers.iter().any(|header| is_credential(header.name)) {
        return Cow::Borrowed(headers);
    }
    let lines = headers.iter().map(|header| {
        if is_credential(header.name) {
            HeaderLine::new(header.name, REDACTED.as_bytes())
        } else {
            header
        }
    });
    Cow::Owned(lines.collect())
}
