//! Captured deliveries as the source of a bulk run.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use super::in_order::continued;
use super::preparation::Preparation;
use crate::app::AppContext;
use crate::capture::{Capture, parse_line};
use crate::delivery::resend::kept_headers;
use crate::delivery::scan::scan;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::Random;
use crate::sending::bulk;
use crate::sending::bulk::{BulkSetup, Filled, Item, Source};
use crate::sending::destinations::Destination;
use crate::store::query::{Chosen, ChosenEntry};

/// What makes a bulk replay differ from one in order.
pub struct BulkReplay {
    /// What is done to captures.
    pub preparation: Preparation,
    /// Where they go.
    pub destination: Destination,
    /// Whether they go in random order.
    pub shuffle: bool,
    /// The share that repeats the one before.
    pub duplicate: f64,
    /// What randomness is drawn from.
    pub seed: u64,
}

/// Sends what was chosen over many connections.
///
/// # Errors
/// An input that cannot be read, or as of [`bulk::run`].
pub fn send_in_bulk(
    app: &AppContext,
    mut chosen: Chosen,
    replay: BulkReplay,
    setup: BulkSetup,
) -> Result<ExitCode> {
    let mut random = Random::seeded(replay.seed);
    if replay.shuffle {
        chosen.shuffle(&mut random);
    }
    let source = Arc::new(CapturedDeliveries {
        state: Mutex::new(State {
            chosen,
            random,
            before: None,
            under_way: Vec::new(),
            failed: None,
        }),
        replay,
    });
    let code = bulk::run(app, setup, Arc::clone(&source))?;
    let mut state = source.state.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = state.failed.take() {
        return Err(error);
    }
    if code != ExitCode::Interrupted || source.replay.shuffle {
        return Ok(code);
    }
    // What was under way is given up, so whoever was slowest decides where to go on.
    let slowest = state.under_way.iter().min().copied().unwrap_or_default();
    let last = last_id(&mut state.chosen, slowest.saturating_sub(1))?;
    Err(continued(app, Error::interrupted(), last.as_deref()))
}

struct CapturedDeliveries {
    state: Mutex<State>,
    replay: BulkReplay,
}

struct State {
    chosen: Chosen,
    random: Random,
    /// The delivery before, when some are to be repeated.
    before: Option<ChosenEntry>,
    /// How many were handed out when each holder of an item last got one. Everything before the
    /// smallest of these was sent, as nobody asks for more before they are done.
    under_way: Vec<usize>,
    failed: Option<Error>,
}

impl CapturedDeliveries {
    /// The next delivery, undecoded, for the holder of an item; a line is in `room`. `None` at the
    /// end.
    fn take(&self, holder: &mut Option<usize>, room: Vec<u8>) -> Option<ChosenEntry> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State {
            chosen,
            random,
            before,
            under_way,
            failed,
        } = &mut *state;
        let duplicate = self.replay.duplicate;
        if let Some(before) = before
            && random.unit() < duplicate
        {
            return Some(before.clone());
        }
        match chosen.next_entry(room) {
            Ok(next) => {
                if next.is_some() {
                    let holder = *holder.get_or_insert_with(|| {
                        under_way.push(0);
                        under_way.len() - 1
                    });
                    under_way[holder] = chosen.given();
                }
                if duplicate > 0.0 {
                    before.clone_from(&next);
                }
                next
            }
            Err(error) => {
                failed.get_or_insert(error);
                None
            }
        }
    }

    fn fill_generally(&self, line: &[u8], item: &mut Item) -> Result<(), String> {
        match parse_line(line, 1) {
            Ok(Some(capture)) => self.fill_from(&capture, item),
            Ok(None) => Err("no delivery any more".to_owned()),
            Err(problem) => Err(problem.message),
        }
    }

    fn fill_from(&self, capture: &Capture, item: &mut Item) -> Result<(), String> {
        let BulkReplay {
            preparation,
            destination,
            ..
        } = &self.replay;
        let record = &capture.record;
        destination
            .takes_record(record)
            .map_err(|why| destination.refusal(record.event.as_deref(), &why))?;
        let (payload, _) = preparation.payload(record)?;
        item.event = payload.event;
        item.id = payload.id;
        item.attempt = preparation.attempt.of(record.attempt);
        item.body.clear();
        item.body.extend_from_slice(&payload.body);
        item.headers = kept_headers(&record.headers);
        Ok(())
    }
}

impl CapturedDeliveries {
    /// Fills in a line as the store writes it, without decoding more of it than is sent. `false`
    /// when it takes the general way.
    fn fill_quickly(&self, line: &[u8], item: &mut Item) -> bool {
        let BulkReplay {
            preparation,
            destination,
            ..
        } = &self.replay;
        if !preparation.edits.is_empty() || destination.webhook.is_some() {
            return false;
        }
        let Item { scratch, .. } = item;
        let Some(scanned) = scan(line, scratch).filter(|scanned| !scanned.has_kept_headers) else {
            return false;
        };
        set_text(&mut item.event, scanned.event);
        set_text(&mut item.id, scanned.id);
        item.attempt = preparation.attempt.of(scanned.attempt);
        item.body.clear();
        item.body.extend_from_slice(scanned.body);
        item.headers.clear();
        true
    }
}

/// Puts a text in the place of another, in the same memory.
fn set_text(place: &mut Option<String>, bytes: Option<&[u8]>) {
    let text = bytes.map(String::from_utf8_lossy);
    match (place, text) {
        (Some(place), Some(text)) => {
            place.clear();
            place.push_str(&text);
        }
        (place, text) => *place = text.map(Cow::into_owned),
    }
}

impl Source for Arc<CapturedDeliveries> {
    fn fill(&self, _: u64, _: i64, item: &mut Item) -> Filled {
        let filled = match self.take(&mut item.holder, std::mem::take(&mut item.line)) {
            None => return Filled::End,
            Some(ChosenEntry::Capture(capture)) => self.fill_from(&capture, item),
            Some(ChosenEntry::Line(line)) => {
                let filled = match self.fill_quickly(&line, item) {
                    true => Ok(()),
                    false => self.fill_generally(&line, item),
                };
                item.line = line;
                filled
            }
        };
        match filled {
            Ok(()) => Filled::Ready,
            Err(why) => Filled::Refused(why),
        }
    }
}

/// The id of the last of those that were handed out, or of the last one before it that has one.
fn last_id(chosen: &mut Chosen, given: usize) -> Result<Option<String>> {
    /// How far back an id is looked for.
    const LOOKED_BACK: usize = 100;
    for number in (given.saturating_sub(LOOKED_BACK)..given).rev() {
        if let Some(capture) = chosen.entry(number, Vec::new())?.decode()
            && let Some(id) = capture.record.id
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
