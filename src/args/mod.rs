//! Options that several commands share.

pub(crate) mod print_args;
pub(crate) mod recorded;
pub(crate) mod time;
pub(crate) mod values;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::app::AppContext;
use crate::args::time::TimeArg;
use crate::args::values::{
    parse_count, parse_duration, parse_rate, parse_ratio, parse_set, parse_target, parse_unset,
};
use crate::config::secrets::SecretSources;
use crate::context::clock::Clock;
use crate::delivery::Target;
use crate::error::Result;
use crate::http::client::ClientOptions;
use crate::lettermint::retry_schedule;
use crate::lettermint::{Edit, catalogue};
use crate::sending::bulk::BulkPlan;
use crate::sending::retry::RetryPolicy;
use crate::store;
use crate::store::Store;

/// Where deliveries go unless told otherwise: the endpoint of Lettermint's own examples.
pub(crate) const DEFAULT_ENDPOINT: &str = "http://localhost:3000/webhooks/lettermint";

#[derive(Debug, Args)]
#[command(next_help_heading = "Secret")]
pub(crate) struct SecretArgs {
    /// Read the secret from a file, `-` for stdin
    ///
    /// One trailing newline is dropped; everything else is part of the key.
    #[arg(long, value_name = "PATH")]
    pub(crate) secret_file: Vec<PathBuf>,
    /// Read the secret from this environment variable
    ///
    /// Without any of these options it is LETTERMINT_WEBHOOK_SECRET, else that variable in the
    /// file .env beside the config file or in the working directory, else what the config file's
    /// webhooks name.
    #[arg(long, value_name = "NAME")]
    pub(crate) secret_env: Vec<String>,
    /// The secret itself; other users of this machine can see it in the process list
    #[arg(long, value_name = "VALUE", hide_env_values = true)]
    pub(crate) secret: Vec<String>,
}

