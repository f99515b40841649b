//! Many appends, one write, one sync: group commit.
//!
//! Waiting for the disk takes milliseconds, whether for one record or for a hundred. So a
//! thread takes all that is waiting, appends it at once, syncs once, and only then lets the
//! answers go.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::store::Store;

/// Bytes of one group at most.
const GROUP: usize = 4 * 1024 * 1024;

/// Appends in groups; each append ends when its group is on disk.
#[derive(Debug)]
pub struct Committer {
    jobs: mpsc::Sender<Job>,
    path: PathBuf,
}

#[derive(Debug)]
struct Job {
    line: Vec<u8>,
    done: oneshot::Sender<io::Result<()>>,
}

impl Committer {
    /// Takes over a store.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(store: Store) -> io::Result<Self> {
        let path = store.path().to_owned();
        let (jobs, waiting) = mpsc::channel();
        std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || commit(&store, &waiting))?;
        Ok(Self { jobs, path })
    }

    /// The store's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a whole line. When it returns, the line survives a loss of power.
    ///
    /// # Errors
    /// What the file system said about the group.
    pub async fn append(&self, line: Vec<u8>) -> io::Result<()> {
        let (done, result) = oneshot::channel();
        let gone = || io::Error::other("the committer has ended");
        self.jobs.send(Job { line, done }).map_err(|_| gone())?;
        result.await.map_err(|_| gone())?
    }
}

fn commit(store: &Store, waiting: &mpsc::Receiver<Job>) {
    let mut lines = Vec::new();
    let mut done = Vec::new();
    while let Ok(first) = waiting.recv() {
        lines.clear();
        let mut next = Some(first);
        while let Some(job) = next {
            lines.extend_from_slice(&job.line);
            done.push(job.done);
            if lines.len() > GROUP {
                break;
            }
            next = waiting.try_recv().ok();
        }
        let result = store.append_lines(&lines).and_then(|()| store.sync());
        for done in done.drain(..) {
            // Nobody waits any more when a connection was given up.
            let _ = done.send(copy(&result));
        }
        // One large mail is no reason to hold its size for ever.
        lines.shrink_to(GROUP);
    }
}

/// An error is no value that could be cloned; kind and words are what is told of it.
pub(super) fn copy(result: &io::Result<()>) -> io::Result<()> {
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
                .map(|i| committer.append(format!("{i}\n").into_bytes()))
                .collect();
            for append in appends {
                append.await.unwrap();
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 50);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(runtime.block_on(committer.append(b"x\n".to_vec())).is_err());
        std::fs::remove_dir(&path).unwrap();
        runtime
            .block_on(committer.append(b"back\n".to_vec()))
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "back\n");
    }
}
