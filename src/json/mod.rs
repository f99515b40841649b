//! JSON: lexing, trees and writers that keep every byte.

pub mod canonical;
pub mod lexer;
pub mod number;
pub mod php_json;
pub mod string;
pub mod tree;
