//! One run of `verify`: what is judged, printed and counted.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::args::{NowArg, OutputFormat, SdkArg, VerifyArgs};
use super::batch::{Batch, InputInfo, Printed, neighbors};
use super::explain::Budget;
use super::judge::Settings;
use super::output::{Printer, SdkTable, Source, Status, Unreadable, VerificationSummary};
use super::sides::{Side, Sides};
use crate::app::AppContext;
use crate::capture::Capture;
use crate::capture::captured::Request;
use crate::config::secrets;
use crate::context::clock::Clock;
use crate::context::signals;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::{Headers, SignatureHeader, Verifier, headers};
use crate::store::input::{Block, Input, Nothing, each_block, inputs};
use crate::terminal::Format;
use crate::terminal::progress::Progress;

/// How progress is shown, with and without a known size.
const PROGRESS: [&str; 2] = [
    "{wide_bar} {percent:>3} %  {binary_bytes_per_sec}  {eta} left",
    "{spinner} {elapsed}  {binary_bytes}  {binary_bytes_per_sec}",
];

pub(crate) fn run(args: &VerifyArgs, app: &AppContext) -> Result<ExitCode> {
    if args.judged_as.contains(&SdkArg::List) {
        app.terminal.emit(&SdkTable);
        return Ok(ExitCode::Success);
    }
    let format = output_format(args.format, app.terminal.format())?;
    let junit = (args.junit.as_ref()).map(|path| app.context.directory.join(path));
    if junit.is_some() || matches!(format, OutputFormat::Junit | OutputFormat::Github) {
        // What is judged so far is then still written.
        signals::watch();
    }
    let mut printer = Printer::new(app, format, junit);
    let mut summary = VerificationSummary::default();
    let result = verify(args, app, &mut printer, &mut summary);
    let printed = printer.finish(&summary, result.as_ref().err());
    result.and(printed)?;
    Ok(ExitCode::of(summary.is_good()))
}

/// Judges everything, as far as it comes.
fn verify(
    args: &VerifyArgs,
    app: &AppContext,
    printer: &mut Printer<'_>,
    summary: &mut VerificationSummary,
) -> Result<()> {
    let VerifyArgs {
        files,
        body,
        signature,
        delivery,
        event,
        now,
        tolerance,
        judged_as,
        format: _,
        junit: _,
        fail_fast,
        allow_empty,
        require_event,
        max_age,
        progress,
        secret,
    } = args;
    let secrets = app.secrets(&secret.sources())?;
    if secrets.is_empty() {
        return Err(secrets::missing());
    }
    let clock = match now {
        Some(NowArg::Time(time)) => Clock::Fixed(time.resolve(Clock::System)),
        None | Some(NowArg::Received) => Clock::System,
    };
    let settings = Settings {
        verifier: Verifier::new(secrets.iter().map(|named| &named.secret), *tolerance),
        secrets,
        now: judged_at(*now, body.is_some(), clock)?,
        signed_since: max_age.map(|age| {
            let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
            clock.seconds().saturating_sub(age)
        }),
        sdks: judged_as
            .iter()
            .filter_map(|sdk| match sdk {
                SdkArg::One(sdk) => Some(*sdk),
                SdkArg::List => None,
            })
            .collect(),
        shows_valid: printer.wants_valid(),
        shows_notes: printer.shows_valid(),
        fail_fast: *fail_fast,
        required: require_event.clone(),
    };
    let mut run = Run {
        settings: &settings,
        app,
        printer,
        summary,
        seen: vec![false; settings.required.len()],
        budget: Budget::default(),
        sides: Sides::default(),
    };
    run.summary.may_be_empty = *allow_empty;
    match (body, signature) {
        (Some(path), Some(signature)) => {
            let capture = Capture::of_request(Request {
                method: "POST".to_owned(),
                headers: signed_headers(signature, delivery.as_deref(), event.as_deref()),
                body: app.read_input(path)?.into(),
                ..Request::default()
            });
            run.one(Source::whole(format!("--body {}", path.display())), capture)?;
        }
        _ => run.files(files, *progress)?,
    }
    run.finish();
    Ok(())
}

fn output_format(asked: Option<OutputFormat>, global: Format) -> Result<OutputFormat> {
    match (asked, global) {
        (None | Some(OutputFormat::Json), Format::Json) => Ok(OutputFormat::Json),
        (None, Format::Text) => Ok(OutputFormat::Text),
        (Some(asked), Format::Text) => Ok(asked),
        (Some(_), Format::Json) => {
            Err(Error::usage("--json and --format name two forms").hint("leave one of them out"))
        }
    }
}

