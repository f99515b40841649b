//! `send`, from the command line to the bytes on the wire.

mod answers;
mod awkward;
mod basic_auth;
mod body;
mod count;
mod events;
mod failures;
mod header;
mod load;
mod print;
mod prompt;
mod recorded;
mod replies;
mod retry;
mod scenario;
mod seed;
mod set;
mod store;
mod summary;
mod tamper;
mod tls;
mod to;
mod wait;
mod watch;
mod webhook;
mod wire;
