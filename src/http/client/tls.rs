//! TLS for deliveries: the system's certificates, those of `--cacert`, or any.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::ClientOptions;
use crate::context::read_at_most;
use crate::delivery::reply::{Failure, FailureKind};
use crate::error::{Error, Result, describe_io};

/// What makes TLS connections. A certificate file that cannot be used is an error, exit 3.
pub(super) fn connector(options: &ClientOptions) -> Result<TlsConnector> {
    let broken = |error: rustls::Error| Error::cannot_run(format!("cannot set up TLS: {error}"));
    let provider = Arc::new(ring::default_provider());
    let extra = match &options.cacert {
        Some(path) => certificates(path)?,
        None => Vec::new(),
    };
    let trusted = || Verifier::new_with_extra_roots(extra.clone(), Arc::clone(&provider));
    let verifier = match options.insecure {
        true => None,
        false => Some(trusted().map_err(broken)?),
    };
    let judge = Judge {
        verifier,
        algorithms: provider.signature_verification_algorithms,
        pinned: extra,
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(broken)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(judge))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let pem = fs::File::open(path)
        .and_then(|file| read_at_most(file, 1 << 24))
        .map_err(|error| Error::file("read --cacert", path, &error))?;
    CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| {
            Error::cannot_run(format!(
                "--cacert holds no PEM certificate: {}",
                path.display()
            ))
        })
}

pub(super) async fn handshake(
    connector: &TlsConnector,
    host: String,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Failure> {
    let name = ServerName::try_from(host)
        .map_err(|error| Failure::new(FailureKind::Tls, error.to_string()))?;
    connector
        .connect(name, stream)
        .await
        .map_err(|error| failure(&error))
}

/// rustls's errors travel inside of those of the system.
fn failure(error: &io::Error) -> Failure {
    match error.get_ref().filter(|inner| inner.is::<rustls::Error>()) {
        Some(inner) => {
            let words = inner.downcast_ref().map_or_else(String::new, words);
            Failure::new(FailureKind::Tls, words)
        }
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            Failure::new(FailureKind::Tls, "closed during the TLS handshake")
        }
        None => Failure::new(FailureKind::Closed, describe_io(error)),
    }
}

/// An error in the words of somebody who does not know TLS.
fn words(error: &rustls::Error) -> String {
    use rustls::Error::{AlertReceived, InvalidCertificate, InvalidMessage, PeerIncompatible};
    match error {
        InvalidMessage(_) => "no TLS on this port".to_owned(),
        AlertReceived(alert) => {
            format!("the server refused the TLS handshake: {}", apart(alert))
        }
        PeerIncompatible(why) => format!("no TLS in common with the server: {}", apart(why)),
        InvalidCertificate(error) => certificate_words(error),
        other => other.to_string(),
    }
}

fn certificate_words(error: &CertificateError) -> String {
    let day = |time: &UnixTime| {
        let time = i64::try_from(time.as_secs()).ok();
        let time = time.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        time.map_or_else(|| "an unknown time".to_owned(), |time| time.to_string())
    };
    match error {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by nobody that this machine trusts".to_owned()
        }
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate has expired at {}", day(not_after))
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is not valid before {}", day(not_before))
        }
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            let names: Vec<_> = presented.iter().map(|name| bare(name)).collect();
            let names = match names.is_empty() {
                true => "no host (a common name alone does not count)".to_owned(),
                false => names.join(", "),
            };
            format!(
                "its certificate is for {names}, not for {}",
                expected.to_str()
            )
        }
        CertificateError::Other(other) if other.0.to_string() == "CaUsedAsEndEntity" => {
            "its certificate is that of a CA, as `openssl req -x509` makes them".to_owned()
        }
        CertificateError::Other(other) => format!("its certificate is refused: {}", other.0),
        other => format!("its certificate is refused: {}", apart(other)),
    }
}

/// The name inside of `DnsName("localhost")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}

/// `HandshakeFailure` as words: `handshake failure`.
fn apart(name: &impl std::fmt::Debug) -> String {
    let mut out = String::new();
    for c in format!("{name:?}").chars() {
        if c.is_uppercase() && !out.is_empty() && !out.ends_with(|c: char| !c.is_lowercase()) {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Judges certificates: what the system trusts and what `--cacert` adds, or any. A certificate
/// that `--cacert` holds itself is trusted in its time even when it is marked as a CA's, which
/// `openssl req -x509` does without being asked, or names no host but as the common name; rules
/// forbid both for servers. A host that it does name has to be the right one.
#[derive(Debug)]
struct Judge {
    /// `None` with `--insecure`: any certificate is accepted, but its key must sign the handshake.
    verifier: Option<Verifier>,
    pinned: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(verifier) = &self.verifier else {
            return Ok(ServerCertVerified::assertion());
        };
        let judged = verifier.verify_server_cert(certificate, intermediates, name, ocsp, now);
        if !self.pinned.iter().any(|pinned| pinned == certificate) {
            return judged;
        }
        // Its time is judged before its kind, its signature and its names.
        let judged = match judged {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::Other(_) | CertificateError::UnknownIssuer,
            )) => verify_server_name(&ParsedCertificate::try_from(certificate)?, name),
            judged => judged.map(drop),
        };
        match judged {
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
                presented,
                ..
            })) if presented.is_empty() => {}
            judged => judged?,
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
