//! Work on blocks by all cores, its results taken in the order of the input.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::{Block, OpenInput};
use crate::error::Result;

/// Blocks that each worker has at hand. More would only be more memory.
const AHEAD: usize = 2;

/// Runs `work` on every block and `take` on every result, in order.
///
/// An input of one block is worked on here, without a thread. Otherwise blocks are dealt out to
/// the workers in turn and the results collected in the same turn, which keeps the order.
pub(crate) fn each_block<T: Send>(
    mut input: OpenInput,
    work: impl Fn(&Block) -> T + Sync,
    mut take: impl FnMut(&Block, T) -> Result<ControlFlow<()>>,
) -> Result<ControlFlow<()>> {
    let Some(first) = input.next_block()? else {
        return Ok(ControlFlow::Continue(()));
    };
    let result = work(&first);
    let flow = take(&first, result)?;
    if flow.is_break() || first.is_last() {
        return Ok(flow);
    }
    input.recycle(first);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                let (blocks, given) = channel();
                let (done, results) = channel();
                scope.spawn(move || run(work, &given, &done));
                (blocks, results)
            })
            .collect();
        let (mut dealt, mut taken) = (0, 0);
        loop {
            while dealt - taken < cores * AHEAD
                && let Some(block) = input.next_block()?
            {
                // A worker that is gone has panicked, which the scope reports at its end.
                let _ = workers[dealt % cores].0.send(block);
                dealt += 1;
            }
            if taken == dealt {
                return Ok(ControlFlow::Continue(()));
            }
            let Ok((block, result)) = workers[taken % cores].1.recv() else {
                return Ok(ControlFlow::Break(()));
            };
            taken += 1;
            if take(&block, result)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            input.recycle(block);
        }
    })
}

/// What a worker does, until no more blocks come or nobody wants its results.
fn run<T>(work: &impl Fn(&Block) -> T, blocks: &Receiver<Block>, results: &Sender<(Block, T)>) {
    for block in blocks {
        let result = work(&block);
        if results.send((block, result)).is_err() {
            return;
        }
    }
}
