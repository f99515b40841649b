//! Making a store smaller while others append to it.
//!
//! What is kept is copied into a new file beside the store without holding anybody up. Then,
//! under the lock that every append takes, what was appended in the meantime is copied too, and
//! the new file is put in the old one's place. Who waits for the lock finds another file at the
//! path when they get it, and goes on there.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::BackwardReader;
use super::file::is_same_file;
use crate::delivery::RecordSummary;
use crate::error::{Error, Result};
use crate::terminal::output::NewFile;

/// Which records may go: those to which all that is given applies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expiry {
    /// Recorded before this time, in microseconds since 1970.
    pub before: Option<i64>,
    /// Not among the last so many.
    pub keep_last: Option<u64>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruning {
    /// Records that go.
    pub removed: u64,
    /// Records that stay.
    pub kept: u64,
    /// Lines that are no records; they stay, because nobody can tell what they are.
    pub unreadable: u64,
    /// Bytes that go.
    pub freed: u64,
}

/// Removes expired records from a store, or only counts them.
///
/// # Errors
/// What the file system says, exit 3; the store is then as it was.
pub fn prune(path: &Path, expiry: Expiry, dry_run: bool) -> Result<Pruning> {
    let file = super::forward::open(path)?;
    let failed = |error: io::Error| Error::file("prune the store", path, &error);
    let bound = match expiry.keep_last {
        None => u64::MAX,
        Some(count) => start_of_last(&file, count).map_err(failed)?,
    };
    let mut pass = Pass {
        before: expiry.before.unwrap_or(i64::MAX),
        bound,
        offset: 0,
        pruning: Pruning::default(),
    };
    // A last line without its end may still be in the writing.
    let settled = end_of_lines(&file).map_err(failed)?;
    if dry_run {
        pass.copy(&file, settled, &mut io::sink()).map_err(failed)?;
        return Ok(pass.pruning);
    }
    let mut fresh = NewFile::next_to(path).map_err(failed)?;
    pass.copy(&file, settled, &mut fresh).map_err(failed)?;
    if pass.pruning.removed == 0 {
        return Ok(pass.pruning);
    }
    fresh.sync().map_err(failed)?;
    file.lock().map_err(failed)?;
    let replaced = replace(path, &file, pass, fresh);
    // The lock goes with the file in any case.
    let _ = file.unlock();
    replaced.map_err(failed)
}

/// The part under the lock.
fn replace(path: &Path, file: &File, mut pass: Pass, mut fresh: NewFile) -> io::Result<Pruning> {
    if !is_same_file(&file.metadata()?, path)? {
        return Err(io::Error::other("somebody else replaced it meanwhile"));
    }
    let length = file.metadata()?.len();
    pass.copy(file, length, &mut fresh)?;
    fresh.put_in_place(path)?;
    Ok(pass.pruning)
}

/// Copies what stays, from where it is on.
struct Pass {
    before: i64,
    /// Records from this offset on stay.
    bound: u64,
    offset: u64,
    pruning: Pruning,
}

impl Pass {
    fn copy(&mut self, mut file: &File, end: u64, out: &mut impl io::Write) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.offset))?;
        let part = file.take(end.saturating_sub(self.offset));
        let mut reader = BufReader::with_capacity(1 << 16, part);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            if self.stays(&line) {
                out.write_all(&line)?;
            } else {
                self.pruning.freed += read as u64;
            }
            self.offset += read as u64;
        }
    }

    fn stays(&mut self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() {
            return false;
        }
        match RecordSummary::parse(line.trim_ascii()) {
            None => {
                self.pruning.unreadable += 1;
                true
            }
            Some(record) if self.offset < self.bound && record.at < self.before => {
                self.pruning.removed += 1;
                false
            }
            Some(_) => {
                self.pruning.kept += 1;
                true
            }
        }
    }
}

/// The offset from which on there are `count` records, 0 when there are not so many.
fn start_of_last(file: &File, count: u64) -> io::Result<u64> {
    let mut reader = BackwardReader::over(file.try_clone()?)?;
    let mut start = reader.given();
    let mut found = 0;
    while found < count {
        let Some(line) = reader.next_line()? else {
            return Ok(0);
        };
        if RecordSummary::parse(line).is_some() {
            found += 1;
            start = reader.given();
        }
    }
    Ok(start)
}

/// The offset behind the last newline.
fn end_of_lines(mut file: &File) -> io::Result<u64> {
    const BLOCK: u64 = 64 * 1024;
    let mut end = file.metadata()?.len();
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        block.clear();
        file.seek(SeekFrom::Start(start))?;
        file.take(end - start).read_to_end(&mut block)?;
        if let Some(newline) = memchr::memrchr(b'\n', &block) {
            return Ok(start + newline as u64 + 1);
        }
        end = start;
    }
    Ok(0)
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
