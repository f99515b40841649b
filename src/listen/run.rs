//! One run of `listen`, from the free port to the exit code.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempPath;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::args::{AssertArgs, ListenArgs};
use super::causes::BriefCauses;
use super::child_command;
use super::child_command::ChildCommand;
use super::display;
use super::display::Display;
use super::display_queue::DisplaySender;
use super::expectations::{Expectations, Status};
use super::faults::Faults;
use super::output::ready::Listening;
use super::receiver::Receiver;
use super::recording::Recorder;
use super::request_filter::RequestFilter;
use crate::app::AppContext;
use crate::config::{secrets, source as config};
use crate::context::clock::Clock;
use crate::context::signals::{Signal, Signals};
use crate::error::{Error, Result, describe_io};
use crate::exit::ExitCode;
use crate::http::server;
use crate::lettermint::NamedSecret;
use crate::store::Store;
use crate::terminal::duration;
use crate::terminal::{Format, Stream};

/// How long a command may take to end after it was told to.
const COMMAND_GRACE: Duration = Duration::from_secs(5);

/// Runs until the verdict is known, the time is up, the command has ended, or somebody
/// interrupts.
pub(crate) fn run(args: &ListenArgs, app: &AppContext) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::cannot_run(format!("cannot start the runtime: {error}")))?;
    let result = runtime.block_on(Run::start_and_finish(app, args));
    // Whatever is still in flight after the drain is not waited for.
    runtime.shutdown_background();
    result
}

enum End {
    /// As far as the expectations go.
    Decided(Status),
    /// By Ctrl+C or SIGTERM.
    Interrupted(Signal),
    /// By an error, which is told.
    Failed,
}

struct Run<'a> {
    app: &'a AppContext,
    stream: Stream,
    receiver: Arc<Receiver>,
    display: DisplaySender,
    screen: oneshot::Receiver<()>,
    signals: Signals,
    command: Option<ChildCommand>,
    timeout: Option<Duration>,
}

impl<'a> Run<'a> {
    async fn start_and_finish(app: &'a AppContext, args: &ListenArgs) -> Result<ExitCode> {
        let ListenArgs {
            port,
            host,
            allow_host,
            ready_file,
            command,
            display,
            forward,
            fault,
            assert,
            limit,
            secret,
            store,
            fsync,
        } = args;
        let faults = Faults::new(fault.clone(), app.random(fault.seed))?;
        let mut secrets = app.secrets(&secret.sources())?;
        let store = store.open(app)?;
        let signals = Signals::new();
        let listener = bind(*host, *port)?;
        let local = listener.local_addr().map_err(|error| {
            Error::cannot_run(format!("cannot listen ({})", describe_io(&error)))
        })?;
        if secrets.is_empty() && !command.is_empty() {
            secrets.push(secrets::fresh()?);
        }
        if assert.forbid_invalid && secrets.is_empty() {
            let error = Error::usage("--forbid-invalid needs a secret to verify with");
            return Err(error.hint("`--secret-file PATH`, or LETTERMINT_WEBHOOK_SECRET"));
        }
        let forwarder = forward.forwarder(app).await?;
        let format = app.terminal.format();
        let stream = match format {
            // The command's output is then the data of this run.
            Format::Text if !command.is_empty() => Stream::Stderr,
            _ => Stream::Stdout,
        };
        let url = format!("http://{}", reachable(local));
        let listening = Listening {
            url: url.clone(),
            secrets: secrets.iter().map(|named| named.source.clone()).collect(),
            store: store.as_ref().map(|store| shown_path(app, store)),
            forward: forwarder.as_ref().map(|to| to.url().to_owned()),
            faults: fault.describe(),
            command: (!command.is_empty())
                .then(|| command.join(OsStr::new(" ")).display().to_string()),
            width: app.terminal.width(Stream::Stderr),
        };
        let display = Arc::new(Display {
            terminal: app.terminal.clone(),
            stream,
            options: display.clone(),
            zone: app.zone(Clock::System),
        });
        let is_lossy = format == Format::Text && app.terminal.is_terminal(stream);
        let (display_sender, queue) = DisplaySender::new(Some(Arc::clone(&display)), is_lossy);
        let mut receiver = Receiver::new(
            &secrets,
            Recorder::new(store, *fsync),
            RequestFilter::new(local.ip(), allow_host.clone()),
            (!assert.is_empty()).then(|| Expectations::new(assert.clone())),
            display_sender.clone(),
        );
        receiver.forwarder = forwarder;
        receiver.faults = (!fault.is_empty()).then_some(Mutex::new(faults));
        let receiver = Arc::new(receiver);
        let (stop, stopped) = watch::channel(false);
        let serving = server::serve(listener, limit.limits(), Arc::clone(&receiver), stopped);
        let serving = tokio::spawn(serving);

        app.terminal.tell(&listening);
        if format == Format::Json {
            app.terminal.emit(&listening);
        }
        let causes = BriefCauses::new(secrets.clone());
        let (shown, screen) = oneshot::channel();
        let runtime = Handle::current();
        std::thread::spawn(move || {
            // Nobody waits for it after a second Ctrl+C.
            display::run(&display, &causes, &queue, &runtime);
            let _ = shown.send(());
        });
        let in_directory = |path| app.context.directory.join(path);
        let ready_file = ready_file
            .as_ref()
            .map(|path| write_ready_file(&in_directory(path), &url))
            .transpose()?;
        let command = match command.is_empty() {
            true => None,
            false => Some(start(app, command, &secrets[0], url, local.port())?),
        };
        let mut run = Self {
            app,
            stream,
            receiver,
            display: display_sender,
            screen,
            signals,
            command,
            timeout: assert.timeout,
        };
        let end = run.watch().await;
        drop(ready_file);
        // Nobody waits for this value but the server, which may be gone already.
        let _ = stop.send(true);
        let junit = assert.junit.as_ref().map(in_directory);
        match end {
            Ok(end) => run.finish(end, serving, junit.as_deref()).await,
            Err(error) => {
                // The command must not be left behind.
                run.finish(End::Failed, serving, None).await?;
                Err(error)
            }
        }
    }

