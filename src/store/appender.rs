//! Many appends, one write, without a thread of its own.
//!
//! Every write to the store takes the file's lock and looks whether the file is still the one
//! at its path: five system calls, which cost more than the bytes. So whoever comes first leads:
//! it lets the others that are ready add their lines, then writes all of them at once. Who comes
//! during the write waits without blocking a thread, and one of them leads next.
//!
//! Each thread has a group of its own: who waits is woken on the thread of the one who wrote,
//! and moving a connection from thread to thread costs more than the larger group saves.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;

use super::committer::copy;
use crate::store::Store;

/// Bytes of buffer that are kept for the next group.
const KEPT: usize = 128 * 1024;

/// Groups at most; more threads share them.
const GROUPS: usize = 16;

/// Appends in groups as they come about by themselves.
#[derive(Debug)]
pub struct Appender(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    groups: [Mutex<Group>; GROUPS],
}

#[derive(Debug, Default)]
struct Group {
    lines: Vec<u8>,
    waiting: Vec<oneshot::Sender<Turn>>,
    led: bool,
    spare: Vec<u8>,
}

/// What somebody who waits is told.
#[derive(Debug)]
enum Turn {
    /// The line is written, or not.
    Done(io::Result<()>),
    /// The group is yours to write.
    Lead(Leader),
}

/// The duty to write the group at an index. It is done at the latest when this is dropped: with
/// a connection that was given up, or in a message that nobody read.
#[derive(Debug)]
struct Leader(Option<(Arc<Inner>, usize)>);

/// The index of this thread's group.
fn own_group() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = THREADS.fetch_add(1, Ordering::Relaxed) % GROUPS;
    }
    OWN.with(|own| *own)
}

impl Appender {
    /// Takes over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Inner {
            store,
            groups: Default::default(),
        }))
    }

    /// The store's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.store.path()
    }

    /// Appends the whole line that `write` adds to what it is given. When this returns, the line
    /// survives the end of this process.
    ///
    /// # Errors
    /// What the file system said about the group.
    pub async fn append(&self, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let own = own_group();
        let turn = {
            let mut group = self.0.lock(own);
            write(&mut group.lines);
            if group.led {
                let (sender, turn) = oneshot::channel();
                group.waiting.push(sender);
                Some(turn)
            } else {
                group.led = true;
                None
            }
        };
        match turn {
            Some(turn) => match turn.await {
                Ok(Turn::Done(result)) => result,
                Ok(Turn::Lead(leader)) => leader.write(),
                Err(_) => Err(io::Error::other("an earlier append failed badly")),
            },
            None => {
                let leader = Leader(Some((Arc::clone(&self.0), own)));
                // Whatever is ready to run adds its line first.
                tokio::task::yield_now().await;
                leader.write()
            }
        }
    }
}

impl Inner {
    fn lock(&self, group: usize) -> MutexGuard<'_, Group> {
        self.groups[group]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a group and hands the lead on.
    fn write_group(self: &Arc<Self>, index: usize) -> io::Result<()> {
        let (mut lines, waiting) = {
            let mut group = self.lock(index);
            let spare = std::mem::take(&mut group.spare);
            let lines = std::mem::replace(&mut group.lines, spare);
            (lines, std::mem::take(&mut group.waiting))
        };
        let result = loop {
            if let Some(result) = self.store.try_append_lines(&lines) {
                break result;
            }
            if let Err(error) = wait_for(|| self.store.wait_until_free()) {
                break Err(error);
            }
        };
        for sender in waiting {
            // Nobody waits any more when a connection was given up.
            let _ = sender.send(Turn::Done(copy(&result)));
        }
        lines.clear();
        lines.shrink_to(KEPT);
        let mut group = self.lock(index);
        group.spare = lines;
        if group.lines.is_empty() {
            group.led = false;
            return result;
        }
        let next = group.waiting.pop();
        drop(group);
        let leader = Leader(Some((Arc::clone(self), index)));
        if let Some(next) = next {
            let _ = next.send(Turn::Lead(leader));
        }
        result
    }
}

/// Runs what may have to wait for another process, without holding up the other connections,
/// timers and signals of a thread of the runtime.
fn wait_for<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

impl Leader {
    fn write(mut self) -> io::Result<()> {
        match self.0.take() {
            Some((appender, group)) => appender.write_group(group),
            None => Ok(()),
        }
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if let Some((appender, group)) = self.0.take() {
            let _ = appender.write_group(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_written_once_whoever_leads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.ndjson");
        let appender = Arc::new(Appender::new(Store::open(&path).unwrap()));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..500)
                .map(|number| {
                    let appender = Arc::clone(&appender);
                    tokio::spawn(async move {
                        let line = format!("{number}\n");
                        let append =
                            appender.append(|lines| lines.extend_from_slice(line.as_bytes()));
                        if number % 7 == 0 {
                            // Given up at once, as when a client leaves.
                            let gone = std::time::Duration::ZERO;
                            let _ = tokio::time::timeout(gone, append).await;
                        } else {
                            append.await.unwrap();
                        }
                    })
                })
                .collect();
            for task in tasks {
                let _ = task.await;
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        let mut numbers: Vec<u32> = text.lines().map(|line| line.parse().unwrap()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), text.lines().count());
        assert!(
            (0..500)
                .filter(|n| n % 7 != 0)
                .all(|n| numbers.contains(&n))
        );
    }
}
