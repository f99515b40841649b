//! `listen`: receive, verify, show and record deliveries.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::adapter::server::{self, DEFAULT_MAX_BODY, ServerLimits};
use crate::adapter::terminal::Format;
use crate::adapter::{clock::Clock, signals};
use crate::command::options::{SecretArgs, StoreArgs};
use crate::error::{Error, Result, describe_io};
use crate::exit::ExitCode;
use crate::protocol::{NamedSecret, Tolerance, Verifier};
use crate::report::listening::Listening;
use crate::report::received::{Detail, Received};
use crate::workbench::Session;
use crate::workbench::receiver::{Notice, Receiver};

/// Receive deliveries: verify, show and record them
///
/// Answers any path: 200 to a genuine delivery, 401 with the reason to any other. Without a
/// secret nothing can be judged, and everything is shown as unverified and answered 200. A
/// delivery is recorded before it is answered, so that none that was answered 200 is ever lost.
///
/// Ctrl+C stops accepting, finishes what is in flight and prints the sum; a second one quits.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook listen
  lettermint-hook listen --port 0 --secret-file key.txt
  lettermint-hook listen --json | jq 'select(.type == \"delivery\") | .event'")]
pub struct ListenArgs {
    /// The port, 0 for any free one
    #[arg(long, short, value_name = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// One line a delivery, without the payload
    #[arg(long)]
    pub compact: bool,
    /// Show payloads whole, long texts too
    #[arg(long, conflicts_with = "compact")]
    pub full: bool,
    /// Bytes of a body that are taken at most; more is answered 413
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_BODY)]
    pub max_body: usize,
    /// Secrets.
    #[command(flatten)]
    pub secret: SecretArgs,
    /// Store.
    #[command(flatten)]
    pub store: StoreArgs,
}

/// Notices that may wait to be shown before receiving slows down.
const WAITING_NOTICES: usize = 1024;

/// Runs the command.
///
/// # Errors
/// A secret or store that cannot be used, a port that cannot be had, stdout gone.
pub fn run(args: &ListenArgs, session: &Session) -> Result<ExitCode> {
    let ListenArgs {
        port,
        host,
        compact,
        full,
        max_body,
        secret,
        store,
    } = args;
    let secrets = session.secrets(&secret.sources())?;
    let choice = store.choice();
    let store = session.open_store(&choice)?;
    let detail = match (compact, full) {
        (true, _) => Detail::Line,
        (_, true) => Detail::Full,
        _ => Detail::Payload,
    };
    let limits = ServerLimits {
        max_body: *max_body,
        ..ServerLimits::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::cannot_run(format!("cannot start the runtime: {error}")))?;
    let result = runtime.block_on(async {
        let listener = bind(*host, *port).await?;
        let local = listener.local_addr().map_err(|error| {
            Error::cannot_run(format!("cannot listen: {}", describe_io(&error)))
        })?;
        // Before anybody is told that it listens, so that no Ctrl+C comes too early.
        let interrupted = signals::interrupted();
        announce(
            session,
            local,
            &secrets,
            store.as_ref().map(|store| store.path().to_owned()),
        )?;
        let verifier = Verifier::new(
            secrets.iter().map(|named| &named.secret),
            Tolerance::default(),
        );
        let (notices, notice) = mpsc::channel(WAITING_NOTICES);
        let receiver = Arc::new(Receiver::new(
            verifier,
            &secrets,
            Clock::System,
            store,
            notices,
        ));
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(server::serve(
            listener,
            limits,
            Arc::clone(&receiver),
            stopped,
        ));
        let shown = show(session, notice, detail, interrupted, stop, serving).await;
        shown?;
        session.terminal.emit(&receiver.summary())?;
        Ok(ExitCode::Interrupted)
    });
    // Whatever is still in flight after the drain is not waited for.
    runtime.shutdown_background();
    result
}

async fn bind(host: IpAddr, port: u16) -> Result<TcpListener> {
    TcpListener::bind((host, port)).await.map_err(|error| {
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

fn announce(
    session: &Session,
    local: std::net::SocketAddr,
    secrets: &[NamedSecret],
    store: Option<PathBuf>,
) -> Result<()> {
    let listening = Listening {
        url: format!("http://{local}"),
        secrets: secrets.iter().map(|named| named.source.clone()).collect(),
        store: store.map(|path| {
            let short = path.strip_prefix(&session.context.folder).unwrap_or(&path);
            short.display().to_string()
        }),
    };
    session.terminal.tell(&listening);
    if session.terminal.format() == Format::Json {
        session.terminal.emit(&listening)?;
    }
    Ok(())
}

/// Shows what is received until somebody interrupts, then what is still in flight.
async fn show(
    session: &Session,
    mut notices: mpsc::Receiver<Notice>,
    detail: Detail,
    interrupted: impl Future<Output = ()>,
    stop: watch::Sender<bool>,
    mut serving: tokio::task::JoinHandle<()>,
) -> Result<()> {
    let zone = session.zone(Clock::System);
    let print = |notice: Notice| match notice {
        Notice::Delivery {
            record,
            sequence,
            earlier,
        } => session.terminal.emit(&Received {
            record: &record,
            sequence,
            earlier,
            detail,
            zone: &zone,
        }),
        Notice::Refused {
            remote,
            status,
            why,
        } => {
            let line = format!("refused {remote} with {status}: {why}");
            session
                .terminal
                .status(&crate::report::visible::escape(&line));
            Ok(())
        }
        Notice::Warning(message) => {
            session.terminal.warning(&message);
            Ok(())
        }
    };
    tokio::pin!(interrupted);
    loop {
        tokio::select! {
            Some(notice) = notices.recv() => print(notice)?,
            () = &mut interrupted => break,
        }
    }
    // Nobody waits for this value but the server, which may be gone already.
    let _ = stop.send(true);
    let again = signals::interrupted();
    tokio::pin!(again);
    loop {
        tokio::select! {
            Some(notice) = notices.recv() => print(notice)?,
            _ = &mut serving => break,
            () = &mut again => break,
        }
    }
    while let Ok(notice) = notices.try_recv() {
        print(notice)?;
    }
    Ok(())
}
