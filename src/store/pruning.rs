//! Making a store smaller while others append to it.
//!
//! What is kept is copied into a new file next to the store without holding anybody up. Then,
//! under the lock that every append takes, what was appended in the meantime is copied too, and
//! the new file is put in the old one's place. Who waits for the lock finds another file at the
//! path when they get it, and goes on there.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use super::file::is_same_file;
use super::input::Input;
use crate::context::signals;
use crate::delivery::RecordSummary;
use crate::error::{Error, Result};
use crate::terminal::output::NewFile;

/// Which records may go: those to which all that is given applies.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Expiry {
    /// Recorded before this time, in microseconds since 1970.
    pub(crate) before: Option<i64>,
    /// Not among the last so many.
    pub(crate) keep_last: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pruned {
    pub(crate) removed: u64,
    pub(crate) kept: u64,
    /// Lines that are no records; they stay, because nobody can tell what they are.
    pub(crate) unreadable: u64,
    pub(crate) freed: u64,
}

/// Removes expired records from a store, or only counts them. After an error the store is as it
/// was.
pub(crate) fn prune(path: &Path, expiry: Expiry, dry_run: bool) -> Result<Pruned> {
    loop {
        // Somebody else may prune it meanwhile, who is then done: every time one of all gets on.
        if let Some(pruned) = try_prune(path, expiry, dry_run)? {
            return Ok(pruned);
        }
    }
}

/// `None` when somebody else replaced the file before this could.
fn try_prune(path: &Path, expiry: Expiry, dry_run: bool) -> Result<Option<Pruned>> {
    let file = Input::store(path, &path.display().to_string()).file()?;
    let failed = |error: io::Error| failed(path, &error);
    let mut pass = Pass {
        before: expiry.before.unwrap_or(i64::MAX),
        stay_from: match expiry.keep_last {
            None => u64::MAX,
            Some(last) => count(&file).map_err(failed)?.saturating_sub(last),
        },
        offset: 0,
        pruned: Pruned::default(),
    };
    if dry_run {
        pass.copy(&file, End::Settled, &mut io::sink())
            .map_err(failed)?;
        return Ok(Some(pass.pruned));
    }
    let mut fresh = NewFile::next_to(path).map_err(failed)?;
    pass.copy(&file, End::Settled, &mut fresh).map_err(failed)?;
    if pass.pruned.removed == 0 {
        return Ok(Some(pass.pruned));
    }
    fresh.sync().map_err(failed)?;
    file.lock().map_err(failed)?;
    let replaced = replace(path, &file, pass, fresh);
    // The lock goes with the file in any case.
    let _ = file.unlock();
    replaced.map_err(failed)
}

fn count(file: &File) -> io::Result<u64> {
    let mut pass = Pass {
        before: i64::MIN,
        stay_from: 0,
        offset: 0,
        pruned: Pruned::default(),
    };
    pass.copy(file, End::Settled, &mut io::sink())?;
    Ok(pass.pruned.kept)
}

fn failed(path: &Path, error: &io::Error) -> Error {
    if let Err(interrupted) = signals::check() {
        return interrupted;
    }
    let failed = Error::file("prune the store", path, error);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            failed
                .hint("what stays is copied before the rest goes, which takes its space: `--keep-last 100` takes less")
                .hint(format!(
                    "or `lettermint-hook deliveries export --format ndjson --output /other/disk/kept.ndjson`, then `rm {}`",
                    path.display()
                ))
        }
        _ => failed,
    }
}

/// The part under the lock.
fn replace(
    path: &Path,
    file: &File,
    mut pass: Pass,
    mut fresh: NewFile,
) -> io::Result<Option<Pruned>> {
    if !is_same_file(&file.metadata()?, path)? {
        return Ok(None);
    }
    pass.copy(file, End::Locked, &mut fresh)?;
    fresh.put_in_place()?;
    Ok(Some(pass.pruned))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// A last line without its newline may still be in the writing, and is left alone.
    Settled,
    Locked,
}

/// Copies what stays, from where it is on.
struct Pass {
    before: i64,
    /// The records with this number and later ones stay.
    stay_from: u64,
    offset: u64,
    pruned: Pruned,
}

impl Pass {
    fn copy(&mut self, mut file: &File, end: End, out: &mut impl io::Write) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.offset))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        loop {
            line.clear();
            signals::check().map_err(io::Error::other)?;
            let read = reader.read_until(b'\n', &mut line)? as u64;
            if read == 0 || (end == End::Settled && !line.ends_with(b"\n")) {
                return Ok(());
            }
            self.offset += read;
            if self.stays(line.trim_ascii()) {
                out.write_all(&line)?;
            } else {
                self.pruned.freed += read;
            }
        }
    }

    fn stays(&mut self, line: &[u8]) -> bool {
        if line.is_empty() {
            return false;
        }
        let pruned = &mut self.pruned;
        let number = pruned.removed + pruned.kept;
        match RecordSummary::parse(line) {
            None => pruned.unreadable += 1,
            Some(record) if number < self.stay_from && record.at < self.before => {
                pruned.removed += 1;
                return false;
            }
            Some(_) => pruned.kept += 1,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    fn line(day: u32, id: &str) -> String {
        format!(
            "{{\"v\":1,\"direction\":\"received\",\"at\":\"2026-10-{day:02}T12:00:00Z\",\"event\":null,\"id\":\"{id}\",\"attempt\":1,\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"{{}}\"}}\n"
        )
    }

    #[test]
    fn nothing_is_lost_while_others_append() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s.ndjson");
        let old: String = (1..=10).map(|day| line(day, "old")).collect();
        fs::write(&path, old).unwrap();
        let done = AtomicBool::new(false);
        let appended = thread::scope(|scope| {
            let writers = [0, 1].map(|writer| {
                let (path, done) = (&path, &done);
                scope.spawn(move || {
                    let store = Store::open(path).unwrap();
                    let mut count = 0;
                    // As many as a pruning can see come, and not without end on a slow machine.
                    while !done.load(Ordering::SeqCst) && count < 20_000 {
                        let new = line(20, &format!("new-{writer}-{count}"));
                        store.append_blocking(new.into_bytes()).unwrap();
                        count += 1;
                    }
                    count
                })
            });
            for day in 1..=10 {
                let noon = 1_790_769_600_000_000 + i64::from(day) * 86_400_000_000;
                let expiry = Expiry {
                    before: Some(noon + 1),
                    keep_last: None,
                };
                prune(&path, expiry, false).unwrap();
            }
            done.store(true, Ordering::SeqCst);
            writers.map(|writer| writer.join().unwrap())
        });
        let left = fs::read_to_string(&path).unwrap();
        for (writer, count) in appended.into_iter().enumerate() {
            let start = format!("\"new-{writer}-");
            let numbers: Vec<usize> = left
                .lines()
                .filter_map(|line| line.split(&start).nth(1)?.split('"').next()?.parse().ok())
                .collect();
            assert_eq!(numbers, (0..count).collect::<Vec<_>>());
        }
        assert!(!left.contains("\"old\""));
    }
}
