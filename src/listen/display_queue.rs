//! What waits to be shown.
//!
//! Deliveries are rendered by the thread that received them and wait as finished text: what was
//! allocated for a delivery is freed where it was allocated. Handing whole deliveries to the
//! thread that writes made the two fight for the allocator, at a third of the time of each.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::delivery::ReceivedDelivery;
use super::display::Display;
use super::output::ready::Listening;

/// Bytes that may wait to be shown before deliveries wait for the display, or are left out.
const SOON: usize = 128 * 1024;

/// Bytes that may wait for a pipe or file that stands still: a reader that pauses misses nothing.
const WAITING: usize = 16 * 1024 * 1024;

/// Bytes beyond these for what is not a delivery.
const RESERVE: usize = 64 * 1024;

/// How long a delivery waits for the display, so that a reader who is as fast as possible gets
/// everything in little memory. One who then has taken nothing stands still, and no other
/// delivery waits until it goes on.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long a display may take nothing at the end before it is given up, and how long the end may
/// take in all.
const STALLED: Duration = Duration::from_secs(2);
const LAST: Duration = Duration::from_secs(10);

/// What a line that is no text counts for besides the bytes it holds.
const OVERHEAD: usize = 256;

#[derive(Debug)]
pub(crate) enum DisplayLine {
    Rendered(String),
    Delivery(Box<ReceivedDelivery>),
    /// The start, and who waits for it to be shown.
    Ready(Box<Listening>, oneshot::Sender<()>),
    /// What happened besides deliveries.
    Status(String),
    /// Recording or the handler fails, or works again.
    Warning(String),
    /// Nothing will come after this text.
    End(String),
}

impl DisplayLine {
    /// About how many bytes it holds.
    fn size(&self) -> usize {
        match self {
            Self::Rendered(lines) => lines.len(),
            Self::Delivery(delivery) => {
                let lines = delivery.record.headers.iter();
                let headers: usize = lines.map(|line| line.name.len() + line.value.len()).sum();
                OVERHEAD + delivery.record.body.len() + headers
            }
            Self::Status(text) | Self::Warning(text) | Self::End(text) => OVERHEAD + text.len(),
            Self::Ready(..) => OVERHEAD,
        }
    }
}

/// The receiver's end.
#[derive(Debug, Clone)]
pub(crate) struct DisplaySender {
    shared: Arc<Shared>,
    /// How deliveries look; without it they are handed on as they are.
    display: Option<Arc<Display>>,
    /// Whether nobody waits for the display, as on a terminal: nobody reads as fast as programs
    /// send.
    is_lossy: bool,
}

/// The other end. Dropping it lets senders go on unheard.
#[derive(Debug)]
pub(crate) struct DisplayQueue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Notify,
    emptied: Notify,
    missed: AtomicU64,
    /// Writes that have ended.
    written: AtomicU64,
}

#[derive(Debug, Default)]
struct Queue {
    lines: VecDeque<DisplayLine>,
    /// About how many bytes they are.
    bytes: usize,
    /// Whether a delivery has waited for the display in vain.
    is_stalled: bool,
    is_closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line when fewer bytes than these are waiting, and says how many are then.
    fn push(&self, line: DisplayLine, limit: usize) -> Option<usize> {
        let mut queue = self.lock();
        if queue.is_closed {
            return Some(0);
        }
        if queue.bytes >= limit {
            return None;
        }
        let was_empty = queue.lines.is_empty();
        queue.bytes += line.size();
        match (queue.lines.back_mut(), line) {
            // Not for ever: each is written by itself, and then it is known that writing goes on.
            (Some(DisplayLine::Rendered(before)), DisplayLine::Rendered(lines))
                if before.len() < SOON =>
            {
                before.push_str(&lines);
            }
            (_, line) => queue.lines.push_back(line),
        }
        let bytes = queue.bytes;
        drop(queue);
        if was_empty {
            self.filled.notify_one();
        }
        Some(bytes)
    }
}

impl DisplaySender {
    /// On a terminal (`is_lossy`) what does not fit is left out and counted. A pipe or file gets
    /// everything and slows the senders down for it, as long as it takes anything at all.
    pub(crate) fn new(display: Option<Arc<Display>>, is_lossy: bool) -> (Self, DisplayQueue) {
        let shared = Arc::new(Shared::default());
        let queue = DisplayQueue(Arc::clone(&shared));
        let sender = Self {
            shared,
            display,
            is_lossy,
        };
        (sender, queue)
    }

    pub(crate) async fn show(&self, delivery: ReceivedDelivery) {
        if let Some(display) = &self.display
            && !display.shows(&delivery)
        {
            return;
        }
        let limit = if self.is_lossy { SOON } else { WAITING };
        if self.shared.lock().bytes >= limit {
            return self.miss();
        }
        let line = match &self.display {
            Some(display) if !display.explains(&delivery) => {
                let mut lines = String::with_capacity(256);
                display.render(&delivery, None, &mut lines);
                DisplayLine::Rendered(lines)
            }
            _ => DisplayLine::Delivery(Box::new(delivery)),
        };
        match self.shared.push(line, limit) {
            None => self.miss(),
            Some(waiting) if waiting >= SOON && !self.is_lossy => self.wait().await,
            Some(_) => {}
        }
    }