    async fn watch(&mut self) -> Result<End> {
        let mut status = self.receiver.status();
        // Deliveries may have come since the listener said that it is ready.
        status.mark_changed();
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
                Ok(()) = status.changed() => {
                    let now = status.borrow_and_update().clone();
                    match now {
                        Status::Pending => {}
                        // The command has still to end well.
                        Status::Met if self.command.is_some() => {}
                        now => return Ok(End::Decided(now)),
                    }
                }
                ended = wait(&mut self.command) => {
                    let ended = ended?;
                    self.command = None;
                    if !ended.success() {
                        return Ok(End::Decided(Status::Failed(child_command::describe(ended))));
                    }
                    let now = match self.receiver.expectations() {
                        None => Status::Met,
                        // What it set going may still arrive, for as long as was given.
                        Some(expectations) if timeout.is_some() => expectations.status(),
                        Some(expectations) => expectations.status_at_end("the command has ended"),
                    };
                    if now != Status::Pending {
                        return Ok(End::Decided(now));
                    }
                }
                () = &mut time_is_up => {
                    let why = format!("the time is up after {}", duration::measured(timeout.unwrap_or_default()));
                    if self.command.is_some() {
                        return Ok(End::Decided(Status::Failed(format!("{why}, the command still runs"))));
                    }
                    let now = match self.receiver.expectations() {
                        None => Status::Met,
                        Some(expectations) => expectations.status_at_end(&why),
                    };
                    return Ok(End::Decided(now));
                }
            }
        }
    }

    /// Lets what is in flight finish, shows the rest, and reports.
    async fn finish(
        mut self,
        end: End,
        serving: JoinHandle<()>,
        junit: Option<&Path>,
    ) -> Result<ExitCode> {
        let signal = match &end {
            End::Interrupted(signal) => *signal,
            _ => Signal::Terminate,
        };
        if let Some(command) = &mut self.command {
            command.signal(signal);
        }
        let interrupted = matches!(end, End::Interrupted(_));
        let rest = async {
            let _ = serving.await;
            if interrupted {
                // It was asked to end and takes the time it takes.
                let _ = wait_if_any(&mut self.command).await;
            } else if tokio::time::timeout(COMMAND_GRACE, wait_if_any(&mut self.command))
                .await
                .is_err()
                && let Some(command) = &mut self.command
            {
                command.signal(Signal::Kill);
            }
            self.display.end();
            let _ = (&mut self.screen).await;
        };
        tokio::select! {
            () = rest => {}
            _ = self.signals.next() => return Ok(ExitCode::Interrupted),
        }
        let status = match (&end, self.receiver.expectations()) {
            (End::Decided(status), _) => status.clone(),
            (_, Some(expectations)) => expectations.status_at_end("interrupted"),
            (_, None) => Status::Pending,
        };
        self.report(&status, junit)?;
        self.app
            .terminal
            .emit_to(self.stream, &self.receiver.summary());
        Ok(match (end, status) {
            (End::Interrupted(_), _) => ExitCode::Interrupted,
            (_, Status::Failed(_)) => ExitCode::Negative,
            (_, Status::Met | Status::Pending) => ExitCode::Success,
        })
    }

    fn report(&self, status: &Status, junit: Option<&Path>) -> Result<()> {
        let expectations = self.receiver.expectations();
        if expectations.is_none() && !matches!(status, Status::Failed(_)) && junit.is_none() {
            return Ok(());
        }
        let expectations = expectations.unwrap_or_else(|| Expectations::new(AssertArgs::default()));
        let expected = expectations.report(status);
        if let Some(path) = junit {
            std::fs::write(path, expected.junit())
                .map_err(|error| Error::file("write --junit", path, &error))?;
        }
        self.app.terminal.emit_to(self.stream, &expected);
        Ok(())
    }
}

/// The file that says where the listener is, for scripts that wait for it. It appears whole or not
/// at all, and is removed when the value is dropped.
fn write_ready_file(path: &Path, url: &str) -> Result<TempPath> {
    let write = || {
        let directory = path.parent().unwrap_or(path);
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        writeln!(file, "{url}")?;
        file.persist(path)?;
        TempPath::try_from_path(path)
    };
    write().map_err(|error| Error::file("write --ready-file", path, &error))
}

async fn wait(command: &mut Option<ChildCommand>) -> Result<ExitStatus> {
    match command {
        Some(command) => command.wait().await,
        None => std::future::pending().await,
    }
}

async fn wait_if_any(command: &mut Option<ChildCommand>) -> Option<ExitStatus> {
    command.as_mut()?.wait().await.ok()
}

fn start(
    app: &AppContext,
    command: &[OsString],
    secret: &NamedSecret,
    url: String,
    port: u16,
) -> Result<ChildCommand> {
    let variables = [
        ("LETTERMINT_HOOK_URL", url.into()),
        ("LETTERMINT_HOOK_PORT", port.to_string().into()),
        (secrets::VARIABLE, secret_variable(secret)?),
    ];
    let stdout_is_ours = app.terminal.format() == Format::Json;
    ChildCommand::start(&app.context, command, &variables, stdout_is_ours)
}

fn secret_variable(named: &NamedSecret) -> Result<OsString> {
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

fn shown_path(app: &AppContext, store: &Store) -> String {
    config::shown(&app.context, store.path())
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
