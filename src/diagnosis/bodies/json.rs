//! The body parsed and written again.

use super::{Source, Take, Undone};
use crate::diagnosis::cause::*;
use crate::diagnosis::template;
use crate::json::canonical::{Changes, canonicalize};
use crate::json::tree::Node;
use crate::json::writer::{LETTERMINT, LETTERMINT_FLOATS};

/// Bytes of a body beyond which a finding on keys or numbers does not say what else changed.
const MAX_DESCRIBED: usize = 1 << 20;

pub(crate) fn canonical(source: Source<'_>, take: &mut Take<'_>) {
    if let Some(canonical) = canonicalize(source.bytes)
        && canonical.bytes != source.bytes
    {
        let changes = canonical.changes;
        take(undone(
            cause_of(changes),
            changes.describe(),
            canonical.bytes,
        ));
    }
}

fn undone(cause: &'static Cause, detail: String, bytes: Vec<u8>) -> Undone<'static> {
    Undone {
        cause,
        detail: detail.into(),
        bytes: bytes.into(),
    }
}

fn cause_of(changes: Changes) -> &'static Cause {
    if changes.raw_control {
        // No encoder leaves a line break in a string; `echo` makes one of `\n`.
        return &BODY_SHELL_EXPANDED;
    }
    let spaced = changes.white_space || changes.byte_order_mark;
    match (spaced, changes.any_escape()) {
        (true, true) => &BODY_RESERIALIZED,
        (false, true) => &BODY_REESCAPED,
        (_, false) => &BODY_REFORMATTED,
    }
}

pub(crate) fn numbers(source: Source<'_>, take: &mut Take<'_>) {
    let Ok(node) = Node::parse(source.bytes) else {
        return;
    };
    if !node.has_float() {
        return;
    }
    if let Some(bytes) = LETTERMINT_FLOATS.write(&node)
        && bytes != source.bytes
    {
        take(undone(&BODY_NUMBERS_REWRITTEN, seen(source), bytes));
    }
}

pub(crate) fn keys(source: Source<'_>, take: &mut Take<'_>) {
    let Ok(node) = Node::parse(source.bytes) else {
        return;
    };
    let detail = seen(source);
    let mut wanted = true;
    let mut each = |bytes| {
        wanted = take(undone(&BODY_KEYS_REORDERED, detail.clone(), bytes));
        wanted
    };
    template::restore(&node, &LETTERMINT, source.max_arrangements, &mut each);
    // The same order with numbers as PHP writes them: Go's maps hold floats.
    if wanted && node.has_float() {
        template::restore(&node, &LETTERMINT_FLOATS, 1, &mut |bytes| {
            take(undone(&BODY_KEYS_REORDERED, detail.clone(), bytes))
        });
    }
}

/// What else the canonical form undoes along with the numbers or the order. Not worth a pass
/// over a large body.
fn seen(source: Source<'_>) -> String {
    if source.bytes.len() > MAX_DESCRIBED {
        return String::new();
    }
    let changes = canonicalize(source.bytes).map(|canonical| canonical.changes);
    match changes.map(|changes| changes.describe()) {
        Some(also) if !also.is_empty() => format!("also {also}"),
        _ => String::new(),
    }
}
