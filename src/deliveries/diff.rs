//! `deliveries diff`: how two requests differ.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::diff::Comparison;
use super::show::history;
use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::delivery::{Direction, Record};
use crate::difference::diff;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::store::input::{ProblemWarnings, inputs};

/// Show how two requests differ: headers, the first byte, JSON values, the encoding
///
/// When the bodies hold the same values in other bytes, the re-encoding that turns one into the
/// other is named: that is what breaks signatures.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries diff 9d3f6a1e@1 9d3f6a1e@2
  lettermint-hook deliveries diff 9d3f6a1e:sent 9d3f6a1e:received
  lettermint-hook deliveries diff capture.har 9d3f6a1e
  lettermint-hook deliveries diff before.ndjson:3 after.ndjson:3

Exits 0 when they are identical, 1 when they differ.")]
pub(crate) struct DiffArgs {
    /// The one: an id of the store or its beginning, FILE or FILE:LINE
    ///
    /// ID is the latest record of a delivery, ID@2 that of its second attempt; `:sent` or
    /// `:received` behind either takes what was recorded that way.
    #[arg(value_name = "A", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) left: String,
    /// The other
    #[arg(value_name = "B", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) right: String,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

pub(crate) fn run(args: &DiffArgs, app: &AppContext) -> Result<ExitCode> {
    let DiffArgs { left, right, store } = args;
    let store = store.path(app);
    let (left, left_record) = find(app, &store, left)?;
    let (right, right_record) = find(app, &store, right)?;
    let difference = diff(&left_record, &right_record);
    let code = match difference.is_empty() {
        true => ExitCode::Success,
        false => ExitCode::Negative,
    };
    app.terminal.emit(&Comparison {
        left,
        right,
        difference,
    });
    Ok(code)
}

/// The request that a text names, and its name.
fn find(app: &AppContext, store: &Path, text: &str) -> Result<(String, Record)> {
    let is_file = |text: &str| app.context.directory.join(text).is_file();
    if is_file(text) {
        return in_file(app, text, None);
    }
    if let Some((file, line)) = text.rsplit_once(':')
        && let Ok(line) = line.parse()
        && is_file(file)
    {
        return in_file(app, file, Some(line));
    }
    let (id, direction) = match text.rsplit_once(':') {
        Some((id, "sent")) => (id, Some(Direction::Sent)),
        Some((id, "received")) => (id, Some(Direction::Received)),
        _ => (text, None),
    };
    if id.contains(['/', '.', ':']) {
        return Err(Error::cannot_run(format!("no such file: {text}"))
            .hint("name a file, `FILE:LINE`, or a delivery of the store by its id"));
    }
    let (id, attempt) = match id.split_once('@') {
        None => (id, None),
        Some((id, attempt)) => match attempt.parse::<u32>() {
            Ok(attempt) => (id, Some(attempt)),
            Err(_) => {
                return Err(
                    Error::usage(format!("not a number of an attempt: {attempt}"))
                        .hint(format!("`{id}@2` is its second attempt")),
                );
            }
        },
    };
    let (records, _) = history(app, store, id)?;
    let number = |record: &Record| record.attempt.unwrap_or(1);
    let named: Vec<_> = records
        .iter()
        .map(|record| format!("`{id}@{}:{}`", number(record), record.direction.as_str()))
        .collect();
    let found = records.into_iter().rev().find(|record| {
        attempt.is_none_or(|attempt| number(record) == attempt)
            && direction.is_none_or(|direction| record.direction == direction)
    });
    let record = found.ok_or_else(|| {
        Error::negative(format!("the delivery has no such record: {text}"))
            .hint(format!("recorded are: {}", named.join(", ")))
    })?;
    let name = format!(
        "{} {}, attempt {}",
        record.direction.as_str(),
        record.id.as_deref().unwrap_or(id),
        number(&record)
    );
    Ok((name, record))
}

fn in_file(app: &AppContext, file: &str, line: Option<usize>) -> Result<(String, Record)> {
    let mut warnings = ProblemWarnings::new(&app.terminal);
    let mut found: Option<(usize, Record)> = None;
    let mut lines = Vec::new();
    for input in inputs(app, &[PathBuf::from(file)], None)? {
        let mut open = input.open(&app.context)?;
        while let Some(entry) = open.next_entry()? {
            match entry.decode() {
                Ok(Some(capture)) => {
                    let is_wanted = line.is_none_or(|line| line == capture.line);
                    if lines.len() < 10 {
                        lines.push(format!("`{file}:{}`", capture.line));
                    }
                    if is_wanted && found.is_some() {
                        return Err(Error::usage(format!("holds several requests: {file}"))
                            .hint(format!("name one of them: {}", lines.join(", "))));
                    }
                    if is_wanted {
                        found = Some((capture.line, capture.record));
                    }
                }
                Ok(None) => {}
                Err(problem) => warnings.add(&input.shown, &problem),
            }
        }
    }
    let (line, record) = found.ok_or_else(|| {
        let name = line.map_or(file.to_owned(), |line| format!("{file}:{line}"));
        let error = Error::negative(format!("no request starts there: {name}"));
        match lines.is_empty() {
            true => error,
            false => error.hint(format!("there are: {}", lines.join(", "))),
        }
    })?;
    Ok((format!("{file}:{line}"), record))
}
