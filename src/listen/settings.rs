//! What a run of `listen` was asked to do.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::expectations::Demands;
use super::rendering::View;
use crate::delivery::Target;
use crate::http::client::ClientOptions;
use crate::http::server::ServerLimits;
use crate::lettermint::{NamedSecret, SigningKey};
use crate::listen::faults::Faults;
use crate::listen::output::received::Detail;
use crate::store::Store;

/// Everything that the options decide.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The address to listen on.
    pub(crate) host: IpAddr,
    /// The port, 0 for any free one.
    pub(crate) port: u16,
    /// Limits against slow and greedy clients.
    pub(crate) limits: ServerLimits,
    /// Globs of names that `Host` may carry besides loopback ones.
    pub(crate) allowed_hosts: Vec<String>,
    /// What signatures are tried with.
    pub(crate) secrets: Vec<NamedSecret>,
    /// What deliveries are recorded in, if anything.
    pub(crate) store: Option<Store>,
    /// Whether a delivery is on disk before it is answered.
    pub(crate) sync: bool,
    /// How much of a delivery is shown.
    pub(crate) detail: Detail,
    /// Which deliveries are shown.
    pub(crate) view: View,
    /// Where they are handed on to, if anywhere.
    pub(crate) forward: Option<Forwarding>,
    /// What goes wrong on purpose.
    pub(crate) faults: Faults,
    /// What the dice start from.
    pub(crate) seed: Option<u64>,
    /// What is to come.
    pub(crate) demands: Demands,
    /// How long the run may take.
    pub(crate) timeout: Option<Duration>,
    /// The JUnit report, if any.
    pub(crate) junit: Option<PathBuf>,
    /// The file that says where the listener is, if any.
    pub(crate) ready_file: Option<PathBuf>,
    /// The command that runs beside it; empty for none.
    pub(crate) command: Vec<OsString>,
}

/// How deliveries are handed on.
#[derive(Debug)]
pub(crate) struct Forwarding {
    /// The handler.
    pub(crate) target: Target,
    /// How it is reached.
    pub(crate) client: ClientOptions,
    /// Signs anew, if asked.
    pub(crate) resign: Option<SigningKey>,
    /// Whether what does not verify is answered 401 instead.
    pub(crate) reject_invalid: bool,
}
