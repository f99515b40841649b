//! What a receiver has to say, and the way to whoever shows it.
//!
//! Deliveries are rendered by the thread that received them and wait as finished text: what was
//! allocated for a delivery is freed where it was allocated. Handing whole deliveries to the
//! thread that writes made the two fight for the allocator, at a third of the time of each.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::rendering::Rendering;
use crate::delivery::{Record, Reply};
use crate::listen::output::received::EarlierSighting;

/// Bytes that may wait to be shown before something has to give.
const WAITING: usize = 128 * 1024;

/// What a notice that is no text counts for besides the bytes it holds.
const NOTICE: usize = 256;

/// Something that a receiver has to say.
#[derive(Debug)]
pub(crate) enum Notice {
    /// Deliveries as they are to be shown.
    Lines(String),
    /// A delivery that is still to be rendered.
    Delivery(Box<Arrival>),
    /// A request was refused before it was a delivery.
    Refused {
        /// Who sent it.
        remote: SocketAddr,
        /// What was answered.
        status: u16,
        /// Why.
        why: String,
    },
    /// Recording or the handler fails, or works again.
    Warning(String),
    /// Nothing more will come.
    End,
}

impl Notice {
    /// About how many bytes it holds.
    fn size(&self) -> usize {
        match self {
            Self::Lines(lines) => lines.len(),
            Self::Delivery(arrival) => {
                let lines = arrival.record.headers.iter();
                let headers: usize = lines.map(|line| line.name.len() + line.value.len()).sum();
                NOTICE + arrival.record.body.len() + headers
            }
            Self::Refused { why, .. } => NOTICE + why.len(),
            Self::Warning(message) => NOTICE + message.len(),
            Self::End => NOTICE,
        }
    }
}

/// A delivery with what this run knows about it.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// As recorded.
    pub(crate) record: Record,
    /// Counted from 1.
    pub(crate) sequence: u64,
    /// The first sighting of its id.
    pub(crate) earlier: Option<EarlierSighting>,
    /// What the handler said, when it was handed on.
    pub(crate) handler: Option<Reply>,
    /// What was done badly on purpose.
    pub(crate) remarks: Vec<String>,
}

/// The receiver's end of the way.
#[derive(Debug, Clone)]
pub(crate) struct Notices {
    way: Arc<Way>,
    /// How deliveries look; without it they are handed on as they are.
    rendering: Option<Arc<Rendering>>,
    /// Whether a screen that is too slow misses deliveries, or slows the senders down.
    lossy: bool,
}

/// The other end: what waits to be shown.
#[derive(Debug)]
pub(crate) struct Waiting(Arc<Way>);

#[derive(Debug, Default)]
struct Way {
    queue: Mutex<Queue>,
    /// Something waits.
    filled: Notify,
    /// There is room again.
    emptied: Notify,
    missed: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Queue {
    notices: VecDeque<Notice>,
    /// About how many bytes they are.
    bytes: usize,
    /// Whether nobody takes them any more.
    closed: bool,
}

impl Way {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a notice if there is room, else gives it back.
    fn try_push(&self, notice: Notice) -> Result<(), Notice> {
        let queue = self.lock();
        if queue.bytes >= WAITING && !queue.closed {
            return Err(notice);
        }
        self.push_to(queue, notice);
        Ok(())
    }

    /// Adds a notice, room or not.
    fn push(&self, notice: Notice) {
        self.push_to(self.lock(), notice);
    }

    fn push_to(&self, mut queue: MutexGuard<'_, Queue>, notice: Notice) {
        if queue.closed {
            return;
        }
        let was_empty = queue.notices.is_empty();
        queue.bytes += notice.size();
        match (queue.notices.back_mut(), notice) {
            (Some(Notice::Lines(before)), Notice::Lines(lines)) => before.push_str(&lines),
            (_, notice) => queue.notices.push_back(notice),
        }
        drop(queue);
        if was_empty {
            self.filled.notify_one();
        }
    }

    fn has_room(&self) -> bool {
        let queue = self.lock();
        queue.closed || queue.bytes < WAITING
    }
}

impl Notices {
    /// A way, and its other end.
    ///
    /// On a terminal, nobody reads as fast as programs send: what does not fit is `lossy` left
    /// out and counted. A pipe or file gets everything, and slows the senders down when it must.
    #[must_use]
    pub(crate) fn new(rendering: Option<Arc<Rendering>>, lossy: bool) -> (Self, Waiting) {
        let way = Arc::new(Way::default());
        let waiting = Waiting(Arc::clone(&way));
        let notices = Self {
            way,
            rendering,
            lossy,
        };
        (notices, waiting)
    }

