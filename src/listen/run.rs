//! One run of `listen`, from the free port to the exit code.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::expectations::{Expectations, Known};
use super::forwarding::Forwarder;
use super::hosts::Hosts;
use super::receiver::{Parts, Receiver};
use super::recording::Recorder;
use super::rendering::Rendering;
use super::settings::{Forwarding, Settings};
use crate::app::AppContext;
use crate::config::secrets;
use crate::context::clock::Clock;
use crate::context::signals::Signals;
use crate::error::{Error, Result, describe_io};
use crate::exit::ExitCode;
use crate::http::client::Endpoint;
use crate::http::server;
use crate::lettermint::{Tolerance, Verifier};
use crate::listen::causes::BriefCauses;
use crate::listen::child_command as companion;
use crate::listen::child_command::{Companion, Signal};
use crate::listen::display::Screen;
use crate::listen::display_line::Notices;
use crate::listen::faults::Misbehaviour;
use crate::listen::output::ready::Listening;
use crate::listen::ready_file::ReadyFile;
use crate::store::Store;
use crate::terminal::duration;
use crate::terminal::{Format, Stream};

/// How long a command may take to end after it was told to.
const COMMAND_GRACE: Duration = Duration::from_secs(5);

/// Runs until the verdict is known, the time is up, the command has ended, or somebody
/// interrupts.
///
/// # Errors
/// A port, handler, command or file that cannot be had; stdout gone.
pub(crate) fn run(app: &AppContext, settings: Settings) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::cannot_run(format!("cannot start the runtime: {error}")))?;
    let result = runtime.block_on(Run::start_and_finish(app, settings));
    // Whatever is still in flight after the drain is not waited for.
    runtime.shutdown_background();
    result
}

/// How a run came to its end.
enum End {
    /// As far as the expectations go.
    Known(Known),
    /// By Ctrl+C or SIGTERM.
    Interrupted(Signal),
    /// Because nobody can be shown anything any more.
    ScreenGone,
}

/// A run that is going on.
struct Run<'a> {
    app: &'a AppContext,
    stream: Stream,
    receiver: Arc<Receiver>,
    notices: Notices,
    screen: oneshot::Receiver<Result<()>>,
    signals: Signals,
    companion: Option<Companion>,
    timeout: Option<Duration>,
    asserts: bool,
}

impl<'a> Run<'a> {
    async fn start_and_finish(app: &'a AppContext, mut settings: Settings) -> Result<ExitCode> {
        let signals = Signals::new();
        let listener = bind(settings.host, settings.port)?;
        let local = listener.local_addr().map_err(|error| {
            Error::cannot_run(format!("cannot listen ({})", describe_io(&error)))
        })?;
        if settings.secrets.is_empty() && !settings.command.is_empty() {
            settings.secrets.push(secrets::fresh()?);
        }
        let forward = match settings.forward.take() {
            Some(forwarding) => Some(forwarder(forwarding).await?),
            None => None,
        };
        let stream = match app.terminal.format() {
            // The command's output is then the data of this run.
            Format::Text if !settings.command.is_empty() => Stream::Stderr,
            _ => Stream::Stdout,
        };
        let url = format!("http://{}", reachable(local));
        let listening = listening(app, &settings, &url, forward.as_ref().map(|(f, _)| f));
        let lossy = app.terminal.format() == Format::Text && app.terminal.is_terminal(stream);
        let rendering = Arc::new(Rendering {
            terminal: app.terminal.clone(),
            stream,
            detail: settings.detail,
            view: settings.view,
            zone: app.zone(Clock::System),
        });
        let (notices, waiting) = Notices::new(Some(Arc::clone(&rendering)), lossy);
        let asserts = !settings.demands.is_empty();
        let (forwarder, reject_invalid) = forward.map_or((None, false), |(f, r)| (Some(f), r));
        let verifier = Verifier::new(
            settings.secrets.iter().map(|named| &named.secret),
            Tolerance::default(),
        );
        let receiver = Arc::new(Receiver::new(Parts {
            forwarder,
            reject_invalid,
            misbehaviour: Misbehaviour::new(settings.faults, app.random(settings.seed)),
            expectations: asserts.then(|| Expectations::new(settings.demands)),
            ..Parts::plain(
                verifier,
                &settings.secrets,
                Recorder::new(settings.store, settings.sync),
                Hosts::new(local.ip(), settings.allowed_hosts),
                notices.clone(),
            )
        }));
        let (stop, stopped) = watch::channel(false);
        let serving = server::serve(listener, settings.limits, Arc::clone(&receiver), stopped);
        let serving = tokio::spawn(serving);

        app.terminal.tell(&listening);
        if app.terminal.format() == Format::Json {
            app.terminal.emit(&listening)?;
        }
        let screen = Screen {
            rendering,
            causes: BriefCauses::new(settings.secrets.clone()),
        };
        let (shown, screen_end) = oneshot::channel();
        let runtime = Handle::current();
        std::thread::spawn(move || {
            // Nobody waits for it after a second Ctrl+C.
            let _ = shown.send(screen.run(&waiting, &runtime));
        });
        let ready_file = settings
            .ready_file
            .map(|path| ReadyFile::write(&app.context.folder.join(path), &format!("{url}\n")))
            .transpose()?;
        let companion = if settings.command.is_empty() {
            None
        } else {
            let variables = [
                ("LETTERMINT_HOOK_URL", url.into()),
                ("LETTERMINT_HOOK_PORT", local.port().to_string().into()),
                (secrets::VARIABLE, secret_variable(&settings.secrets[0])?),
            ];
            let ours = app.terminal.format() == Format::Json;
            Some(Companion::start(
                &app.context,
                &settings.command,
                &variables,
                ours,
            )?)
        };
        let mut run = Self {
            app,
            stream,
            receiver,
            notices,
            screen: screen_end,
            signals,
            companion,
            timeout: settings.timeout,
            asserts,
        };
        let end = run.watch().await;
        drop(ready_file);
        // Nobody waits for this value but the server, which may be gone already.
        let _ = stop.send(true);
        let junit = settings.junit.map(|path| app.context.folder.join(path));
        match end {
            Ok(end) => run.finish(end, serving, junit.as_deref()).await,
            Err(error) => {
                // The command must not be left behind.
                run.finish(End::ScreenGone, serving, None).await?;
                Err(error)
            }
        }
    }

