//! One run of the program: the captured world plus what the global options decided.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::adapter::clock::{Clock, TimeArg};
use crate::adapter::context::Context;
use crate::adapter::secrets::{self, SecretSources};
use crate::adapter::store::{self, Store};
use crate::adapter::terminal::Terminal;
use crate::error::{Error, Result};
use crate::event::Random;
use crate::protocol::NamedSecret;

/// Which store the options chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// The one in the working folder.
    Default,
    /// Another file.
    File(PathBuf),
    /// None.
    Off,
}

/// What every command works with.
#[derive(Debug)]
pub struct Session {
    /// The captured world.
    pub context: Context,
    /// Where to write.
    pub terminal: Terminal,
}

impl Session {
    /// The clock, fixed by `--now`.
    #[must_use]
    pub fn clock(&self, now: Option<TimeArg>) -> Clock {
        now.map_or(Clock::System, |now| {
            Clock::Fixed(now.resolve(Clock::System))
        })
    }

    /// The generator, seeded by `--seed` or by the operating system.
    #[must_use]
    pub fn random(&self, seed: Option<u64>) -> Random {
        Random::seeded(seed.unwrap_or_else(|| self.context.entropy()))
    }

    /// The user's time zone; UTC under a fixed clock, so that output is the same everywhere.
    #[must_use]
    pub fn zone(&self, clock: Clock) -> TimeZone {
        match clock {
            Clock::System => self.context.time_zone(),
            Clock::Fixed(_) => TimeZone::UTC,
        }
    }

    /// All secrets there are, each with a warning for what looks like a mistake.
    ///
    /// # Errors
    /// See [`secrets::find`].
    pub fn secrets(&self, sources: &SecretSources) -> Result<Vec<NamedSecret>> {
        let found = secrets::find(&self.context, sources)?;
        for NamedSecret { source, secret } in &found {
            for lint in secret.lints() {
                self.terminal
                    .warning(&format!("the secret {}: {source}", lint.message()));
            }
        }
        Ok(found)
    }

    /// The secret to sign with: the first.
    ///
    /// # Errors
    /// None was found, exit 2, or see [`secrets::find`].
    pub fn signing_secret(&self, sources: &SecretSources) -> Result<NamedSecret> {
        self.secrets(sources)?
            .into_iter()
            .next()
            .ok_or_else(secrets::missing)
    }

    /// The path of the store, if any.
    #[must_use]
    pub fn store_path(&self, choice: &StoreChoice) -> Option<PathBuf> {
        match choice {
            StoreChoice::Default => Some(self.context.folder.join(store::DEFAULT_PATH)),
            StoreChoice::File(path) => Some(self.context.folder.join(path)),
            StoreChoice::Off => None,
        }
    }

    /// Opens the store to append to, if any.
    ///
    /// # Errors
    /// See [`Store::open`].
    pub fn open_store(&self, choice: &StoreChoice) -> Result<Option<Store>> {
        self.store_path(choice)
            .as_deref()
            .map(Store::open)
            .transpose()
    }

    /// Reads a file that the user named, or stdin for `-`.
    ///
    /// # Errors
    /// What the file system says, exit 3.
    pub fn read_input(&self, path: &std::path::Path) -> Result<Vec<u8>> {
        use std::io::Read as _;
        if path == std::path::Path::new("-") {
            let mut bytes = Vec::new();
            return match std::io::stdin().read_to_end(&mut bytes) {
                Ok(_) => Ok(bytes),
                Err(error) => Err(Error::file("read", path, &error)),
            };
        }
        std::fs::read(self.context.folder.join(path))
            .map_err(|error| Error::file("read", path, &error))
    }

    /// Runs a future on a runtime of one thread.
    ///
    /// # Errors
    /// The system gives no runtime, exit 3; or what the future ends with.
    pub fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::cannot_run(format!("cannot start the runtime: {error}")))?
            .block_on(work)
    }
}
