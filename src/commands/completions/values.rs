//! What the values of options and arguments may be.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter};

use crate::app::AppContext;
use crate::args::{DEFAULT_ENDPOINT, store_path};
use crate::cli::Cli;
use crate::commands::man;
use crate::config::source as config;
use crate::delivery::{RecordSummary, tampering};
use crate::diagnosis::sdk::SDKS;
use crate::lettermint::catalogue::{EVENTS, Event};
use crate::lettermint::scenario::SCENARIOS;
use crate::store::BackwardReader;
use crate::store::input::Input;

/// How far back in the store ids are looked for: somebody waits for them.
const RECORDS: usize = 2_000;
const BYTES: usize = 4 << 20;
const IDS: usize = 50;

/// Completes the last word of a command line.
type Complete = fn(&World, &str) -> Vec<CompletionCandidate>;

/// What candidates are made from.
struct World {
    app: AppContext,
    words: Vec<OsString>,
}

/// The commands, with completion for every value that can be known.
pub(super) fn command(app: AppContext, words: &[OsString]) -> Command {
    let world = Arc::new(World {
        app,
        words: words.to_vec(),
    });
    attach(Cli::command(), &world)
}

fn attach(command: Command, world: &Arc<World>) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|arg| {
        if !arg.get_action().takes_values() {
            return arg;
        }
        if (name.as_str(), arg.get_id().as_str()) == ("listen", "command") {
            return arg.add(ArgValueCompleter::new(PathCompleter::any()));
        }
        match values(&name, &arg) {
            None => arg,
            Some(complete) => {
                let world = Arc::clone(world);
                arg.add(ArgValueCompleter::new(move |current: &OsStr| {
                    complete(&world, &current.to_string_lossy())
                }))
            }
        }
    });
    command.mut_subcommands(|command| attach(command, world))
}

/// How to complete the value of an argument. `None` leaves it to what clap knows: the values of
/// an enumeration, paths, or nothing.
fn values(command: &str, arg: &Arg) -> Option<Complete> {
    Some(match (command, arg.get_id().as_str()) {
        ("man", "command") => |_, typed| pages(typed),
        ("send", "scenario") => |_, typed| {
            let scenarios = SCENARIOS.iter().map(|it| (it.name, it.description));
            starting(typed, scenarios.chain([("list", "describe the scenarios")]))
        },
        (_, "tamper") => |_, typed| {
            let kinds = tampering::TABLE.iter().map(|it| (it.name, it.description));
            starting(typed, kinds.chain([("list", "describe the kinds")]))
        },
        ("verify", "judged_as") => |_, typed| {
            let sdks = SDKS.iter().map(|it| (it.name, it.package));
            starting(typed, sdks.chain([("list", "describe the SDKs")]))
        },
        (_, "webhook") => webhooks,
        ("verify", "now") => |_, typed| starting(typed, [("received", "each capture's own time")]),
        ("verify", "tolerance") => |_, typed| starting(typed, [("off", "do not judge age")]),
        (_, "set") => |world, typed| fields(world, typed, "="),
        (_, "unset") => |world, typed| fields(world, typed, ""),
        ("send", "id") => return None,
        (_, "id" | "since_id" | "left" | "right") => ids,
        (_, "to" | "forward_to") => |_, typed| starting(typed, [(DEFAULT_ENDPOINT, "")]),
        (_, "secret_env") => |_, typed| starting(typed, [("LETTERMINT_WEBHOOK_SECRET", "")]),
        ("events", "name") | ("sign" | "verify", "event") => |_, typed| events(typed, ""),
        _ => match arg.get_value_names()?.first()?.as_str() {
            "EVENT=STATUS" => |_, typed| events(typed, "="),
            "EVENT=N,…" => |_, typed| {
                let (before, typed) = typed.rsplit_once(',').unwrap_or(("", typed));
                let comma = if before.is_empty() { "" } else { "," };
                let prefix = format!("{before}{comma}");
                let events = events(typed, "=").into_iter();
                events.map(|event| event.add_prefix(&prefix)).collect()
            },
            "PATH=GLOB" | "PATH=VALUE" => |world, typed| fields(world, typed, "="),
            name if name.contains("EVENT") || name == "GLOB" => |_, typed| events(typed, ""),
            _ => return None,
        },
    })
}

