//! Many appends, one write, without a thread of its own.
//!
//! Every write to the store takes the file's lock and looks whether the file is still the one
//! at its path: five system calls, which cost more than the bytes. So whoever comes first leads:
//! it lets the others that are ready add their lines, then writes all of them at once. Who comes
//! during the write waits without blocking a thread, and one of them leads next.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::committer::copy;
use super::store::Store;

/// Bytes of buffer that are kept for the next group.
const KEPT: usize = 256 * 1024;

/// Appends in groups as they come about by themselves.
#[derive(Debug)]
pub struct Appender(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    group: Mutex<Group>,
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

/// The duty to write a group. It is done at the latest when this is dropped: with a connection
/// that was given up, or in a message that nobody read.
#[derive(Debug)]
struct Leader(Option<Arc<Inner>>);

impl Appender {
    /// Takes over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Inner {
            store,
            group: Mutex::default(),
        }))
    }

    /// The store's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.store.path()
    }

    /// Appends a whole line. When it returns, the line survives the end of this process.
    ///
    /// # Errors
    /// What the file system said about the group.
    pub async fn append(&self, line: &[u8]) -> io::Result<()> {
        let turn = {
            let mut group = self.0.lock();
            group.lines.extend_from_slice(line);
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
                let leader = Leader(Some(Arc::clone(&self.0)));
                // Whatever is ready to run adds its line first.
                tokio::task::yield_now().await;
                leader.write()
            }
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Group> {
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the group and hands the lead on.
    fn write_group(self: &Arc<Self>) -> io::Result<()> {
        let (mut lines, waiting) = {
            let mut group = self.lock();
            let spare = std::mem::take(&mut group.spare);
            let lines = std::mem::replace(&mut group.lines, spare);
            (lines, std::mem::take(&mut group.waiting))
        };
        let result = self.store.append_lines(&lines);
        for sender in waiting {
            // Nobody waits any more when a connection was given up.
            let _ = sender.send(Turn::Done(copy(&result)));
        }
        lines.clear();
        lines.shrink_to(KEPT);
        let mut group = self.lock();
        group.spare = lines;
        if group.lines.is_empty() {
            group.led = false;
            return result;
        }
        let next = group.waiting.pop();
        drop(group);
        let leader = Leader(Some(Arc::clone(self)));
        if let Some(next) = next {
            let _ = next.send(Turn::Lead(leader));
        }
        result
    }
}

impl Leader {
    fn write(mut self) -> io::Result<()> {
        match self.0.take() {
            Some(appender) => appender.write_group(),
            None => Ok(()),
        }
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if let Some(appender) = self.0.take() {
            let _ = appender.write_group();
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
                        let append = appender.append(line.as_bytes());
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