    /// Waits for what ends the run.
    async fn watch(&mut self) -> Result<End> {
        let mut known = self.receiver.known();
        // Deliveries may have come since the listener said that it is ready.
        known.mark_changed();
        let timeout = self.timeout;
        let time_is_up = async {
            match timeout {
                Some(timeout) => tokio::time::sleep(timeout).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(time_is_up);
        loop {
            tokio::select! {
                signal = self.signals.next() => return Ok(End::Interrupted(signal)),
                result = &mut self.screen => {
                    // It ends by itself only when it cannot write.
                    result.unwrap_or(Ok(()))?;
                    return Ok(End::ScreenGone);
                }
                Ok(()) = known.changed() => {
                    let now = known.borrow_and_update().clone();
                    match now {
                        Known::Nothing => {}
                        // The command has still to end well.
                        Known::Met if self.companion.is_some() => {}
                        now => return Ok(End::Known(now)),
                    }
                }
                status = wait(&mut self.companion) => {
                    let status = status?;
                    self.companion = None;
                    if !status.success() {
                        return Ok(End::Known(Known::Missed(companion::describe(status))));
                    }
                    let now = match self.receiver.expectations() {
                        None => Known::Met,
                        // What it set going may still arrive, for as long as was given.
                        Some(expectations) if timeout.is_some() => expectations.known(),
                        Some(expectations) => expectations.known_at_end("the command has ended"),
                    };
                    if now != Known::Nothing {
                        return Ok(End::Known(now));
                    }
                }
                () = &mut time_is_up => {
                    let why = format!("the time is up after {}", duration::measured(timeout.unwrap_or_default()));
                    if self.companion.is_some() {
                        return Ok(End::Known(Known::Missed(format!("{why}, the command still runs"))));
                    }
                    let now = match self.receiver.expectations() {
                        None => Known::Met,
                        Some(expectations) => expectations.known_at_end(&why),
                    };
                    return Ok(End::Known(now));
                }
            }
        }
    }

    /// Lets what is in flight finish, shows the rest, and reports.
    async fn finish(
        mut self,
        end: End,
        serving: JoinHandle<()>,
        junit: Option<&std::path::Path>,
    ) -> Result<ExitCode> {
        let signal = match &end {
            End::Interrupted(signal) => *signal,
            _ => Signal::Terminate,
        };
        if let Some(companion) = &mut self.companion {
            companion.signal(signal);
        }
        let interrupted = matches!(end, End::Interrupted(_));
        let rest = async {
            let _ = serving.await;
            if interrupted {
                // It was asked to end and takes the time it takes.
                let _ = wait_if_any(&mut self.companion).await;
            } else if tokio::time::timeout(COMMAND_GRACE, wait_if_any(&mut self.companion))
                .await
                .is_err()
                && let Some(companion) = &mut self.companion
            {
                companion.signal(Signal::Kill);
            }
            if matches!(end, End::ScreenGone) {
                return Ok(());
            }
            self.notices.end();
            (&mut self.screen).await.unwrap_or(Ok(()))
        };
        let shown = tokio::select! {
            shown = rest => shown,
            _ = self.signals.next() => return Ok(ExitCode::Interrupted),
        };
        shown?;
        let known = match (&end, self.receiver.expectations()) {
            (End::Known(known), _) => known.clone(),
            (_, Some(expectations)) => expectations.known_at_end("interrupted"),
            (_, None) => Known::Nothing,
        };
        self.report(&known, junit)?;
        self.app
            .terminal
            .emit_to(self.stream, &self.receiver.summary())?;
        Ok(match (end, known) {
            (End::Interrupted(_), _) => ExitCode::Interrupted,
            (_, Known::Missed(_)) => ExitCode::Negative,
            (_, Known::Met | Known::Nothing) => ExitCode::Success,
        })
    }

    fn report(&self, known: &Known, junit: Option<&std::path::Path>) -> Result<()> {
        let expectations = self.receiver.expectations();
        if !self.asserts && !matches!(known, Known::Missed(_)) && junit.is_none() {
            return Ok(());
        }
        let expectations = expectations.unwrap_or_else(|| Expectations::new(Default::default()));
        let expected = expectations.report(known);
        if let Some(path) = junit {
            std::fs::write(path, expected.junit())
                .map_err(|error| Error::file("write --junit", path, &error))?;
        }
        self.app.terminal.emit_to(self.stream, &expected)
    }
}

async fn wait(companion: &mut Option<Companion>) -> Result<std::process::ExitStatus> {
    match companion {
        Some(companion) => companion.wait().await,
        None => std::future::pending().await,
    }
}

async fn wait_if_any(companion: &mut Option<Companion>) -> Option<std::process::ExitStatus> {
    companion.as_mut()?.wait().await.ok()
}

async fn forwarder(forwarding: Forwarding) -> Result<(Forwarder, bool)> {
    let Forwarding {
        target,
        client,
        resign,
        reject_invalid,
    } = forwarding;
    let endpoint = Endpoint::resolve(target, client.allow_remote).await?;
    Ok((Forwarder::new(endpoint, client, resign)?, reject_invalid))
}

fn secret_variable(named: &crate::lettermint::NamedSecret) -> Result<OsString> {
    let bytes = named.secret.expose();
    #[cfg(unix)]
    {
        Ok(std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec()))
    }
    #[cfg(not(unix))]
    {
        String::from_utf8(bytes.to_vec())
            .map(OsString::from)
            .map_err(|_| Error::usage("a secret that is no text cannot be handed to a command"))
    }
}

fn listening(
    app: &AppContext,
    settings: &Settings,
    url: &str,
    forwarder: Option<&Forwarder>,
) -> Listening {
    let mut command: Vec<String> = Vec::new();
    command.extend(
        settings
            .command
            .iter()
            .map(|word| word.display().to_string()),
    );
    Listening {
        url: url.to_owned(),
        secrets: settings
            .secrets
            .iter()
            .map(|named| named.source.clone())
            .collect(),
        store: settings.store.as_ref().map(Store::path).map(|path| {
            let short = path.strip_prefix(&app.context.folder).unwrap_or(path);
            short.display().to_string()
        }),
        forward: forwarder.map(|forwarder| forwarder.url().to_owned()),
        faults: settings.faults.describe(),
        command: (!command.is_empty()).then(|| command.join(" ")),
        width: app.terminal.width(Stream::Stderr),
    }
}

/// The address that a client on this machine connects to.
fn reachable(local: SocketAddr) -> SocketAddr {
    let address = match local.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(address, local.port())
}

fn bind(host: IpAddr, port: u16) -> Result<TcpListener> {
    server::bind(SocketAddr::new(host, port)).map_err(|error| {
        let failed = Error::cannot_run(format!(
            "cannot listen ({}): {host}:{port}",
            describe_io(&error)
        ));
        match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                failed.hint("`--port 0` takes any free port, `--port N` another one")
            }
            std::io::ErrorKind::PermissionDenied => {
                failed.hint("ports below 1024 need privileges: `--port 3000`")
            }
            _ => failed.hint("`--host` must be an address of this machine"),
        }
    })
}
