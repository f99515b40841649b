//! The body parsed and written again.

use std::iter;
use std::rc::Rc;

use super::{Few, Many, Source, Undone};
use crate::diagnosis::cause::*;
use crate::diagnosis::template;
use crate::json::canonical::{Canonical, Changes, canonicalize};
use crate::json::tree::Node;
use crate::json::writer::{LETTERMINT, LETTERMINT_FLOATS};

/// Bytes of a body beyond which a finding on keys or numbers does not say what else changed.
const MAX_DESCRIBED: usize = 1 << 20;

pub(crate) fn canonical(source: Source<'_>) -> Many<'_> {
    let canonical = canonicalize(source.bytes).filter(|found| found.bytes != source.bytes);
    let undone = canonical.map(|Canonical { bytes, changes }| Undone {
        cause: cause_of(changes),
        detail: changes.describe().into(),
        bytes: bytes.into(),
    });
    Box::new(undone.into_iter())
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

pub(crate) fn numbers(source: Source<'_>) -> Few<'_> {
    let node = Node::parse(source.bytes).ok();
    let written = node
        .filter(Node::has_float)
        .and_then(|node| LETTERMINT_FLOATS.write(&node))
        .filter(|bytes| bytes != source.bytes);
    let few = written.map(|bytes| (seen(source).into(), bytes.into()));
    few.into_iter().collect()
}

pub(crate) fn keys(source: Source<'_>) -> Many<'_> {
    let Ok(node) = Node::parse(source.bytes) else {
        return Box::new(iter::empty());
    };
    let detail = seen(source);
    let node = Rc::new(node);
    // The same order with numbers as PHP writes them: Go's maps hold floats.
    let floats = iter::once(Rc::clone(&node)).filter(|node| node.has_float());
    let restored = template::restore(node, &LETTERMINT, source.max_arrangements)
        .chain(floats.flat_map(|node| template::restore(node, &LETTERMINT_FLOATS, 1)));
    Box::new(restored.map(move |bytes| Undone {
        cause: &BODY_KEYS_REORDERED,
        detail: detail.clone().into(),
        bytes: bytes.into(),
    }))
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
