//! What a receiver has to say, and the way to whoever shows it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::delivery::{Record, Reply};
use crate::report::received::EarlierSighting;

/// Notices that may wait to be shown.
const WAITING: usize = 512;

/// Something that a receiver has to say.
#[derive(Debug)]
pub enum Notice {
    /// A delivery was received and is being answered.
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

/// A delivery with what this run knows about it.
#[derive(Debug)]
pub struct Arrival {
    /// As recorded.
    pub record: Record,
    /// Counted from 1.
    pub sequence: u64,
    /// The first sighting of its id.
    pub earlier: Option<EarlierSighting>,
    /// What the handler said, when it was handed on.
    pub handler: Option<Reply>,
    /// What was done badly on purpose.
    pub remarks: Vec<String>,
}

/// The receiver's end of the way.
#[derive(Debug, Clone)]
pub struct Notices {
    sender: mpsc::Sender<Notice>,
    /// Whether a screen that is too slow misses deliveries, or slows the senders down.
    lossy: bool,
    missed: Arc<AtomicU64>,
    dropped: Arc<AtomicU64>,
}

impl Notices {
    /// A way, and its other end.
    ///
    /// On a terminal, nobody reads as fast as programs send: what does not fit is `lossy` left
    /// out and counted. A pipe or file gets everything, and slows the senders down when it must.
    #[must_use]
    pub fn new(lossy: bool) -> (Self, Waiting) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let missed = Arc::new(AtomicU64::new(0));
        let notices = Self {
            sender,
            lossy,
            missed: Arc::clone(&missed),
            dropped: Arc::default(),
        };
        (notices, Waiting { receiver, missed })
    }

    /// Shows a delivery.
    pub async fn show(&self, notice: Notice) {
        match self.sender.try_send(notice) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(_)) if self.lossy => {
                self.missed.fetch_add(1, Ordering::Relaxed);
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
            Err(mpsc::error::TrySendError::Full(notice)) => {
                // The other end is gone only when the run is ending.
                let _ = self.sender.send(notice).await;
            }
        }
    }

    /// Says that a request was refused; talk may go unsaid when nobody keeps up.
    pub fn refused(&self, remote: SocketAddr, status: u16, why: String) {
        let _ = self.sender.try_send(Notice::Refused {
            remote,
            status,
            why,
        });
    }

    /// Says what has changed.
    pub fn warn(&self, message: String) {
        let _ = self.sender.try_send(Notice::Warning(message));
    }

    /// Says that nothing more will come.
    pub async fn end(&self) {
        let _ = self.sender.send(Notice::End).await;
    }

    /// How many deliveries were left out.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// The other end: what waits to be shown.
#[derive(Debug)]
pub struct Waiting {
    receiver: mpsc::Receiver<Notice>,
    missed: Arc<AtomicU64>,
}

impl Waiting {
    /// The next notice; blocks the thread. `None` when nobody is left to say anything.
    pub fn wait(&mut self) -> Option<Notice> {
        self.receiver.blocking_recv()
    }

    /// The next notice if one waits already.
    pub fn next_waiting(&mut self) -> Option<Notice> {
        self.receiver.try_recv().ok()
    }

    /// The next notice, for those who wait asynchronously.
    pub async fn recv(&mut self) -> Option<Notice> {
        self.receiver.recv().await
    }

    /// How many deliveries were left out since this was last asked.
    pub fn take_missed(&self) -> u64 {
        self.missed.swap(0, Ordering::Relaxed)
    }
}
