//! JSON that keeps every byte: one lexer, one tree, and one table of how encoders write.

pub mod canonical;
pub mod lexer;
pub mod number;
pub mod object;
pub mod path;
pub mod string;
pub mod tree;
pub mod writer;
