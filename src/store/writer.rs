//! Appending: whoever comes first writes for all who wait.
//!
//! Every write takes the file's lock and looks whether the file is still the one at its path:
//! five system calls, which cost more than the bytes; and waiting for the disk takes milliseconds,
//! whether for one record or for a hundred. So what is to be appended is queued, everybody else
//! who is ready gets the time to queue theirs, and one of them then writes all of it at once.
//!
//! Where that means waiting, for the disk or for another process that has locked the file, a
//! thread does it, so that nobody's timers or signals wait. It stays while there is more to write.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::file::StoreFile;
use crate::error::{Error, Result};

/// What an append survives once it is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    Written,
    Synced,
}

#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    writer: Arc<Writer>,
}

#[derive(Debug)]
struct Writer {
    queue: Mutex<Queue>,
    file: Mutex<StoreFile>,
}

#[derive(Debug, Default)]
struct Queue {
    appends: Vec<Append>,
    /// Somebody is writing and will look at the queue again before they go.
    has_writer: bool,
}

#[derive(Debug)]
struct Append {
    lines: Vec<u8>,
    durability: Durability,
    done: oneshot::Sender<io::Result<()>>,
}

impl Store {
    /// Opens a store, creating file and directory (0600 in 0700) when they are not there.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = StoreFile::open(path).map_err(|error| {
            Error::file("open the store", path, &error)
                .hint("`--store PATH` names another file, `--no-store` writes none")
        })?;
        Ok(Self {
            path: path.to_owned(),
            writer: Arc::new(Writer {
                queue: Mutex::default(),
                file: Mutex::new(file),
            }),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends whole lines, all of them or none, whether or not the answer is waited for. An error
    /// leaves the store as it was, or with a torn line that the next append closes.
    pub(crate) fn append(
        &self,
        lines: Vec<u8>,
        durability: Durability,
    ) -> impl Future<Output = io::Result<()>> + use<> {
        let (queued, done) = self.queue(lines, durability);
        async {
            // Everybody whose request is in comes to this point before this goes on.
            tokio::task::yield_now().await;
            drop(queued);
            done.await.unwrap_or_else(|_| Err(ended()))
        }
    }

    /// [`Store::append`] for callers outside a runtime.
    pub(crate) fn append_blocking(&self, lines: Vec<u8>) -> io::Result<()> {
        let (queued, done) = self.queue(lines, Durability::Written);
        drop(queued);
        done.blocking_recv().unwrap_or_else(|_| Err(ended()))
    }

    fn queue(
        &self,
        lines: Vec<u8>,
        durability: Durability,
    ) -> (Queued, oneshot::Receiver<io::Result<()>>) {
        let (done, written) = oneshot::channel();
        self.writer.queue().appends.push(Append {
            lines,
            durability,
            done,
        });
        (Queued(Arc::clone(&self.writer)), written)
    }
}

fn ended() -> io::Error {
    io::Error::other("an earlier append failed badly")
}

/// Something is queued, and is written at the latest when this is dropped: also when the client
/// has left, and nobody waits any more.
struct Queued(Arc<Writer>);

impl Drop for Queued {
    fn drop(&mut self) {
        Writer::write_queued(&self.0);
    }
}

impl Writer {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_queued(self: &Arc<Self>) {
        let has_writer = std::mem::replace(&mut self.queue().has_writer, true);
        if has_writer || self.write_groups(false) {
            return;
        }
        let writer = Arc::clone(self);
        // Nobody waits for the thread's end: what was acknowledged is written, and the end of the
        // program may not depend on another process that has locked the file.
        let started = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.write_groups(true));
        if started.is_err() {
            self.write_groups(true);
        }
    }

    /// Writes one group after the other until nothing is queued. `false` when that means waiting
    /// and it may not: the rest is left to another writer, who may.
    fn write_groups(&self, may_wait: bool) -> bool {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let mut queue = self.queue();
            let is_synced = |append: &Append| append.durability == Durability::Synced;
            let sync = queue.appends.iter().any(is_synced);
            if sync && !may_wait {
                return false;
            }
            queue.has_writer = !queue.appends.is_empty();
            if !queue.has_writer {
                return true;
            }
            let group = std::mem::take(&mut queue.appends);
            drop(queue);
            let lines: Vec<_> = group.iter().map(|append| &append.lines[..]).collect();
            let Some(written) = file.append(&lines.concat(), may_wait) else {
                self.queue().appends.splice(0..0, group);
                return false;
            };
            let result = written.and_then(|()| if sync { file.sync() } else { Ok(()) });
            for append in group {
                // Nobody waits any more when a connection was given up.
                let _ = append.done.send(copy(&result));
            }
        }
    }
}

/// An error cannot be cloned; its kind and its words are what is told of it.
fn copy(result: &io::Result<()>) -> io::Result<()> {
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
    use std::fs;
    use std::time::Duration;

    fn lines(path: &Path) -> Vec<String> {
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn two_writers_and_a_rotation_lose_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/.lettermint-hook/s.ndjson");
        let stores = [Store::open(&path).unwrap(), Store::open(&path).unwrap()];
        thread::scope(|scope| {
            for (writer, store) in stores.iter().enumerate() {
                scope.spawn(move || {
                    for i in 0..200 {
                        let line = format!("{writer}-{i}\n").into_bytes();
                        store.append_blocking(line).unwrap();
                    }
                });
            }
        });
        let mut written = lines(&path);
        written.sort_unstable();
        written.dedup();
        assert_eq!(written.len(), 400);
        let rotated = path.with_extension("old");
        fs::rename(&path, &rotated).unwrap();
        stores[0].append_blocking(b"after\n".to_vec()).unwrap();
        assert_eq!(lines(&path), ["after"]);
        assert_eq!(lines(&rotated).len(), 400);
    }

    #[test]
    fn every_append_is_written_once_and_an_error_is_told_to_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s.ndjson");
        let store = Store::open(&path).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let append = |text: String| store.append(text.into_bytes(), Durability::Synced);
        runtime.block_on(async {
            let appends: Vec<_> = (0..500).map(|i| append(format!("{i}\n"))).collect();
            for (i, append) in appends.into_iter().enumerate() {
                if i % 7 == 0 {
                    // Given up at once, as when a client leaves.
                    let _ = tokio::time::timeout(Duration::ZERO, append).await;
                } else {
                    append.await.unwrap();
                }
            }
        });
        let mut numbers: Vec<usize> = lines(&path).iter().map(|n| n.parse().unwrap()).collect();
        numbers.sort_unstable();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        assert!((0..500).all(|n| n % 7 == 0 || numbers.contains(&n)));

        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let failed =
            runtime.block_on(async { tokio::join!(append("x\n".into()), append("y\n".into())) });
        assert!(failed.0.is_err() && failed.1.is_err());
        fs::remove_dir(&path).unwrap();
        runtime.block_on(append("back\n".into())).unwrap();
        assert_eq!(lines(&path), ["back"]);
    }
}