impl SecretArgs {
    pub(crate) fn sources(&self) -> SecretSources {
        SecretSources {
            files: self.secret_file.clone(),
            variables: self.secret_env.clone(),
            values: self.secret.clone(),
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreArgs {
    /// The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]
    #[arg(long, value_name = "PATH")]
    pub(crate) store: Option<PathBuf>,
    /// Record nothing
    #[arg(long, conflicts_with = "store")]
    pub(crate) no_store: bool,
}

impl StoreArgs {
    /// The store's path, if there is to be one.
    pub(crate) fn path(&self, app: &AppContext) -> Option<PathBuf> {
        (!self.no_store).then(|| store_path(app, self.store.as_deref()))
    }

    /// Opens the store to append to, if there is to be one.
    pub(crate) fn open(&self, app: &AppContext) -> Result<Option<Store>> {
        let path = self.path(app);
        path.map(|path| store::open(app, &path)).transpose()
    }
}

/// The file that `--store` names, else the one beside the config file or in the working directory.
pub(crate) fn store_path(app: &AppContext, named: Option<&Path>) -> PathBuf {
    match named {
        Some(path) => app.context.directory.join(path),
        None => app.directory().join(store::DEFAULT_PATH),
    }
}

#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Reproducibility")]
pub(crate) struct NowArgs {
    /// Use this time instead of the clock
    ///
    /// RFC 3339 (2026-10-04T08:15:30Z), a date (2026-10-04, today, yesterday), unix seconds
    /// (1791101730), or a span back from now (42m, 1h30m, 3d).
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    pub(crate) now: Option<TimeArg>,
}

impl NowArgs {
    pub(crate) fn clock(self) -> Clock {
        self.now.map_or(Clock::System, |now| {
            Clock::Fixed(now.resolve(Clock::System))
        })
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Reproducibility")]
pub(crate) struct FixedArgs {
    #[command(flatten)]
    pub(crate) now: NowArgs,
    /// Draw ids from this seed: with --now, the same command makes the same bytes
    #[arg(long, value_name = "N", value_parser = parse_count::<u64>(0..))]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct EndpointArgs {
    /// The endpoint's URL [default: http://localhost:3000/webhooks/lettermint]
    #[arg(
        long,
        value_name = "URL",
        env = "LETTERMINT_HOOK_URL",
        hide_env_values = true
    )]
    pub(crate) to: Option<String>,
    /// Allow an endpoint that is not on this machine
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Time for a whole attempt
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub(crate) timeout: Duration,
    /// Wait so long for the endpoint to accept connections
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) wait: Option<Duration>,
    /// Also trust the certificates of this PEM file
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Accept any certificate
    #[arg(long)]
    pub(crate) insecure: bool,
}

impl EndpointArgs {
    pub(crate) fn named_target(&self) -> Result<Option<Target>> {
        self.to.as_ref().map(|_| self.target()).transpose()
    }

    pub(crate) fn target(&self) -> Result<Target> {
        let url = self.to.as_deref().unwrap_or(DEFAULT_ENDPOINT);
        parse_target("--to", url)
    }

    pub(crate) fn client_options(&self) -> ClientOptions {
        ClientOptions {
            timeout: self.timeout,
            allow_remote: self.allow_remote,
            cacert: self.cacert.clone(),
            insecure: self.insecure,
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Retry")]
pub(crate) struct RetryArgs {
    /// Retry failed deliveries on Lettermint's schedule
    ///
    /// Same id and bytes, a new signature, the next attempt number, after 1, 2, 5, 10, 10, 15, 30
    /// minutes, 1, 2, 4, 6, 10 hours (`lettermint-hook retries` shows the table). Anything but a
    /// 2xx within --timeout is a failure: other statuses, redirects, no connection.
    #[arg(long)]
    pub(crate) retry: bool,
    /// Attempts before a delivery is given up
    ///
    /// Lettermint's documentation says 12 above a table of 13.
    #[arg(long, value_name = "N", requires = "retry", default_value_t = retry_schedule::MAX_ATTEMPTS,
          value_parser = parse_count::<u32>(1..=u64::from(retry_schedule::MAX_ATTEMPTS)))]
    pub(crate) max_attempts: u32,
}

impl RetryArgs {
    pub(crate) fn policy(&self, speed: Option<f64>) -> RetryPolicy {
        if self.retry {
            RetryPolicy {
                max_attempts: self.max_attempts,
                speed: speed.unwrap_or(1.0),
            }
        } else {
            RetryPolicy::NONE
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Bulk")]
pub(crate) struct BulkArgs {
    /// Number of deliveries
    #[arg(long, value_name = "N", value_parser = parse_count::<u64>(1..))]
    pub(crate) count: Option<u64>,
    /// Keep sending for this long
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) duration: Option<Duration>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Bulk")]
pub(crate) struct LoadArgs {
    /// Number of concurrent connections
    #[arg(long, short, value_name = "N", value_parser = parse_count::<u32>(1..=10_000))]
    pub(crate) concurrency: Option<u32>,
    /// Deliveries per second, such as 200/s or 30/m
    ///
    /// Deliveries are started on time whether or not earlier ones were answered, as far as
    /// --concurrency leaves a connection free. Latency is measured from the intended start, so
    /// that a slow answer shows in all that it delays.
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    pub(crate) rate: Option<f64>,
    /// Let this share of deliveries (0 to 1) repeat the one before, id and bytes
    #[arg(long, value_name = "RATIO", value_parser = parse_ratio)]
    pub(crate) duplicate: Option<f64>,
    /// Send in random order
    #[arg(long)]
    pub(crate) shuffle: bool,
}

impl BulkArgs {
    pub(crate) fn is_bulk(&self) -> bool {
        self.count.is_some() || self.duration.is_some() || self.load.is_bulk()
    }

    /// The plan, `count` attempts unless they say how many or how long.
    pub(crate) fn plan(&self, count: Option<u64>) -> BulkPlan {
        let count = self.count.or(count.filter(|_| self.duration.is_none()));
        BulkPlan {
            duration: self.duration,
            ..self.load.plan(count)
        }
    }
}

impl LoadArgs {
    pub(crate) fn is_bulk(&self) -> bool {
        let Self {
            concurrency,
            rate,
            duplicate,
            shuffle,
        } = self;
        *shuffle || concurrency.is_some() || rate.is_some() || duplicate.is_some()
    }

    pub(crate) fn plan(&self, count: Option<u64>) -> BulkPlan {
        BulkPlan {
            count,
            duration: None,
            concurrency: self.concurrency.unwrap_or(1) as usize,
            rate: self.rate,
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Payload")]
pub(crate) struct EditArgs {
    /// Set a field: PATH=TEXT or PATH:=JSON
    ///
    /// Paths are dotted, with `[n]` for elements: `data.recipient=me@example.com`,
    /// `data.tags[0].name=x`, `data.metadata["a.b"]=c`, `sandbox:=true`. A path that the event
    /// does not have is an error. Repeatable, applied in order.
    #[arg(long, value_name = "PATH=TEXT", value_parser = parse_set)]
    pub(crate) set: Vec<Edit>,
    /// Remove a field, after all --set
    #[arg(long, value_name = "PATH", value_parser = parse_unset)]
    pub(crate) unset: Vec<Edit>,
}

impl EditArgs {
    /// Says where a text was set that was most likely meant as JSON.
    pub(crate) fn warn(&self, app: &AppContext) {
        for misfit in self.set.iter().filter_map(Edit::misfit) {
            app.terminal.warning(&misfit);
        }
    }

    /// All edits in the order in which they apply.
    pub(crate) fn edits(&self) -> Vec<Edit> {
        self.set.iter().chain(&self.unset).cloned().collect()
    }
}

/// Takes any name, and offers the catalogue's to completion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventName;

impl TypedValueParser for EventName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(catalogue::names().map(PossibleValue::new)))
    }
}
