//! `replay`: captures of every kind in, exact bytes out.

mod bulk;
mod edit;
mod interrupt;
mod pick;
mod resign;
mod results;
mod select;
mod send;
mod sources;
