//! The request that curl would send for an operation.

use super::super::http::Address;
use super::operation::Operation;
use super::shell::Command;
use crate::capture::captured::{Capture, Request};
use crate::lettermint::Headers;

impl Operation {
    pub(crate) fn capture(
        &self,
        url: usize,
        command: &Command,
        entry: usize,
    ) -> Result<Capture, String> {
        let url = self.urls.get(url).ok_or("expected a URL")?;
        let url = std::str::from_utf8(url).map_err(|_| "expected a URL in UTF-8")?;
        // Only what stands in front of the path is a scheme; a query may hold another URL.
        let start = url.split(['/', '?']).next().unwrap_or_default();
        let with_scheme = if start.ends_with(':') {
            url.to_owned()
        } else {
            format!("http://{url}")
        };
        let address = Address::of_url(&with_scheme)
            .ok_or_else(|| format!("expected an http:// or https:// URL: {url}"))?;
        let (body, query) = match &self.data {
            Some(data) if self.is_get => (Vec::new(), Some(String::from_utf8_lossy(data))),
            Some(data) => (data.clone(), None),
            None => (Vec::new(), None),
        };
        let mut target = match &self.target {
            Some(target) => String::from_utf8_lossy(target).into_owned(),
            None => address.request_target(),
        };
        if let Some(query) = query {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&query);
        }
        let method = match &self.method {
            Some(method) => String::from_utf8_lossy(method).into_owned(),
            None if self.is_head => "HEAD".to_owned(),
            None if self.is_upload => "PUT".to_owned(),
            None if self.is_get || self.data.is_none() => "GET".to_owned(),
            None => "POST".to_owned(),
        };
        let is_suppressed = |name: &str| {
            self.suppressed
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name))
        };
        let mut headers = Headers::new();
        if !self.headers.contains("host") && !is_suppressed("host") {
            headers.push("Host", address.authority);
        }
        for header in &self.headers {
            headers.push(header.name, header.value);
        }
        let request = Request {
            at: None,
            method,
            target,
            headers,
            body: body.into(),
        };
        let mut capture = Capture::of_request(request, command.line, entry);
        capture.notes.extend(self.notes.iter().cloned());
        if command.has_nul {
            let note = "it has a NUL, which bash drops: running the command sends something else";
            capture.notes.push(note.to_owned());
        }
        if command.has_high_byte && std::str::from_utf8(&capture.record.body).is_err() {
            capture.doubt(
                "the body is not UTF-8; Firefox copies é as \\xe9, which is that one byte in bash",
            );
        }
        Ok(capture)
    }
}
