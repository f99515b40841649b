//! Many appends, one write, one sync: group commit.
//!
//! Waiting for the disk takes milliseconds, whether for one record or for a hundred. So a
//! thread takes all that is waiting, appends it at once, syncs once, and only then lets the
//! answers go.

use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::store::Store;

/// Bytes of buffer that are kept for the next group.
const KEPT: usize = 256 * 1024;

/// Appends in groups; each append ends when its group is on disk.
#[derive(Debug)]
pub struct Committer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    group: Mutex<Group>,
    /// There is something to commit, or nobody is left to add anything.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Group {
    lines: Vec<u8>,
    waiting: Vec<oneshot::Sender<io::Result<()>>>,
    closed: bool,
}

impl Committer {
    /// Takes over a store.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(store: Store) -> io::Result<Self> {
        let inner = Arc::new(Inner {
            store,
            group: Mutex::default(),
            changed: Condvar::new(),
        });
        let committing = Arc::clone(&inner);
        std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || committing.commit())?;
        Ok(Self(inner))
    }

    /// The store's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.store.path()
    }

    /// Appends the whole line that `write` adds to what it is given. When this returns, the line
    /// survives a loss of power.
    ///
    /// # Errors
    /// What the file system said about the group.
    pub async fn append(&self, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let (done, result) = oneshot::channel();
        let is_first = {
            let mut group = self.0.lock();
            write(&mut group.lines);
            group.waiting.push(done);
            group.waiting.len() == 1
        };
        if is_first {
            self.0.changed.notify_one();
        }
        result
            .await
            .map_err(|_| io::Error::other("the committer has ended"))?
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_one();
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Group> {
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes one group after the other until nobody is left to add anything.
    fn commit(&self) {
        let (mut lines, mut waiting) = (Vec::new(), Vec::new());
        loop {
            {
                let mut group = self
                    .changed
                    .wait_while(self.lock(), |group| {
                        group.waiting.is_empty() && !group.closed
                    })
                    .unwrap_or_else(PoisonError::into_inner);
                if group.waiting.is_empty() {
                    return;
                }
                std::mem::swap(&mut group.lines, &mut lines);
                std::mem::swap(&mut group.waiting, &mut waiting);
            }
            let result = self
                .store
                .append_lines(&lines)
                .and_then(|()| self.store.sync());
            for done in waiting.drain(..) {
                // Nobody waits any more when a connection was given up.
                let _ = done.send(copy(&result));
            }
            lines.clear();
            // One large mail is no reason to hold its size for ever.
            lines.shrink_to(KEPT);
        }
    }
}

/// An error is no value that could be cloned; kind and words are what is told of it.
pub(crate) fn copy(result: &io::Result<()>) -> io::Result<()> {
    match result {
        Ok(()) => Ok(()),
        Err(error) => Err(match error.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(error.kind(), error.to_string()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_append_of_a_group_is_there_when_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.ndjson");
        let committer = Committer::start(Store::open(&path).unwrap()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let appends: Vec<_> = (0..50)
                .map(|i| committer.append(move |lines| lines.extend(format!("{i}\n").bytes())))
                .collect();
            for append in appends {
                append.await.unwrap();
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 50);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(
            runtime
                .block_on(committer.append(|lines| lines.extend(b"x\n")))
                .is_err()
        );
        std::fs::remove_dir(&path).unwrap();
        runtime
            .block_on(committer.append(|lines| lines.extend(b"back\n")))
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "back\n");
    }
}
