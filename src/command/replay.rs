//! `replay`: send recorded deliveries again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::adapter::clock::TimeArg;
use crate::adapter::store::Reader;
use crate::command::options::{EndpointArgs, FixedArgs, SecretArgs, StoreArgs};
use crate::delivery::replayed::{resigned, verbatim_copy};
use crate::delivery::{Direction, Record};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::protocol::SigningKey;
use crate::workbench::Session;
use crate::workbench::selection::Selection;
use crate::workbench::sender::Sender;

/// Send recorded deliveries again: original bytes, new signature, next attempt number
///
/// By default every received delivery of the store is taken once, in its latest attempt, oldest
/// first. The body goes out byte for byte as it was captured. The signature is made anew with
/// the current time, because receivers refuse old ones; --verbatim sends the captured headers
/// as they were.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook replay --last 1
  lettermint-hook replay --id 9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d03
  lettermint-hook replay --failed --since 2h
  lettermint-hook replay capture.ndjson --event 'message.*_bounced' --verbatim

Exits 0 when every attempt was answered 2xx, 1 when any was not or nothing was selected, 3 when
nobody answered at all.")]
pub struct ReplayArgs {
    /// Files of recorded deliveries, `-` for stdin [default: the store]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Deliveries with this id, or its beginning
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub id: Vec<String>,
    /// Deliveries of this event; * stands for anything
    #[arg(long, value_name = "GLOB", help_heading = "Selection")]
    pub event: Vec<String>,
    /// Deliveries recorded at this time or later
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, help_heading = "Selection", allow_hyphen_values = true)]
    pub since: Option<TimeArg>,
    /// Deliveries recorded before this time
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, help_heading = "Selection", allow_hyphen_values = true)]
    pub until: Option<TimeArg>,
    /// Deliveries that were refused or not answered 2xx
    #[arg(long, help_heading = "Selection")]
    pub failed: bool,
    /// The last so many of those selected otherwise
    #[arg(long, value_name = "N", help_heading = "Selection")]
    pub last: Option<usize>,
    /// Send the captured headers as they were, old signature included
    #[arg(long)]
    pub verbatim: bool,
    /// Where to.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
    /// Secrets.
    #[command(flatten)]
    pub secret: SecretArgs,
    /// Store.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Reproducing.
    #[command(flatten)]
    pub fixed: FixedArgs,
}

/// Runs the command.
///
/// # Errors
/// A command line that makes no sense, no secret, a file that cannot be read, nothing selected,
/// stdout gone.
pub fn run(args: &ReplayArgs, session: &Session) -> Result<ExitCode> {
    let ReplayArgs {
        sources,
        id,
        event,
        since,
        until,
        failed,
        last,
        verbatim,
        endpoint,
        secret,
        store,
        fixed,
    } = args;
    let target = endpoint.target()?;
    let clock = session.clock(fixed.now);
    let selection = Selection {
        ids: id.clone(),
        events: event.clone(),
        since: since.map(|time| time.resolve(clock)),
        until: until.map(|time| time.resolve(clock)),
        failed: *failed,
        direction: Some(Direction::Received),
    };
    let paths = source_paths(session, sources, store)?;
    let chosen = choose(session, &paths, &selection, *last)?;
    let key = match verbatim {
        true => None,
        false => Some(SigningKey::new(
            &session.signing_secret(&secret.sources())?.secret,
        )),
    };
    let store = session.open_store(&store.choice())?;
    session.block_on(async {
        let client = endpoint.client(target).await?;
        let mut sender = Sender::new(session, client, clock, store);
        for record in chosen {
            let outgoing = match &key {
                Some(key) => resigned(&record, key, clock.seconds()),
                None => verbatim_copy(&record),
            };
            sender.attempt(&outgoing, Vec::new()).await?;
        }
        let all_delivered = sender.summary().failed == 0;
        sender.finish(all_delivered)
    })
}

fn source_paths(session: &Session, sources: &[PathBuf], store: &StoreArgs) -> Result<Vec<PathBuf>> {
    if !sources.is_empty() {
        let resolve = |path: &PathBuf| match path == Path::new("-") {
            true => path.clone(),
            false => session.context.folder.join(path),
        };
        return Ok(sources.iter().map(resolve).collect());
    }
    session
        .store_path(&store.choice())
        .map(|path| vec![path])
        .ok_or_else(|| {
            Error::usage("--no-store leaves nothing to replay")
                .hint("name a file of recorded deliveries")
        })
}

/// The selected deliveries, each in its latest attempt, in the order in which they came.
fn choose(
    session: &Session,
    paths: &[PathBuf],
    selection: &Selection,
    last: Option<usize>,
) -> Result<Vec<Record>> {
    let mut chosen: Vec<Option<Record>> = Vec::new();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    let mut seen = 0_u64;
    let mut broken = 0_u64;
    for path in paths {
        let mut take = |record: Record| {
            seen += 1;
            if !selection.takes(&record) {
                return;
            }
            if let Some(id) = &record.id {
                match by_id.entry(id.clone()) {
                    Entry::Occupied(mut earlier) => {
                        chosen[*earlier.get()] = None;
                        earlier.insert(chosen.len());
                    }
                    Entry::Vacant(first) => {
                        first.insert(chosen.len());
                    }
                }
            }
            chosen.push(Some(record));
        };
        broken += if path == Path::new("-") {
            let stdin = std::io::BufReader::new(std::io::stdin());
            read_all(Reader::new(stdin), path, &mut take)?
        } else {
            read_all(Reader::open(path)?, path, &mut take)?
        };
    }
    if broken > 0 {
        session.terminal.warning(&format!(
            "{broken} lines are no records and were skipped; `lettermint-hook verify` names them"
        ));
    }
    let mut chosen: Vec<Record> = chosen.into_iter().flatten().collect();
    if let Some(last) = last {
        chosen.drain(..chosen.len().saturating_sub(last));
    }
    if chosen.is_empty() {
        return Err(
            Error::negative(format!("nothing selected, of deliveries recorded: {seen}")).hint(
                "only received deliveries are replayed; loosen --id, --event, --since, --failed",
            ),
        );
    }
    Ok(chosen)
}

fn read_all(
    mut reader: Reader<impl std::io::BufRead>,
    path: &Path,
    take: &mut impl FnMut(Record),
) -> Result<u64> {
    let mut broken = 0;
    loop {
        match reader
            .next_record()
            .map_err(|error| Error::file("read", path, &error))?
        {
            None => return Ok(broken),
            Some(Ok((_, record))) => take(record),
            Some(Err(_)) => broken += 1,
        }
    }
}