    /// Waits until little is left to be shown, unless the display stands still.
    async fn wait(&self) {
        // Before looking, so that no emptying in between is missed.
        let emptied = self.shared.emptied.notified();
        tokio::pin!(emptied);
        emptied.as_mut().enable();
        {
            let queue = self.shared.lock();
            if queue.is_stalled || queue.bytes < SOON {
                return;
            }
        }
        if tokio::time::timeout(PATIENCE, emptied).await.is_err() {
            let mut queue = self.shared.lock();
            queue.is_stalled = queue.bytes >= SOON;
        }
    }

    fn miss(&self) {
        self.shared.missed.fetch_add(1, Ordering::Relaxed);
    }

    /// Says where the listener is, and waits for that to be shown, but not for a display that
    /// stands still.
    pub(crate) async fn ready(&self, listening: Listening) {
        let (shown, is_shown) = oneshot::channel();
        self.always(DisplayLine::Ready(Box::new(listening), shown));
        let _ = tokio::time::timeout(PATIENCE, is_shown).await;
    }

    /// Says something that may go unsaid when nobody keeps up.
    pub(crate) fn status(&self, line: String) {
        let _ = self.shared.push(DisplayLine::Status(line), SOON);
    }

    /// Says what has changed. Changes are few, so there is nearly always space for them.
    pub(crate) fn warn(&self, message: String) {
        let line = DisplayLine::Warning(message);
        let _ = self.shared.push(line, WAITING + RESERVE);
    }

    /// Shows a last text and waits until that is done, but not for a display that stands still.
    pub(crate) async fn end(&self, text: String, shown: &mut oneshot::Receiver<()>) {
        self.always(DisplayLine::End(text));
        let written = || self.shared.written.load(Ordering::Relaxed);
        let all = async {
            loop {
                let before = written();
                let shown = tokio::time::timeout(STALLED, &mut *shown).await;
                if shown.is_ok() || written() == before {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(LAST, all).await;
    }

    fn always(&self, line: DisplayLine) {
        self.shared.push(line, usize::MAX);
    }

    /// How many deliveries were left out.
    pub(crate) fn missed(&self) -> u64 {
        self.shared.missed.load(Ordering::Relaxed)
    }
}

impl DisplayQueue {
    pub(crate) async fn next(&self) -> DisplayLine {
        loop {
            if let Some(line) = self.next_waiting() {
                return line;
            }
            self.0.filled.notified().await;
        }
    }

    pub(crate) fn next_waiting(&self) -> Option<DisplayLine> {
        let mut queue = self.0.lock();
        let line = queue.lines.pop_front()?;
        let was_full = queue.bytes >= SOON;
        queue.bytes -= line.size();
        if was_full && queue.bytes < SOON {
            queue.is_stalled = false;
            self.0.emptied.notify_waiters();
        }
        Some(line)
    }

    /// Takes note that something was written.
    pub(crate) fn has_written(&self) {
        self.0.written.fetch_add(1, Ordering::Relaxed);
    }

    /// How many deliveries were left out.
    pub(crate) fn missed(&self) -> u64 {
        self.0.missed.load(Ordering::Relaxed)
    }
}

impl Drop for DisplayQueue {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.is_closed = true;
        queue.lines = VecDeque::new();
        queue.bytes = 0;
        drop(queue);
        self.0.emptied.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(length: usize) -> DisplayLine {
        DisplayLine::Rendered(" ".repeat(length))
    }

    #[tokio::test]
    async fn what_waits_is_bounded_by_its_bytes() {
        let (sender, queue) = DisplaySender::new(None, false);
        let push = |length| sender.shared.push(line(length), WAITING);
        assert_eq!(push(SOON), Some(SOON));
        assert_eq!(push(WAITING - SOON), Some(WAITING));
        assert_eq!(push(1), None);
        sender.warn("nearly always said".to_owned());
        for length in [SOON, WAITING - SOON] {
            let next = queue.next().await;
            assert!(matches!(next, DisplayLine::Rendered(text) if text.len() == length));
        }
        assert!(matches!(queue.next().await, DisplayLine::Warning(_)));
        assert!(push(10 * WAITING).is_some(), "one alone passes");
        drop(queue);
        assert!(push(1).is_some(), "nobody is left");
    }

    #[tokio::test]
    async fn one_that_stands_still_is_waited_for_once() {
        let (sender, queue) = DisplaySender::new(None, false);
        let is_stalled = || sender.shared.lock().is_stalled;
        sender.shared.push(line(SOON), WAITING);
        sender.wait().await;
        assert!(is_stalled());
        // Would otherwise fire.
        let again = tokio::time::timeout(Duration::ZERO, sender.wait());
        assert!(again.await.is_ok(), "no other delivery waits");
        queue.next().await;
        assert!(!is_stalled(), "it goes on");
    }
}
