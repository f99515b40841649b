//! One run of the program: the captured environment plus what the global options decided.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::tz::TimeZone;

use crate::config::Webhook;
use crate::config::secrets::{self, SecretSources};
use crate::config::source::{self as config, Config};
use crate::context::Context;
use crate::context::clock::Clock;
use crate::context::signals;
use crate::error::{Error, Result};
use crate::lettermint::{NamedSecret, Random};
use crate::terminal::Terminal;
use crate::terminal::prompt::Prompt;

/// What every command works with.
#[derive(Debug)]
pub(crate) struct AppContext {
    pub(crate) context: Context,
    /// The command line, the program's name included.
    pub(crate) arguments: Vec<OsString>,
    pub(crate) terminal: Terminal,
    /// The config file that `--config` names.
    pub(crate) named_config: Option<PathBuf>,
    /// The config file's content, read when it is first needed.
    pub(crate) config: OnceLock<Option<Config>>,
    pub(crate) prompt: Prompt,
}

impl AppContext {
    /// The generator, seeded by `--seed` or by the operating system.
    pub(crate) fn random(&self, seed: Option<u64>) -> Random {
        Random::seeded(seed.unwrap_or_else(|| self.context.entropy()))
    }

    /// The user's time zone; UTC under a fixed clock, so that output is the same everywhere.
    pub(crate) fn zone(&self, clock: Clock) -> TimeZone {
        clock.zone()
    }

    pub(crate) fn config_path(&self) -> Option<PathBuf> {
        config::locate(&self.context, self.named_config.as_deref())
    }

    /// Where the store and `.env` are: beside the config file when there is one, also for a
    /// command that is started further down.
    pub(crate) fn directory(&self) -> PathBuf {
        let config = self.config_path();
        let beside = config.as_deref().and_then(Path::parent);
        beside.unwrap_or(&self.context.directory).to_owned()
    }

    /// The config file's content, if there is a file. What is doubtful in it is said once.
    pub(crate) fn config(&self) -> Result<Option<&Config>> {
        if let Some(loaded) = self.config.get() {
            return Ok(loaded.as_ref());
        }
        let path = self.config_path();
        let config = path.map(|path| config::load(&self.context, &path));
        let config = config.transpose()?;
        for warning in config.iter().flat_map(|config| &config.warnings) {
            self.terminal.warning(warning);
        }
        Ok(self.config.get_or_init(|| config).as_ref())
    }

    /// The webhooks of the config file, none without one.
    fn webhooks(&self) -> Result<&[Webhook]> {
        Ok(self.config()?.map_or(&[], |config| &config.webhooks))
    }

    pub(crate) fn webhook(&self, name: &str) -> Result<&Webhook> {
        self.config()?.ok_or_else(config::missing)?.webhook(name)
    }

    /// All secrets there are: those of the options, the environment or `.env`, else those of the
    /// config file's webhooks as far as they can be had. An error when none of those can: to go on
    /// without a secret would mean to accept every delivery.
    pub(crate) fn find_secrets(&self, sources: &SecretSources) -> Result<Vec<NamedSecret>> {
        let mut found = self.find_given(sources)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let mut failed = Vec::new();
        for webhook in self.webhooks()? {
            let Some(place) = &webhook.secret else {
                continue;
            };
            match secrets::of_webhook(&self.context, &webhook.name, place) {
                Ok(named) => {
                    self.terminal.mask().hide(named.secret.expose());
                    found.push(named);
                }
                Err(error) => failed.push(error),
            }
        }
        if found.is_empty() && !failed.is_empty() {
            return Err(failed.swap_remove(0));
        }
        // Another webhook's may be the one that matches.
        for error in failed {
            self.terminal.warning(&error.to_string());
        }
        Ok(found)
    }

