//! What waits to be shown.
//!
//! Deliveries are rendered by the thread that received them and wait as finished text: what was
//! allocated for a delivery is freed where it was allocated. Handing whole deliveries to the
//! thread that writes made the two fight for the allocator, at a third of the time of each.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::delivery::ReceivedDelivery;
use super::display::Display;

/// Bytes that may wait to be shown before something has to give.
const WAITING: usize = 128 * 1024;

/// What a line that is no text counts for besides the bytes it holds.
const OVERHEAD: usize = 256;

#[derive(Debug)]
pub(crate) enum DisplayLine {
    Rendered(String),
    Delivery(Box<ReceivedDelivery>),
    /// What happened besides deliveries.
    Status(String),
    /// Recording or the handler fails, or works again.
    Warning(String),
    /// Nothing more will come.
    End,
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
            Self::Status(text) | Self::Warning(text) => OVERHEAD + text.len(),
            Self::End => OVERHEAD,
        }
    }
}

/// The receiver's end.
#[derive(Debug, Clone)]
pub(crate) struct DisplaySender {
    shared: Arc<Shared>,
    /// How deliveries look; without it they are handed on as they are.
    display: Option<Arc<Display>>,
    /// Whether a screen that is too slow misses deliveries, or slows the senders down.
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
}

#[derive(Debug, Default)]
struct Queue {
    lines: VecDeque<DisplayLine>,
    /// About how many bytes they are.
    bytes: usize,
    is_closed: bool,
}

impl Queue {
    fn has_space(&self) -> bool {
        self.is_closed || self.bytes < WAITING
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the line back when there is no space.
    fn try_push(&self, line: DisplayLine) -> Result<(), DisplayLine> {
        if !self.lock().has_space() {
            return Err(line);
        }
        self.push(line);
        Ok(())
    }

    fn push(&self, line: DisplayLine) {
        let mut queue = self.lock();
        if queue.is_closed {
            return;
        }
        let was_empty = queue.lines.is_empty();
        queue.bytes += line.size();
        match (queue.lines.back_mut(), line) {
            (Some(DisplayLine::Rendered(before)), DisplayLine::Rendered(lines)) => {
                before.push_str(&lines);
            }
            (_, line) => queue.lines.push_back(line),
        }
        drop(queue);
        if was_empty {
            self.filled.notify_one();
        }
    }
}

impl DisplaySender {
    /// On a terminal, nobody reads as fast as programs send: what does not fit is left out and
    /// counted (`is_lossy`). A pipe or file gets everything, and slows the senders down when it
    /// must.
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
        if self.is_lossy && !self.shared.lock().has_space() {
            return self.miss();
        }
        let mut line = match &self.display {
            Some(display) if !display.explains(&delivery) => {
                let mut lines = String::with_capacity(256);
                display.render(&delivery, None, &mut lines);
                DisplayLine::Rendered(lines)
            }
            _ => DisplayLine::Delivery(Box::new(delivery)),
        };
        loop {
            // Before looking, so that no emptying in between is missed.
            let emptied = self.shared.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            match self.shared.try_push(line) {
                Ok(()) => return,
                Err(_) if self.is_lossy => return self.miss(),
                Err(back) => line = back,
            }
            emptied.await;
        }
    }

    fn miss(&self) {
        self.shared.missed.fetch_add(1, Ordering::Relaxed);
    }

    /// Says something that may go unsaid when nobody keeps up.
    pub(crate) fn status(&self, line: String) {
        let _ = self.shared.try_push(DisplayLine::Status(line));
    }

    /// Says what has changed. Changes are few, so there is always space for them.
    pub(crate) fn warn(&self, message: String) {
        self.shared.push(DisplayLine::Warning(message));
    }

    pub(crate) fn end(&self) {
        self.shared.push(DisplayLine::End);
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
        let was_full = !queue.has_space();
        queue.bytes -= line.size();
        if was_full && queue.has_space() {
            self.0.emptied.notify_waiters();
        }
        Some(line)
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
        drop(queue);
        self.0.emptied.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_waits_is_bounded_by_its_bytes() {
        let (sender, queue) = DisplaySender::new(None, false);
        let line = || DisplayLine::Rendered(" ".repeat(WAITING / 2));
        assert!(sender.shared.try_push(line()).is_ok());
        assert!(sender.shared.try_push(line()).is_ok());
        assert!(
            sender.shared.try_push(line()).is_err(),
            "two halves fill it"
        );
        sender.warn("always said".to_owned());
        assert!(matches!(queue.next().await, DisplayLine::Rendered(both) if both.len() == WAITING));
        assert!(matches!(queue.next().await, DisplayLine::Warning(_)));
        let large = DisplayLine::Rendered(" ".repeat(10 * WAITING));
        assert!(sender.shared.try_push(large).is_ok(), "one alone passes");
        drop(queue);
        assert!(sender.shared.try_push(line()).is_ok(), "nobody is left");
    }
}
