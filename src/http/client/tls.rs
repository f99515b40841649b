//! TLS for deliveries: the system's certificates, those of `--cacert`, or any.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::ClientOptions;
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
    let verifier: Arc<dyn ServerCertVerifier> = match options.insecure {
        true => Arc::new(AnyCertificate(provider.signature_verification_algorithms)),
        false => {
            Arc::new(Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(broken)?)
        }
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(broken)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let pem = fs::read(path).map_err(|error| Error::file("read --cacert", path, &error))?;
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
        Some(inner) => Failure::new(FailureKind::Tls, inner.to_string()),
        None => Failure::new(FailureKind::Closed, describe_io(error)),
    }
}

/// `--insecure`: any certificate is accepted, but its key must sign the handshake.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
