//! What an input holds, as verification takes it.

use crate::app::AppContext;
use crate::capture::{Capture, Format, Problem};
use crate::error::Result;
use crate::store::captures::{ChunkReader, Input};

/// What an input holds.
pub(crate) enum Content {
    /// One record a line.
    Lines(ChunkReader),
    /// Captures and problems in the document's order.
    Whole(Vec<Result<Capture, Problem>>),
}

/// Opens an input and tells its format.
///
/// # Errors
/// It cannot be read, exit 3. What is none of the formats is a problem in it, not an error.
pub(crate) fn open(input: &Input, app: &AppContext) -> Result<Content> {
    let opened = input.look()?;
    let format = opened.format;
    if format.is_some_and(Format::is_by_line) {
        return Ok(Content::Lines(ChunkReader::of(opened)));
    }
    let mut entries = input.read_whole(opened, &app.context)?;
    // A browser's HAR holds all of its traffic; the deliveries are what was asked about.
    entries.retain(|entry| {
        format != Some(Format::Har)
            || entry.as_ref().is_ok_and(Capture::is_delivery)
            || entry.is_err()
    });
    Ok(Content::Whole(entries))
}