    /// The same, each with a warning for what looks like a mistake.
    pub(crate) fn secrets(&self, sources: &SecretSources) -> Result<Vec<NamedSecret>> {
        let found = self.find_secrets(sources)?;
        for named in &found {
            self.warn_of(named);
        }
        Ok(found)
    }

    fn warn_of(&self, named: &NamedSecret) {
        for problem in named.problems() {
            let warning = format!("{problem}: {}", named.source);
            self.terminal.warning(&warning);
        }
    }

    /// The secret to sign with: the first of the options, the environment or `.env`, else that of
    /// the config file's only enabled webhook.
    pub(crate) fn signing_secret(&self, sources: &SecretSources) -> Result<NamedSecret> {
        if let Some(named) = self.given_secret(sources)? {
            return Ok(named);
        }
        let mut able =
            (self.webhooks()?.iter()).filter(|webhook| webhook.enabled && webhook.secret.is_some());
        match (able.next(), able.next()) {
            (Some(only), None) => self.own_secret(only),
            (None, _) => Err(secrets::missing()),
            (Some(first), Some(second)) => Err(Error::usage(format!(
                "several webhooks in the config file have a secret: {}, {}",
                first.name, second.name
            ))
            .hint("say which with `--webhook NAME`, `--secret-env NAME` or `--secret-file PATH`")),
        }
    }

    /// The secrets to sign with for webhooks of the config file, one each: the first of the
    /// options for all of them, else each webhook's own, else that of the environment or `.env`.
    ///
    /// A webhook's own secret goes before the shared variable: in production every webhook has
    /// one of its own, and signing all of them alike would be refused by all but one.
    pub(crate) fn webhook_secrets(
        &self,
        sources: &SecretSources,
        webhooks: &[&Webhook],
    ) -> Result<Vec<NamedSecret>> {
        if !sources.is_empty()
            && let Some(named) = self.given_secret(sources)?
        {
            return Ok(vec![named; webhooks.len()]);
        }
        let shared = match webhooks.iter().all(|webhook| webhook.secret.is_some()) {
            true => None,
            false => self.given_secret(sources)?,
        };
        webhooks
            .iter()
            .map(|webhook| match (&webhook.secret, &shared) {
                (None, Some(shared)) => Ok(shared.clone()),
                _ => self.own_secret(webhook),
            })
            .collect()
    }

    fn own_secret(&self, webhook: &Webhook) -> Result<NamedSecret> {
        let place = webhook.secret.as_ref().ok_or_else(|| {
            Error::usage(format!("no secret for the webhook: {}", webhook.name))
                .hint("name where it is with `secret_env = \"VARIABLE\"` in the config file")
        })?;
        let named = secrets::of_webhook(&self.context, &webhook.name, place)?;
        self.terminal.mask().hide(named.secret.expose());
        self.warn_of(&named);
        Ok(named)
    }

    fn find_given(&self, sources: &SecretSources) -> Result<Vec<NamedSecret>> {
        let found = secrets::find(&self.context, &self.directory(), sources)?;
        for named in &found {
            self.terminal.mask().hide(named.secret.expose());
        }
        Ok(found)
    }

    /// The first secret that is not the config file's.
    fn given_secret(&self, sources: &SecretSources) -> Result<Option<NamedSecret>> {
        let first = self.find_given(sources)?.into_iter().next();
        if let Some(named) = &first {
            self.warn_of(named);
        }
        Ok(first)
    }

    /// Reads a file that the user named, or stdin for `-`.
    pub(crate) fn read_input(&self, path: &Path) -> Result<Vec<u8>> {
        (self.context.read(path)).map_err(|error| Error::file("read", path, &error))
    }

    /// Runs a future on a runtime of one thread. Ctrl+C ends it, unless it waits for that itself.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::cannot_run(format!("cannot start the runtime: {error}")))?
            .block_on(async {
                tokio::select! {
                    result = work => result,
                    () = signals::unhandled_ctrl_c() => Err(Error::interrupted()),
                }
            })
    }
}
