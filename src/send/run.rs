//! What `send` does, in order.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use super::args::SendArgs;
use super::fresh::{FreshDeliveries, FreshOptions};
use super::output::{ScenarioTable, TamperingTable};
use super::plan::{Content, EventInstance, SendPlan, templates_for};
use super::{scenario, watch};
use crate::app::AppContext;
use crate::args::values::{parse_span, read_headers};
use crate::context::clock::Clock;
use crate::delivery::tampering::Tampering;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::{Edit, EventPattern, Fresh, Header, Random, awkward, catalogue, headers};
use crate::sending::bulk::{self, BulkSetup};
use crate::sending::destinations::{self, Destination, RoutingOptions};
use crate::sending::job::{Job, template_of, unknown_event};

/// How long an endpoint may take to accept connections after a change of its files.
const RESTART: Duration = Duration::from_secs(10);

pub(crate) fn run(args: &SendArgs, app: &AppContext) -> Result<ExitCode> {
    if args.scenario.as_deref() == Some("list") {
        app.terminal.emit(&ScenarioTable);
        return Ok(ExitCode::Success);
    }
    if args.tamper.as_deref() == Some("list") {
        app.terminal.emit(&TamperingTable);
        return Ok(ExitCode::Success);
    }
    if args.speed.is_some() && !args.retry.retry && args.scenario.is_none() {
        return Err(Error::usage(
            "--speed divides the waits of --retry or --scenario, and there are none",
        )
        .hint("`--rate 200/s` sets the pace of bulk sending"));
    }
    let clock = args.fixed.now.clock();
    args.edits.warn(app);
    let routing = routing_options(args, app)?;
    let tamperings = tamperings(args, &routing.headers)?;
    if args.bulk.is_bulk() || args.mix.is_some() {
        return send_bulk(args, app, clock, &routing, &tamperings);
    }
    let is_watching = !args.watch.is_empty();
    if is_watching {
        refuse_with_watch(args)?;
    }
    let mut random = app.random(args.fixed.seed);
    let mut first = Some(events(args, app, clock, &mut random)?);
    let destinations = find_destinations(args, app, &routing)?;
    let mut plan = || {
        let events = match first.take() {
            Some(events) => events,
            None => events(args, app, clock, &mut random)?,
        };
        SendPlan::new(
            app,
            &events,
            &tamperings,
            &destinations,
            &routing,
            args.attempt,
            &mut random,
        )
    };
    if let Some(form) = args.print.form() {
        plan()?.print(app, form, clock);
        return Ok(ExitCode::Success);
    }
    let wait = args.endpoint.wait;
    if !is_watching {
        return app.block_on(plan()?.send(app, clock, args, wait));
    }
    let round = async |is_first: bool| {
        let wait = wait.or((!is_first).then_some(RESTART));
        plan()?.send(app, clock, args, wait).await
    };
    app.block_on(watch::run(app, &args.watch, args.store.path(app), round))
}

fn routing_options(args: &SendArgs, app: &AppContext) -> Result<RoutingOptions> {
    Ok(RoutingOptions {
        target: args.endpoint.named_target()?,
        webhook: args.webhook.clone(),
        route: args.route.clone(),
        project: args.project.clone(),
        user: args.basic_auth.clone(),
        headers: read_headers(&args.header, app)?,
        unsigned: false,
    })
}

fn find_destinations(
    args: &SendArgs,
    app: &AppContext,
    routing: &RoutingOptions,
) -> Result<Vec<Destination>> {
    destinations::find(app, &args.secret.sources(), routing, || {
        args.endpoint.target()
    })
}

