//! One run of `listen`, from the free port to the exit code.

use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::args::{AssertArgs, ListenArgs, OutputFormat};
use super::causes::BriefCauses;
use super::child_command;
use super::child_command::ChildCommand;
use super::display;
use super::display::Display;
use super::display_queue::DisplaySender;
use super::expectations::{Expectations, Status};
use super::faults::Faults;
use super::output::expected::failed_run;
use super::output::ready::Listening;
use super::ready_file;
use super::receiver::Receiver;
use super::recording::Recorder;
use super::request_filter::RequestFilter;
use crate::app::AppContext;
use crate::config::{secrets, source as config};
use crate::context::clock::Clock;
use crate::context::signals::{Signal, Signals};
use crate::delivery::target::is_loopback;
use crate::error::{Error, Result, describe_io};
use crate::exit::ExitCode;
use crate::http::server;
use crate::lettermint::NamedSecret;
use crate::store::Store;
use crate::terminal::duration;
use crate::terminal::{Format, Stream};

const NEVER_MET: &str = "this run can only fail: prohibitions and exact numbers hold until its end, \
     and only Ctrl+C ends it (`--timeout 30s` does, or a command after `--`)";

const UNVERIFIED: &str = "what counts is not verified, as there is no secret \
     (`--secret-file PATH`, or LETTERMINT_WEBHOOK_SECRET)";

/// How long a command may take to end after it was told to.
const COMMAND_END: Duration = Duration::from_secs(10);

/// How long deliveries that are missing are waited for after the command's end, unless `--grace`
/// says otherwise: what it set going may still be on its way.
const GRACE: Duration = Duration::from_secs(1);

/// An end that takes longer says what it waits for.
const LONG: Duration = Duration::from_millis(200);

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
    if let (Err(error), Some(path)) = (&result, &args.assert.junit) {
        // That this fails, too, would hide why there is no verdict.
        let _ = failed_run(error, app.terminal.mask()).save(&app.context.directory.join(path));
    }
    result
}

enum End {
    /// As far as the expectations go.
    Decided(Status),
    /// By Ctrl+C, SIGTERM or SIGHUP.
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
    /// How the command ended.
    ended: Option<ExitStatus>,
    assert: &'a AssertArgs,
    junit: Option<PathBuf>,
}

