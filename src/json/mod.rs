//! JSON that keeps every byte: one lexer, one tree, and one table of how encoders write.

pub(crate) mod canonical;
pub(crate) mod lexer;
pub(crate) mod number;
pub(crate) mod object;
pub(crate) mod path;
pub(crate) mod string;
pub(crate) mod tree;
pub(crate) mod writer;
