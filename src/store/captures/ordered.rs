//! Work on chunks by all cores, its results taken in the order of the file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::chunks::{Chunk, ChunkReader};
use crate::error::Result;

/// Finished chunks that may wait for an earlier one. More would only be more memory.
const WAITING: usize = 4;

/// Runs `work` on every chunk and `take` on every result, in order. `failed` makes an error of
/// what the input says.
///
/// An input of one chunk is worked on here, without a thread. Each further worker takes the next
/// chunk from the reader itself, and hands over results itself too when it is their turn: there
/// is no reader and no writer that could be waited for.
///
/// # Errors
/// The first of `take` or of the input.
pub(crate) fn each_chunk<T: Send>(
    mut reader: ChunkReader,
    failed: &(dyn Fn(&std::io::Error) -> crate::error::Error + Sync),
    work: &(dyn Fn(&Chunk) -> T + Sync),
    take: &mut (dyn FnMut(Chunk, T) -> Result<ControlFlow<(), Vec<u8>>> + Send),
) -> Result<ControlFlow<()>> {
    let Some(first) = reader.next_chunk().map_err(|error| failed(&error))? else {
        return Ok(ControlFlow::Continue(()));
    };
    let is_last = first.is_last;
    let result = work(&first);
    match take(first, result)? {
        ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
        ControlFlow::Continue(_) if is_last => return Ok(ControlFlow::Continue(())),
        ControlFlow::Continue(buffer) => reader.recycle(buffer),
    }
    let line = Line {
        reader: Mutex::new(reader),
        order: Mutex::new(Order {
            next: 1,
            waiting: BTreeMap::new(),
            is_taking: false,
            end: None,
        }),
        turn: Condvar::new(),
        take: Mutex::new(take),
        failed,
        work,
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| line.run());
        }
        line.run();
    });
    let order = line
        .order
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    order.end.unwrap_or(Ok(ControlFlow::Continue(())))
}

type Take<'a, T> = &'a mut (dyn FnMut(Chunk, T) -> Result<ControlFlow<(), Vec<u8>>> + Send);

struct Line<'a, T> {
    reader: Mutex<ChunkReader>,
    order: Mutex<Order<T>>,
    /// Told whenever a result was taken.
    turn: Condvar,
    take: Mutex<Take<'a, T>>,
    failed: &'a (dyn Fn(&std::io::Error) -> crate::error::Error + Sync),
    work: &'a (dyn Fn(&Chunk) -> T + Sync),
}

struct Order<T> {
    /// The chunk whose turn it is.
    next: u64,
    waiting: BTreeMap<u64, (Chunk, T)>,
    is_taking: bool,
    /// Why it ended early.
    end: Option<Result<ControlFlow<()>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Send> Line<'_, T> {
    fn run(&self) {
        loop {
            if lock(&self.order).end.is_some() {
                return;
            }
            let next = lock(&self.reader).next_chunk();
            match next {
                Ok(None) => return,
                Ok(Some(chunk)) => {
                    let result = (self.work)(&chunk);
                    self.hand_over(chunk, result);
                }
                Err(error) => {
                    self.end(lock(&self.order), Err((self.failed)(&error)));
                    return;
                }
            }
        }
    }

    fn end(&self, mut order: MutexGuard<'_, Order<T>>, end: Result<ControlFlow<()>>) {
        order.end.get_or_insert(end);
        self.turn.notify_all();
    }

    /// Puts a result in its place and takes every one whose turn it is, unless another worker
    /// is at it.
    fn hand_over(&self, chunk: Chunk, result: T) {
        let mut order = lock(&self.order);
        order.waiting.insert(chunk.sequence, (chunk, result));
        while order.end.is_none() {
            let next = order.next;
            let ready = match order.is_taking {
                true => None,
                false => order.waiting.remove(&next),
            };
            let Some((chunk, result)) = ready else {
                if order.waiting.len() <= WAITING {
                    return;
                }
                order = self
                    .turn
                    .wait(order)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            order.is_taking = true;
            drop(order);
            let taken = lock(&self.take)(chunk, result);
            order = lock(&self.order);
            order.is_taking = false;
            order.next += 1;
            match taken {
                Ok(ControlFlow::Continue(buffer)) => {
                    self.turn.notify_all();
                    drop(order);
                    lock(&self.reader).recycle(buffer);
                    order = lock(&self.order);
                }
                Ok(ControlFlow::Break(())) => {
                    return self.end(order, Ok(ControlFlow::Break(())));
                }
                Err(error) => return self.end(order, Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use std::io::Cursor;

    fn run(lines: usize, stop_at: Option<usize>) -> (Vec<usize>, ControlFlow<()>) {
        let text: String = (0..lines).map(|n| format!("{n:0100}\n")).collect();
        let reader = ChunkReader::new(Vec::new(), Box::new(Cursor::new(text.into_bytes())));
        let mut seen = Vec::new();
        let end = each_chunk(
            reader,
            &|error| Error::cannot_run(error.to_string()),
            &|chunk| {
                let lines = chunk
                    .lines()
                    .map(|(_, line)| std::str::from_utf8(line).unwrap());
                lines
                    .map(|line| line.parse().unwrap())
                    .collect::<Vec<usize>>()
            },
            &mut |chunk, numbers: Vec<usize>| {
                seen.extend(numbers);
                Ok(match stop_at.is_some_and(|stop| seen.len() > stop) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(chunk.into_buffer()),
                })
            },
        );
        (seen, end.unwrap())
    }

    #[test]
    fn results_come_in_the_order_of_the_file() {
        for lines in [0, 1, 30_000] {
            let (seen, end) = run(lines, None);
            assert!(seen.iter().copied().eq(0..lines));
            assert_eq!(end, ControlFlow::Continue(()));
        }
    }

    #[test]
    fn a_stop_is_final() {
        let (seen, end) = run(30_000, Some(10_000));
        assert_eq!(end, ControlFlow::Break(()));
        assert!(seen.len() > 10_000 && seen.len() < 20_000);
        assert!(seen.iter().copied().eq(0..seen.len()));
    }
}