fn send_bulk(
    args: &SendArgs,
    app: &AppContext,
    clock: Clock,
    routing: &RoutingOptions,
    tamperings: &[Option<Tampering>],
) -> Result<ExitCode> {
    refuse_with_bulk(args)?;
    let &[tampering] = tamperings else {
        return Err(Error::usage("bulk sending does not go with --tamper all")
            .hint("name one kind; `--tamper list` describes them"));
    };
    let weights = match &args.mix {
        Some(mix) => mix.clone(),
        None => names(args, app)?
            .into_iter()
            .map(|name| (name, 1))
            .collect(),
    };
    let destination = destinations::only_enabled(find_destinations(args, app, routing)?)?;
    let templates = templates_for(app, &destination, routing, &weights, &all_edits(args))?;
    let source = FreshDeliveries::new(
        templates,
        FreshOptions {
            seed: app.random(args.fixed.seed).next_u64(),
            shuffle: args.bulk.load.shuffle,
            duplicate: args.bulk.load.duplicate.unwrap_or(0.0),
            attempt: args.attempt,
            tampering,
            occurred_at: args.timestamp.map(|time| time.resolve(clock)),
        },
    );
    let setup = BulkSetup {
        plan: args.bulk.plan(Some(source.round())),
        destination,
        options: args.endpoint.client_options(),
        wait: args.endpoint.wait,
        clock,
        store: args.store.path(app),
    };
    Ok(bulk::run(app, setup, Arc::new(source))?.code)
}

fn refuse_with_bulk(args: &SendArgs) -> Result<()> {
    let refused = [
        ("--body", args.body.is_some()),
        ("--scenario", args.scenario.is_some()),
        ("--awkward", args.awkward),
        ("--watch", !args.watch.is_empty()),
        ("--retry", args.retry.retry),
        ("--stop-on-failure", args.stop_on_failure),
        ("--print", args.print.print.is_some()),
        ("--dry-run", args.print.dry_run),
    ];
    match refused.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Error::usage(format!("bulk sending does not go with {option}"))
            .hint("leave out --count, --duration, --concurrency, --rate, --duplicate, --shuffle and --mix")),
        None => Ok(()),
    }
}

fn refuse_with_watch(args: &SendArgs) -> Result<()> {
    let is_named = args.all || args.scenario.is_some() || !args.events.is_empty();
    let refused = [
        ("--print", args.print.form().is_some()),
        ("--body -", args.body.as_deref() == Some(Path::new("-"))),
    ];
    match refused.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Error::usage(format!("--watch does not go with {option}"))),
        None if !is_named && args.body.is_none() => Err(no_event()),
        None => Ok(()),
    }
}

/// What each delivery is sent as. For the whole table a genuine one comes first and last: only
/// while it is accepted do refusals prove anything.
fn tamperings(args: &SendArgs, own: &[Header]) -> Result<Vec<Option<Tampering>>> {
    let Some(text) = &args.tamper else {
        return Ok(vec![None]);
    };
    let own_signature = own.iter().find(|line| {
        [headers::SIGNATURE, headers::DELIVERY, headers::EVENT]
            .iter()
            .any(|name| line.name.eq_ignore_ascii_case(name))
    });
    if let Some(line) = own_signature {
        let message = format!(
            "--tamper makes this header, and -H replaces it: {}",
            line.name
        );
        return Err(Error::usage(message).hint("leave out one of the two"));
    }
    if text == "all" {
        let control = [Tampering::none()];
        let all = control.into_iter().chain(Tampering::all()).chain(control);
        return Ok(all.map(Some).collect());
    }
    Ok(vec![Some(parse_tampering(text)?)])
}

fn parse_tampering(text: &str) -> Result<Tampering> {
    // Seconds may be given as any span of time.
    let span = text.split_once('=').and_then(|(name, span)| {
        let seconds = parse_span(span)?;
        (seconds.subsec_nanos() == 0).then(|| format!("{name}={}", seconds.as_secs()))
    });
    Tampering::parse(span.as_deref().unwrap_or(text)).map_err(|error| {
        let hint = error.hint.clone();
        Error::usage(format!("--tamper: {error}: {text}"))
            .caused_by(error)
            .maybe_hint(hint)
    })
}

fn all_edits(args: &SendArgs) -> Vec<Edit> {
    let mut all: Vec<Edit> = args.id.as_deref().map(Edit::id).into_iter().collect();
    all.extend(args.edits.edits());
    all
}

