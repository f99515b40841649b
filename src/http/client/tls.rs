//! `https://` over reqwest: no redirects, no proxies, no decompression.

use std::fs;

use super::{CONNECT_TIMEOUT, ClientOptions, Endpoint, Keep};
use crate::delivery::reply::{BODY_KEPT, Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::{Error, Result};
use crate::lettermint::{HeaderLine, Headers};

/// A client that speaks TLS to one endpoint.
#[derive(Debug)]
pub(crate) struct TlsClient(reqwest::Client);

impl TlsClient {
    pub(crate) fn new(endpoint: &Endpoint, options: &ClientOptions) -> Result<Self> {
        // Fails only when a provider is installed already, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .http1_only()
            .http1_title_case_headers()
            .connect_timeout(CONNECT_TIMEOUT)
            .tls_danger_accept_invalid_certs(options.insecure);
        // What was checked against the loopback rule is what is connected to.
        if !endpoint.addresses().is_empty() {
            builder = builder.resolve_to_addrs(&endpoint.target().host(), endpoint.addresses());
        }
        if let Some(path) = &options.cacert {
            let pem = fs::read(path).map_err(|error| Error::file("read --cacert", path, &error))?;
            let certificates = reqwest::Certificate::from_pem_bundle(&pem)
                .ok()
                .filter(|certificates| !certificates.is_empty())
                .ok_or_else(|| {
                    Error::cannot_run(format!(
                        "--cacert holds no PEM certificate: {}",
                        path.display()
                    ))
                })?;
            builder = builder.tls_certs_merge(certificates);
        }
        builder
            .build()
            .map(Self)
            .map_err(|error| Error::cannot_run(format!("cannot set up TLS: {}", chain(&error))))
    }

    pub(crate) async fn send(
        &self,
        endpoint: &Endpoint,
        outgoing: &Outgoing,
        keep: Keep,
    ) -> Result<Reply, Failure> {
        let mut headers = reqwest::header::HeaderMap::new();
        for HeaderLine { name, value } in &outgoing.headers {
            let name = reqwest::header::HeaderName::from_bytes(name.as_bytes());
            let value = reqwest::header::HeaderValue::from_bytes(value);
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.append(name, value);
            }
        }
        let mut response = self
            .0
            .post(endpoint.target().as_str())
            .headers(headers)
            .body(outgoing.body.clone())
            .send()
            .await
            .map_err(|error| failure(&error))?;
        let mut reply = Reply {
            status: Some(response.status().as_u16()),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| HeaderLine::new(name.as_str(), value.as_bytes()))
                .collect::<Headers>(),
            ..Reply::default()
        };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            let limit = if keep == Keep::Whole {
                WHOLE_LIMIT
            } else {
                BODY_KEPT
            };
            let room = limit.saturating_sub(body.len());
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                reply.truncated = true;
                break;
            }
        }
        reply.body = body.into();
        Ok(reply)
    }
}

/// Bytes of an answer that is handed on, at most.
const WHOLE_LIMIT: usize = 16 * 1024 * 1024;

fn failure(error: &reqwest::Error) -> Failure {
    let detail = chain(error);
    let lower = detail.to_lowercase();
    let kind = if error.is_timeout() {
        FailureKind::TimedOut
    } else if is_tls(error) {
        FailureKind::Tls
    } else if lower.contains("refused") {
        FailureKind::Refused
    } else if lower.contains("dns") {
        FailureKind::Unresolved
    } else if error.is_connect() {
        FailureKind::Other
    } else {
        FailureKind::Closed
    };
    Failure::new(kind, detail)
}

/// Whether TLS is what failed. rustls's errors travel inside of I/O errors, which do not name
/// what they carry as their source.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let carried = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || carried.is_some_and(|inner| is_tls(inner))
        || error.source().is_some_and(is_tls)
}

/// The last cause says what happened; the outer ones only that something did.
fn chain(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