fn starting<'a>(
    typed: &str,
    known: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<CompletionCandidate> {
    let fits = known
        .into_iter()
        .filter(|(name, _)| name.starts_with(typed));
    fits.map(|(name, help)| candidate(name, help)).collect()
}

fn candidate(name: impl Into<OsString>, help: impl Into<String>) -> CompletionCandidate {
    let help: String = help.into();
    let help = Some(help).filter(|help| !help.is_empty()).map(Into::into);
    CompletionCandidate::new(name).help(help)
}

fn events(typed: &str, after: &str) -> Vec<CompletionCandidate> {
    let fits = EVENTS.iter().filter(|event| event.name.starts_with(typed));
    fits.map(|event| candidate(format!("{}{after}", event.name), event.description))
        .collect()
}

/// The fields of the events that the command line names, else of all.
fn fields(world: &World, typed: &str, after: &str) -> Vec<CompletionCandidate> {
    let is_named = |event: &&Event| world.words.iter().any(|word| word == event.name);
    let is_any = EVENTS.iter().any(|event| is_named(&event));
    let mut found: Vec<CompletionCandidate> = Vec::new();
    for event in EVENTS.iter().filter(|event| !is_any || is_named(event)) {
        for field in event.fields().filter(|field| field.path.starts_with(typed)) {
            let candidate = candidate(format!("{}{after}", field.path), field.kind);
            // Elements of an array have numbers, which only the payload knows.
            if !field.path.contains('[') && !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    found
}

fn pages(typed: &str) -> Vec<CompletionCandidate> {
    let names = man::commands(&Cli::command());
    let fits = names
        .into_iter()
        .filter(|(name, _)| name.starts_with(typed));
    fits.map(|(name, about)| candidate(name, about)).collect()
}

/// The webhooks of the config file, by name.
fn webhooks(world: &World, typed: &str) -> Vec<CompletionCandidate> {
    let context = &world.app.context;
    let Some(config) = (world.app.config_path()).and_then(|path| config::load(context, &path).ok())
    else {
        return Vec::new();
    };
    let fits = config.webhooks.iter().map(|webhook| &webhook.name);
    let fits = fits.filter(|name| name.starts_with(typed));
    fits.map(|name| candidate(name, "")).collect()
}

/// The ids of the latest deliveries of the store, newest first.
fn ids(world: &World, typed: &str) -> Vec<CompletionCandidate> {
    let path = store_path(&world.app, named(&world.words, "--store").as_deref());
    let store = Input::store(&path, "").file();
    let Ok(mut reader) = store
        .map_err(drop)
        .and_then(|file| BackwardReader::new(file).map_err(drop))
    else {
        return Vec::new();
    };
    let mut found: Vec<(String, String)> = Vec::new();
    let mut bytes = 0;
    for _ in 0..RECORDS {
        let Ok(Some(line)) = reader.next_line() else {
            break;
        };
        bytes += line.len();
        let summary = RecordSummary::parse(line);
        if let Some(summary) = summary
            && let Some(id) = summary.id.as_deref().filter(|id| id.starts_with(typed))
            && !found.iter().any(|(known, _)| known == id)
        {
            let event = summary.event.as_deref().unwrap_or_default();
            let status = summary.reply.as_ref().and_then(|reply| reply.status);
            let status = status.map_or("-".to_owned(), |status| status.to_string());
            found.push((
                id.to_owned(),
                format!("{event} {} {status}", summary.direction.as_str()),
            ));
        }
        if found.len() == IDS || bytes > BYTES {
            break;
        }
    }
    found
        .into_iter()
        // What a stranger sent as an id is not typed into a shell.
        .filter(|(id, help)| is_plain(id) && is_plain(help))
        .map(|(id, help)| candidate(id, help))
        .collect()
}

fn is_plain(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_.".contains(c);
    text.chars().all(plain)
}

/// The path that an option earlier on the command line names.
pub(super) fn named(words: &[OsString], option: &str) -> Option<PathBuf> {
    let words = words.iter().rev().skip(1);
    let mut after: Option<&OsString> = None;
    for word in words {
        let text = word.to_string_lossy();
        if text == option {
            return after.cloned().map(PathBuf::from);
        }
        if let Some(value) = text
            .strip_prefix(option)
            .and_then(|rest| rest.strip_prefix('='))
        {
            return Some(value.into());
        }
        after = Some(word);
    }
    None
}