/// What is sent when it is not bulk.
fn events(
    args: &SendArgs,
    app: &AppContext,
    clock: Clock,
    random: &mut Random,
) -> Result<Vec<EventInstance>> {
    let at_once = |content| EventInstance {
        content,
        wait: Duration::ZERO,
    };
    if let Some(path) = &args.body {
        let job = job_of_file(args, app, path)?;
        return Ok(vec![at_once(Content::Body(job))]);
    }
    let occurred_at = args.timestamp.map(|time| time.resolve(clock));
    let edits = all_edits(args);
    if let Some(name) = &args.scenario {
        let speed = if args.retry.retry { None } else { args.speed };
        return scenario::events(name, &edits, random, clock, occurred_at, speed);
    }
    let mut instance = |name: String, is_awkward: bool| -> Result<EventInstance> {
        let mut all = match is_awkward {
            true => awkward_edits(&name)?,
            false => Vec::new(),
        };
        // What the user says comes last.
        all.extend(edits.iter().cloned());
        // What would be refused is refused before a secret is looked for.
        template_of(&name, &all)?;
        Ok(at_once(Content::Fresh {
            name,
            edits: all,
            fresh: Fresh::draw(random, occurred_at.unwrap_or_else(|| clock.micros())),
            is_awkward,
        }))
    };
    let mut events = Vec::new();
    for name in names(args, app)? {
        // Of all events, those that can be.
        let can_be = !args.all || awkward_edits(&name).is_ok();
        events.push(instance(name, args.awkward && can_be)?);
    }
    if args.all && !args.no_awkward {
        events.push(instance(awkward::EVENT.to_owned(), true)?);
    }
    Ok(events)
}

fn awkward_edits(name: &str) -> Result<Vec<Edit>> {
    let event = catalogue::find(name).ok_or_else(|| unknown_event(name))?;
    let edits = awkward::edits(event);
    match edits.is_empty() {
        true => Err(
            Error::usage(format!("--awkward changes no field of {name}")).hint(format!(
                "`lettermint-hook send {} --awkward` shows the most",
                awkward::EVENT
            )),
        ),
        false => Ok(edits),
    }
}

fn names(args: &SendArgs, app: &AppContext) -> Result<Vec<String>> {
    let all = || -> Vec<String> {
        catalogue::EVENTS
            .iter()
            .filter(|event| event.sample_json().is_some())
            .map(|event| event.name.to_owned())
            .collect()
    };
    if args.all {
        return Ok(all());
    }
    if args.events.is_empty() {
        let all = all();
        if let Some(picked) = app.prompt.pick("Which event?", &all)? {
            return Ok(vec![all[picked].clone()]);
        }
        return Err(no_event());
    }
    let mut names = Vec::new();
    for name in &args.events {
        if !is_glob(name) {
            names.push(name.clone());
            continue;
        }
        let pattern = EventPattern::from_str(name).map_err(|unknown| {
            let hint = unknown.hint();
            Error::usage(unknown.to_string()).hint(hint)
        })?;
        let matching = all().into_iter().filter(|name| pattern.matches(name));
        let before = names.len();
        names.extend(matching);
        if names.len() == before {
            let message = format!("no payload was ever published of an event like: {name}");
            return Err(Error::usage(message).hint("`lettermint-hook events` lists them"));
        }
    }
    Ok(names)
}

fn no_event() -> Error {
    Error::usage("no EVENT to send")
        .hint("name one, such as `lettermint-hook send message.delivered`, or use `--all`, `--scenario NAME` or `--body FILE`")
        .hint("`lettermint-hook events` lists them")
}

fn is_glob(name: &str) -> bool {
    name.contains(['*', '?'])
}

fn job_of_file(args: &SendArgs, app: &AppContext, path: &Path) -> Result<Job> {
    let named = match &args.events[..] {
        [] => None,
        [glob] if is_glob(glob) => {
            return Err(Error::usage(format!(
                "--body is one payload, so EVENT cannot be a glob: {glob}"
            )));
        }
        [name] => Some(name.clone()),
        _ => {
            return Err(
                Error::usage("--body is one payload, so at most one EVENT can be named")
                    .hint("the name then goes into X-Lettermint-Event"),
            );
        }
    };
    Ok(Job::of_body(app.read_input(path)?, named, args.attempt))
}
