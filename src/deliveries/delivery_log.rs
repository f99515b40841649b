//! Looking into the store: the latest deliveries, and one with all its attempts.

use std::io;
use std::path::Path;

use bytes::Bytes;
use memchr::memmem;

use crate::delivery::{Record, RecordSummary};
use crate::error::{Error, Result};
use crate::lettermint::timestamp::Style;
use crate::store::selection::Selection;
use crate::store::{BackwardReader, Reader};

/// How many deliveries are named when an id is the beginning of several.
const CANDIDATES: usize = 10;

/// How a look into the store went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Records that were taken.
    pub taken: usize,
    /// Records that were not.
    pub passed: u64,
    /// Lines that are no records.
    pub broken: u64,
}

/// Hands on the latest `limit` records that are selected, newest first, reading no further back
/// than that takes.
///
/// # Errors
/// The store cannot be read, or what `found` ends with.
pub fn latest(
    path: &Path,
    selection: &Selection,
    limit: usize,
    mut found: impl FnMut(&RecordSummary<'_>) -> Result<()>,
) -> Result<Seen> {
    let mut reader = BackwardReader::open(path)?;
    let mut seen = Seen::default();
    while seen.taken < limit {
        let Some(line) = reader
            .next_line()
            .map_err(|error| unreadable(path, &error))?
        else {
            break;
        };
        match RecordSummary::parse(line) {
            Some(summary) if selection.judge(&summary, || body_of(line)).is_ok() => {
                seen.taken += 1;
                found(&summary)?;
            }
            Some(_) => seen.passed += 1,
            None => seen.broken += 1,
        }
    }
    Ok(seen)
}

/// All records of the delivery with this id, or whose id alone begins so, oldest first.
///
/// # Errors
/// The store cannot be read, exit 3; no delivery is meant, exit 1, or several are, exit 2.
pub fn history(path: &Path, wanted: &str) -> Result<(Vec<Record>, Seen)> {
    let mut reader = Reader::open(path)?;
    let finder = memmem::Finder::new(wanted);
    let mut seen = Seen::default();
    let mut candidates = Candidates::default();
    while let Some((_, line)) = reader
        .next_line()
        .map_err(|error| unreadable(path, &error))?
    {
        // Ids are written as they are, so most lines need not be parsed to be passed over.
        if finder.find(line).is_none() {
            seen.passed += 1;
            continue;
        }
        match RecordSummary::parse(line) {
            None => seen.broken += 1,
            Some(summary) => match summary.id.as_deref().filter(|id| id.starts_with(wanted)) {
                None => seen.passed += 1,
                Some(id) => {
                    let Some(kept) = candidates.kept(id, wanted, &summary) else {
                        seen.passed += 1;
                        continue;
                    };
                    match Record::parse(line) {
                        Ok(record) => kept.push(record),
                        Err(_) => seen.broken += 1,
                    }
                }
            },
        }
    }
    let records = candidates.decide(wanted)?;
    seen.taken = records.len();
    Ok((records, seen))
}

/// What was found of the ids that begin as wanted. Records are kept of two deliveries at most:
/// the one whose whole id is wanted, and the first other.
#[derive(Debug, Default)]
struct Candidates {
    exact: Vec<Record>,
    first: Vec<Record>,
    /// The ids that begin so, the first one's included, each with its event and time.
    known: Vec<(String, String)>,
    more: bool,
}

impl Candidates {
    /// Where the record of an id is kept, if it is.
    fn kept(
        &mut self,
        id: &str,
        wanted: &str,
        summary: &RecordSummary<'_>,
    ) -> Option<&mut Vec<Record>> {
        if id == wanted {
            return Some(&mut self.exact);
        }
        match self.known.iter().position(|(known, _)| known == id) {
            Some(0) => return Some(&mut self.first),
            Some(_) => return None,
            None if self.known.len() == CANDIDATES => {
                self.more = true;
                return None;
            }
            None => {}
        }
        let event = summary.event.as_deref().unwrap_or("(no event)");
        let facts = format!("{event}  {}", Style::MicrosZulu.format(summary.at));
        self.known.push((id.to_owned(), facts));
        (self.known.len() == 1).then_some(&mut self.first)
    }

    fn decide(self, wanted: &str) -> Result<Vec<Record>> {
        if !self.exact.is_empty() {
            return Ok(self.exact);
        }
        match self.known.len() {
            0 => Err(
                Error::negative(format!("no recorded delivery has the id: {wanted}"))
                    .hint("`lettermint-hook deliveries list` shows the latest"),
            ),
            1 => Ok(self.first),
            _ => {
                let several = format!("the ids of several deliveries begin with: {wanted}");
                let error = self
                    .known
                    .iter()
                    .fold(Error::usage(several), |error, (id, facts)| {
                        error.hint(format!("{id}  {facts}"))
                    });
                Err(match self.more {
                    true => error.hint("and more; type a longer part of the id"),
                    false => error,
                })
            }
        }
    }
}

/// The body of a record's line, for what asks for it.
fn body_of(line: &[u8]) -> Option<Bytes> {
    Record::parse(line).ok().map(|record| record.body)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::file("read the store", path, error)
}
