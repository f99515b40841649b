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
pub struct Settings {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port, 0 for any free one.
    pub port: u16,
    /// Limits against slow and greedy clients.
    pub limits: ServerLimits,
    /// Globs of names that `Host` may carry besides loopback ones.
    pub allowed_hosts: Vec<String>,
    /// What signatures are tried with.
    pub secrets: Vec<NamedSecret>,
    /// What deliveries are recorded in, if anything.
    pub store: Option<Store>,
    /// Whether a delivery is on disk before it is answered.
    pub sync: bool,
    /// How much of a delivery is shown.
    pub detail: Detail,
    /// Which deliveries are shown.
    pub view: View,
    /// Where they are handed on to, if anywhere.
    pub forward: Option<Forwarding>,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// What the dice start from.
    pub seed: Option<u64>,
    /// What is to come.
    pub demands: Demands,
    /// How long the run may take.
    pub timeout: Option<Duration>,
    /// The JUnit report, if any.
    pub junit: Option<PathBuf>,
    /// The file that says where the listener is, if any.
    pub ready_file: Option<PathBuf>,
    /// The command that runs beside it; empty for none.
    pub command: Vec<OsString>,
}

/// How deliveries are handed on.
#[derive(Debug)]
pub struct Forwarding {
    /// The handler.
    pub target: Target,
    /// How it is reached.
    pub client: ClientOptions,
    /// Signs anew, if asked.
    pub resign: Option<SigningKey>,
    /// Whether what does not verify is answered 401 instead.
    pub reject_invalid: bool,
}