/// Unix seconds to judge age by; `None`: when each delivery was received.
fn judged_at(now: Option<NowArg>, is_body: bool, clock: Clock) -> Result<Option<i64>> {
    match (now, is_body) {
        (Some(NowArg::Received), true) => Err(Error::usage(
            "--now received needs a capture that carries its time",
        )
        .hint("leave it out, or give a time such as `--now 2026-10-04T08:15:30Z`")),
        (None | Some(NowArg::Received), false) => Ok(None),
        (Some(NowArg::Time(_)), _) | (None, true) => Ok(Some(clock.seconds())),
    }
}

/// The headers that the options name. A delivery header that is not given is not judged, which
/// is the same as one that is right.
fn signed_headers(signature: &str, delivery: Option<&str>, event: Option<&str>) -> Headers {
    let mut lines = Headers::new();
    lines.push(headers::SIGNATURE, signature);
    let signed = SignatureHeader::parse(signature.as_bytes()).map(|header| header.t);
    lines.push(headers::DELIVERY, delivery.unwrap_or(signed.unwrap_or("0")));
    if let Some(event) = event {
        lines.push(headers::EVENT, event);
    }
    lines
}

struct Run<'a, 'p> {
    settings: &'a Settings,
    app: &'a AppContext,
    printer: &'a mut Printer<'p>,
    summary: &'a mut VerificationSummary,
    seen: Vec<bool>,
    budget: Budget,
    sides: Sides,
}

impl Run<'_, '_> {
    /// Verifies the captures that were named, or the store.
    fn files(&mut self, named: &[PathBuf], progress: bool) -> Result<()> {
        let Self { settings, app, .. } = *self;
        let store = Some(crate::args::store_path(app, None));
        let inputs = inputs(app, named, store.as_deref())?;
        let total = inputs.iter().map(Input::size).sum::<Option<u64>>();
        // Lines of a report on the same terminal would tear it apart.
        let is_wanted = progress && (app.terminal.is_quiet() || !app.context.stdout_is_terminal);
        let progress = Progress::new(&app.context, is_wanted, total, PROGRESS);
        for input in &inputs {
            let open = input.open(&app.context)?;
            self.summary.other_files += u64::from(open.nothing == Nothing::OtherFile);
            let missing = open.nothing.problem(self.summary.may_be_empty);
            let input = InputInfo {
                shown: &input.shown,
                format: open.format,
            };
            if let Some(problem) = missing
                && self
                    .print(
                        input,
                        &Block::default(),
                        Batch::unreadable(settings, problem),
                    )?
                    .is_break()
            {
                break;
            }
            let work = |block: &Block| Batch::of_block(settings, input, block);
            let take = |block: &Block, batch| {
                progress.advance(block.size());
                self.print(input, block, batch)
            };
            if each_block(open, work, take)?.is_break() {
                break;
            }
        }
        progress.finish();
        Ok(())
    }

    fn one(&mut self, source: Source, capture: Capture) -> Result<()> {
        let mut batch = Batch::default();
        batch.judge(self.settings, source, 0, capture);
        let nowhere = InputInfo {
            shown: "",
            format: None,
        };
        self.print(nowhere, &Block::default(), batch).map(drop)
    }

    fn print(
        &mut self,
        input: InputInfo<'_>,
        block: &Block,
        batch: Batch,
    ) -> Result<ControlFlow<()>> {
        *self.summary += batch.summary;
        for side in batch.unprinted {
            if self.sides.is_second(side) {
                self.summary.second_side(Status::Valid);
            }
        }
        for position in batch.seen {
            self.seen[position] = true;
        }
        for printed in batch.printed {
            match printed {
                Printed::Problem(problem) => self.printer.unreadable(&Unreadable {
                    source: match problem.line {
                        0 => Source::whole(input.shown),
                        line => Source::line(input.shown, line),
                    },
                    message: problem.message,
                }),
                Printed::Delivery(delivery) => {
                    let (place, mut found, capture) = *delivery;
                    if self.sides.is_second(Side::of_record(&capture.record)) {
                        self.summary.second_side(found.status);
                        continue;
                    }
                    let near = || neighbors(input, block, place);
                    self.budget
                        .explain(self.settings, &mut found, &capture, near);
                    self.printer.verification(&mut found);
                }
            }
        }
        Ok(match self.summary.stopped {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    }

    fn finish(self) {
        // What was not looked at cannot be missing.
        if !self.summary.stopped {
            let required = self.settings.required.iter().zip(self.seen);
            let unseen = required.filter(|(_, seen)| !seen);
            self.summary.missing = unseen.map(|(event, _)| event.to_string()).collect();
        }
    }
}