    /// Shows a delivery.
    pub(crate) async fn show(&self, arrival: Arrival) {
        if let Some(rendering) = &self.rendering
            && !rendering.shows(&arrival)
        {
            return;
        }
        if self.lossy && !self.way.has_room() {
            return self.miss();
        }
        let mut notice = match &self.rendering {
            Some(rendering) if !rendering.explains(&arrival) => {
                let mut lines = String::with_capacity(256);
                rendering.render(&arrival, None, &mut lines);
                Notice::Lines(lines)
            }
            _ => Notice::Delivery(Box::new(arrival)),
        };
        while let Err(back) = self.way.try_push(notice) {
            if self.lossy {
                return self.miss();
            }
            notice = back;
            self.wait_for_room().await;
        }
    }

    /// Leaves a delivery out and counts it.
    fn miss(&self) {
        self.way.missed.fetch_add(1, Ordering::Relaxed);
        self.way.dropped.fetch_add(1, Ordering::Relaxed);
    }

    async fn wait_for_room(&self) {
        loop {
            let emptied = self.way.emptied.notified();
            tokio::pin!(emptied);
            // Registered before looking, so that no emptying in between is missed.
            emptied.as_mut().enable();
            if self.way.has_room() {
                return;
            }
            emptied.await;
        }
    }

    /// Says that a request was refused; talk may go unsaid when nobody keeps up.
    pub(crate) fn refused(&self, remote: SocketAddr, status: u16, why: String) {
        let _ = self.way.try_push(Notice::Refused {
            remote,
            status,
            why,
        });
    }

    /// Says what has changed. Changes are few, so there is always room for them.
    pub(crate) fn warn(&self, message: String) {
        self.way.push(Notice::Warning(message));
    }

    /// Says that nothing more will come.
    pub(crate) fn end(&self) {
        self.way.push(Notice::End);
    }

    /// How many deliveries were left out.
    #[must_use]
    pub(crate) fn dropped(&self) -> u64 {
        self.way.dropped.load(Ordering::Relaxed)
    }
}

impl Waiting {
    /// The next notice, as soon as there is one.
    pub(crate) async fn next(&self) -> Notice {
        loop {
            if let Some(notice) = self.next_waiting() {
                return notice;
            }
            self.0.filled.notified().await;
        }
    }

    /// The next notice if one waits already.
    pub(crate) fn next_waiting(&self) -> Option<Notice> {
        let mut queue = self.0.lock();
        let notice = queue.notices.pop_front()?;
        let was_full = queue.bytes >= WAITING;
        queue.bytes -= notice.size();
        if was_full && queue.bytes < WAITING {
            self.0.emptied.notify_waiters();
        }
        Some(notice)
    }

    /// How many deliveries were left out since this was last asked.
    pub(crate) fn take_missed(&self) -> u64 {
        self.0.missed.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.closed = true;
        queue.notices = VecDeque::new();
        drop(queue);
        self.0.emptied.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Direction;
    use crate::lettermint::Headers;

    fn arrival(size: usize) -> Arrival {
        Arrival {
            record: Record {
                direction: Direction::Received,
                at: 0,
                event: None,
                id: None,
                attempt: None,
                method: "POST".into(),
                target: "/".into(),
                headers: Headers::new(),
                body: vec![b' '; size].into(),
                remote: None,
                verdict: None,
                reply: None,
                unknown: serde_json::Map::new(),
            },
            sequence: 1,
            earlier: None,
            handler: None,
            remarks: Vec::new(),
        }
    }

    #[tokio::test]
    async fn what_waits_is_bounded_by_its_bytes() {
        let (notices, waiting) = Notices::new(None, true);
        for _ in 0..10 {
            notices.show(arrival(WAITING / 2)).await;
        }
        assert_eq!(notices.dropped(), 8, "two halves fill it");
        assert_eq!(waiting.take_missed(), 8);
        notices.warn("always said".to_owned());
        let kinds = std::iter::from_fn(|| waiting.next_waiting());
        assert_eq!(kinds.count(), 3);
        notices.show(arrival(10 * WAITING)).await;
        assert_eq!(notices.dropped(), 8, "one alone passes, however large");
    }

    #[tokio::test]
    async fn whoever_must_not_be_lossy_waits_for_room() {
        let (notices, waiting) = Notices::new(None, false);
        let sender = notices.clone();
        let sending = tokio::spawn(async move {
            for _ in 0..100 {
                sender.show(arrival(WAITING)).await;
            }
        });
        for _ in 0..100 {
            assert!(matches!(waiting.next().await, Notice::Delivery(_)));
        }
        sending.await.unwrap();
        drop(waiting);
        // Nobody is left: nothing waits, and nobody waits for room.
        notices.show(arrival(WAITING)).await;
        notices.show(arrival(WAITING)).await;
        assert_eq!(notices.dropped(), 0);
    }
}