impl<'a> Run<'a> {
    async fn start_and_finish(app: &'a AppContext, args: &'a ListenArgs) -> Result<ExitCode> {
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
        let in_directory = |path: &PathBuf| app.context.directory.join(path);
        let ready_file = ready_file.as_ref().map(in_directory);
        if let Some(path) = &ready_file {
            ready_file::remove_stale(path)?;
        }
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
        if let Some(forwarder) = &forwarder {
            forwarder.refuse_own(local)?;
        }
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
            secrets: secrets.iter().map(NamedSecret::label).collect(),
            forward_to: listening.forward.clone(),
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

        let causes = BriefCauses::new(secrets.clone());
        let (shown, screen) = oneshot::channel();
        let runtime = Handle::current();
        std::thread::spawn(move || {
            // Nobody waits for it after a second Ctrl+C.
            display::run(&display, &causes, &queue, &runtime);
            let _ = shown.send(());
        });
        display_sender.ready(listening).await;
        let expectations = receiver.expectations();
        let needs_end = expectations.is_some_and(|expectations| expectations.needs_end());
        let warnings = [
            (needs_end && assert.timeout.is_none() && command.is_empty())
                .then_some(NEVER_MET.to_owned()),
            (!assert.is_empty() && secrets.is_empty()).then_some(UNVERIFIED.to_owned()),
            (!is_loopback(local.ip()))
                .then(|| format!("other machines can reach this listener: {local}")),
        ];
        for warning in warnings.into_iter().flatten() {
            display_sender.warn(warning);
        }
        let ready_file = ready_file
            .map(|path| ready_file::write(&path, &url))
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
            ended: None,
            assert,
            junit: assert.junit.as_ref().map(in_directory),
        };
        let end = run.watch().await;
        drop(ready_file);
        // Nobody waits for this value but the server, which may be gone already.
        let _ = stop.send(true);
        match end {
            Ok(end) => run.finish(end, serving).await,
            Err(error) => {
                // The command must not be left behind.
                run.finish(End::Failed, serving).await?;
                Err(error)
            }
        }
    }

    async fn watch(&mut self) -> Result<End> {
        let mut status = self.receiver.status();
        // Deliveries may have come since the listener said that it is ready.
        status.mark_changed();
        let time_is_up = wait_for(self.assert.timeout);
        let grace_is_over = wait_for(None);
        tokio::pin!(time_is_up, grace_is_over);
        let mut grace = Duration::ZERO;
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
                    self.ended = Some(ended);
                    if !ended.success() {
                        return Ok(End::Decided(Status::Failed(child_command::describe(ended))));
                    }
                    grace = self.grace();
                    if grace.is_zero() {
                        return Ok(End::Decided(self.status_at_end("the command has ended")));
                    }
                    grace_is_over.set(wait_for(Some(grace)));
                }
                () = &mut grace_is_over => {
                    let why = format!("the command has ended, {} ago", duration::measured(grace));
                    return Ok(End::Decided(self.status_at_end(&why)));
                }
                () = &mut time_is_up => {
                    let time = duration::measured(self.assert.timeout.unwrap_or_default());
                    let why = format!("the time is up after {time}");
                    if self.command.is_some() {
                        return Ok(End::Decided(Status::Failed(format!("{why}, the command still runs"))));
                    }
                    return Ok(End::Decided(self.status_at_end(&why)));
                }
            }
        }
    }

    fn status_at_end(&self, why: &str) -> Status {
        match self.receiver.expectations() {
            None => Status::Met,
            Some(expectations) => expectations.status_at_end(why),
        }
    }

    /// How long deliveries are waited for after the command's end.
    fn grace(&self) -> Duration {
        let Some(expectations) = self.receiver.expectations() else {
            return Duration::ZERO;
        };
        match (expectations.status(), expectations.status_at_end("")) {
            (Status::Pending, Status::Failed(_)) => self.assert.grace.unwrap_or(GRACE),
            // Too many may still come, or a forbidden one.
            (Status::Pending, _) => self.assert.grace.unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }

    /// Lets what is in flight finish, shows the rest, and reports. However slow others are, this
    /// takes a bounded time.
    async fn finish(mut self, end: End, serving: JoinHandle<()>) -> Result<ExitCode> {
        let signal = match &end {
            End::Interrupted(signal) => *signal,
            _ => Signal::Terminate,
        };
        if let Some(command) = &mut self.command {
            command.signal(signal);
        }
        let waits_for = match &self.command {
            Some(_) => format!("the command, {} s at most", COMMAND_END.as_secs()),
            None => "what is in flight".to_owned(),
        };
        let has_quit = {
            let command = &mut self.command;
            let rest = async {
                let _ = serving.await;
                let ended = tokio::time::timeout(COMMAND_END, wait_if_any(command)).await;
                if ended.is_err() {
                    kill(command);
                }
            };
            tokio::pin!(rest);
            let takes_long = tokio::time::timeout(LONG, &mut rest).await.is_err();
            if takes_long && matches!(end, End::Interrupted(_)) {
                let waiting = format!("stopping; waiting for {waits_for}; Ctrl+C again quits");
                self.display.status(waiting);
            }
            takes_long
                && tokio::select! {
                    () = rest => false,
                    () = quit(&mut self.signals) => true,
                }
        };
        if has_quit {
            kill(&mut self.command);
            return Ok(ExitCode::Interrupted);
        }
        let status = match &end {
            // What was in flight may have been forbidden, or one too many.
            End::Decided(Status::Met) => self.status_at_end(""),
            End::Decided(status) => status.clone(),
            _ if self.receiver.expectations().is_none() => Status::Pending,
            _ => self.status_at_end("interrupted"),
        };
        let mut last = self.report(&status)?;
        let summary = self.receiver.summary();
        last += &self.app.terminal.rendered(self.stream, &summary);
        tokio::select! {
            () = self.display.end(last, &mut self.screen) => {}
            () = quit(&mut self.signals) => return Ok(ExitCode::Interrupted),
        }
        let passed = self.ended.filter(|_| self.assert.propagate_exit);
        Ok(match (end, status, passed) {
            (End::Interrupted(_), ..) => ExitCode::Interrupted,
            (_, _, Some(ended)) if self.status_at_end("") == Status::Met => {
                ExitCode::Passed(child_command::exit_code(ended))
            }
            (_, Status::Failed(_), _) => ExitCode::Negative,
            (_, Status::Met | Status::Pending, _) => ExitCode::Success,
        })
    }

    /// The verdict as it is shown last, if there is one.
    fn report(&self, status: &Status) -> Result<String> {
        let expectations = self.receiver.expectations();
        let is_github = self.assert.format == Some(OutputFormat::Github);
        if expectations.is_none()
            && !matches!(status, Status::Failed(_))
            && self.junit.is_none()
            && !is_github
        {
            return Ok(String::new());
        }
        let expectations = expectations.unwrap_or_else(|| Expectations::new(AssertArgs::default()));
        let expected = expectations.report(status);
        if let Some(path) = &self.junit {
            expected
                .junit(self.receiver.begun, self.app.terminal.mask())
                .save(path)?;
        }
        if is_github {
            expected.to_github(self.app, &self.receiver.summary())?;
        }
        Ok(self.app.terminal.rendered(self.stream, &expected))
    }
}

fn kill(command: &mut Option<ChildCommand>) {
    if let Some(command) = command {
        command.signal(Signal::Kill);
    }
}

/// Waits for somebody who does not want to wait. A terminal that closes may say so twice, which is
/// no second wish.
async fn quit(signals: &mut Signals) {
    while signals.next().await == Signal::Hangup {}
}

/// Ends after a time, or never.
async fn wait_for(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
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
