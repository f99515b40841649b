//! The public library: deliveries, where they go, and their records.

mod outgoing;
mod record;
mod tampering;
mod target;
