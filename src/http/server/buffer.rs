//! One limit on the bytes of all bodies that are held at once.

use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Debug)]
pub(crate) struct Buffer {
    left: AtomicUsize,
}

impl Buffer {
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            left: AtomicUsize::new(bytes),
        }
    }

    /// A share of it, empty so far.
    pub(crate) fn share(&self) -> Share<'_> {
        Share {
            buffer: self,
            bytes: 0,
        }
    }
}

/// What one body takes of the buffer, until it is dropped.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    buffer: &'a Buffer,
    bytes: usize,
}

impl Share<'_> {
    /// Takes so many bytes more. `false` when there is no room for them.
    #[must_use]
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let left = &self.buffer.left;
        let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(bytes)
        });
        if taken.is_ok() {
            self.bytes += bytes;
        }
        taken.is_ok()
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.buffer.left.fetch_add(self.bytes, Ordering::Relaxed);
        }
    }
}
