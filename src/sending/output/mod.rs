//! What sending shows: attempts, requests that are printed, and what a bulk run came to.

pub(crate) mod answer;
pub(crate) mod attempt;
mod histogram;
pub(crate) mod load;
pub(crate) mod prepared;
pub(crate) mod summary;
