//! The house's layers: a file may use its own layer and those before it, and the pure ones touch
//! nothing of the world.
//!
//! Paths are read from the text of the sources: comments, strings and characters are taken out,
//! then every path that starts at `crate`, `self` or `super` is resolved, those in nested `use`
//! trees too. So a violation is found even where a configuration or a macro hides it from the
//! compiler.

use std::fmt;
use std::path::{Path, PathBuf};

/// The folders under `src`, from the ground up.
const FOLDERS: [&str; 9] = [
    "protocol",
    "event",
    "delivery",
    "diagnosis",
    "audit",
    "report",
    "adapter",
    "workbench",
    "command",
];

/// Files beside the folders, and the folder that they stand just before: `error` and `exit` are
/// for whoever reports or acts, and know nothing of it themselves.
const ROOT_FILES: [(&str, &str); 2] = [("error", "report"), ("exit", "report")];

/// Files above all folders. `cli` is the tree of all commands' arguments, which the commands that
/// print it (completions, man pages) read in turn, so commands may use what these hold.
const ROOF_FILES: [&str; 3] = ["cli", "lib", "main"];

/// The first folder that may touch the world.
const FIRST_IMPURE: &str = "adapter";

/// What pure layers may not name. An address as a value is pure, so `std::net` has exceptions.
const IMPURE_PATHS: [&[&str]; 6] = [
    &["std", "env"],
    &["std", "fs"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "process"],
    &["std", "time", "SystemTime"],
];
const PURE_OF_NET: [&str; 6] = [
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "SocketAddr",
    "SocketAddrV4",
    "SocketAddrV6",
];
const IMPURE_WORDS: [&str; 13] = [
    "Instant",
    "SystemTime",
    "clap",
    "colored",
    "dbg!",
    "dialoguer",
    "eprint!",
    "eprintln!",
    "hyper",
    "print!",
    "println!",
    "reqwest",
    "tokio",
];

/// One thing that is wrong with one line.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// The height of a folder or file right under `src`, doubled to leave room between folders.
/// `None` for what has no place in the house.
fn height(name: &str) -> Option<usize> {
    let folder = |name: &str| Some(2 * FOLDERS.iter().position(|folder| *folder == name)? + 1);
    if ROOF_FILES.contains(&name) {
        return Some(2 * FOLDERS.len() + 1);
    }
    match ROOT_FILES.iter().find(|(file, _)| *file == name) {
        Some((_, before)) => folder(before).map(|height| height - 1),
        None => folder(name),
    }
}

/// The height up to which a file of height `own` may use others.
fn reach(own: usize) -> usize {
    let command = 2 * FOLDERS.len() - 1;
    if own >= command { usize::MAX } else { own }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    line: usize,
    text: String,
}

/// Words, `::`, and single punctuation characters, without comments, strings and characters.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        match chars[i] {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && chars[i] != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
            }
            '"' => i = end_of_string(&chars, i),
            'r' | 'b' | 'c' if raw_string_hashes(&chars, i).is_some() => {
                i = end_of_raw_string(&chars, i);
            }
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < chars.len() && chars[i] != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            c if word(c) => {
                while i < chars.len() && word(chars[i]) {
                    i += 1;
                }
                found.push(Token {
                    line,
                    text: chars[start..i].iter().collect(),
                });
            }
            ':' if at(i + 1) == ':' => {
                i += 2;
                found.push(Token {
                    line,
                    text: "::".to_owned(),
                });
            }
            c => {
                i += 1;
                if !c.is_whitespace() {
                    found.push(Token {
                        line,
                        text: c.to_string(),
                    });
                }
            }
        }
        let end = i.min(chars.len());
        line += chars[start..end].iter().filter(|c| **c == '\n').count();
    }
    found
}

fn end_of_string(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// How many `#` a raw string that starts here has; `None` when none starts here. A `b"…"` is none:
/// its `b` is a word and its quotes a string.
fn raw_string_hashes(chars: &[char], start: usize) -> Option<usize> {
    let before = start.checked_sub(1).map(|i| chars[i]);
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let r = if chars[start] == 'r' {
        start
    } else {
        start + 1
    };
    if chars.get(r) != Some(&'r') {
        return None;
    }
    let hashes = chars[r + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(r + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn end_of_raw_string(chars: &[char], start: usize) -> usize {
    let hashes = raw_string_hashes(chars, start).unwrap_or(0);
    let mut i = start;
    while chars[i] != '"' {
        i += 1;
    }
    i += 1;
    while i < chars.len() {
        let closes = chars[i] == '"'
            && chars[i + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    i
}

/// A path as written, with the inline modules around it.
#[derive(Debug, PartialEq, Eq)]
struct Mention {
    line: usize,
    inside: Vec<String>,
    path: Vec<String>,
}

/// Every path in the source; a `use` tree gives one for each leaf.
fn mentions(tokens: &[Token]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut modules: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut i = 0;
    while i < tokens.len() {
        let text = tokens[i].text.as_str();
        let next = |ahead: usize| {
            tokens
                .get(i + ahead)
                .map_or("", |token| token.text.as_str())
        };
        match text {
            "mod" if next(2) == "{" => {
                modules.push((next(1).to_owned(), depth));
                depth += 1;
                i += 3;
            }
            "{" => {
                depth += 1;
                i += 1;
            }
            "}" => {
                depth = depth.saturating_sub(1);
                modules.pop_if(|(_, outside)| *outside == depth);
                i += 1;
            }
            _ if is_word(text) => {
                let inside: Vec<String> = modules.iter().map(|(name, _)| name.clone()).collect();
                let mut paths = Vec::new();
                i = read_path(tokens, i, &[], &mut paths);
                found.extend(paths.into_iter().map(|(line, path)| Mention {
                    line,
                    inside: inside.clone(),
                    path,
                }));
            }
            _ => i += 1,
        }
    }
    found
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads one path or tree that starts at `i` and returns where it ends.
fn read_path(
    tokens: &[Token],
    mut i: usize,
    prefix: &[String],
    paths: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let mut path = prefix.to_vec();
    let line = tokens[i].line;
    let text = |i: usize| tokens.get(i).map_or("", |token| token.text.as_str());
    loop {
        if text(i) == "{" {
            i += 1;
            while i < tokens.len() && text(i) != "}" {
                if is_word(text(i)) || text(i) == "{" {
                    i = read_path(tokens, i, &path, paths);
                    // `as name` says nothing about layers.
                    if text(i) == "as" {
                        i += 2;
                    }
                } else {
                    i += 1;
                }
            }
            return i + 1;
        }
        path.push(text(i).to_owned());
        i += 1;
        if text(i) != "::" || !(is_word(text(i + 1)) || matches!(text(i + 1), "{" | "*")) {
            // A macro's name is told from a function's by its mark.
            if text(i) == "!"
                && text(i + 1) != "="
                && let Some(name) = path.last_mut()
            {
                name.push('!');
            }
            paths.push((line, path));
            return i;
        }
        i += 1;
    }
}

/// Everything that is wrong with one file, given by its path under `src` with `/` between.
fn check(file: &str, source: &str) -> Vec<Violation> {
    let module: Vec<String> = file
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .filter(|part| part != "mod")
        .collect();
    let violation = |line, what| Violation {
        file: file.to_owned(),
        line,
        what,
    };
    let Some(own) = height(&module[0]) else {
        return vec![violation(
            1,
            format!("`{}` has no place in the house", module[0]),
        )];
    };
    let at_root = ["lib", "main"].contains(&module[0].as_str());
    // `error` and `exit` speak for the process, whose exit code they make.
    let pure = FOLDERS.contains(&module[0].as_str())
        && height(FIRST_IMPURE).is_some_and(|first| own < first);

    let mut found = Vec::new();
    for mention in mentions(&tokens(source)) {
        let Mention { line, inside, path } = mention;
        let here: Vec<String> = if at_root { &[][..] } else { &module[..] }
            .iter()
            .cloned()
            .chain(inside)
            .collect();
        if let Some(name) = layer_of(&here, &path)
            && name != module[0]
        {
            match height(&name) {
                Some(other) if other <= reach(own) => {}
                Some(_) => found.push(violation(
                    line,
                    format!("`{}` reaches down to `{name}`", module[0]),
                )),
                // An item of the crate's root, such as its `run`.
                None if reach(own) == usize::MAX => {}
                None => found.push(violation(
                    line,
                    format!("`{}` uses `{name}` of the crate's root", module[0]),
                )),
            }
        }
        if pure && let Some(impure) = impure(&path) {
            found.push(violation(
                line,
                format!("`{}` is pure and names `{impure}`", module[0]),
            ));
        }
    }
    // The leaves of one tree may all say the same.
    found.dedup();
    found
}

/// The first part, under the crate's root, of a path that is written in the module `here`.
fn layer_of(here: &[String], path: &[String]) -> Option<String> {
    let mut rest = path;
    let mut base: &[String] = &[];
    match rest.first().map(String::as_str) {
        Some("crate") => rest = &rest[1..],
        Some("self" | "super") => {
            base = here;
            while let Some("self" | "super") = rest.first().map(String::as_str) {
                if rest[0] == "super" {
                    base = base.split_last().map_or(&[], |(_, outer)| outer);
                }
                rest = &rest[1..];
            }
        }
        _ => return None,
    }
    // `use crate::*` names no layer and gives all: its star is the name that is not allowed.
    base.first().or(rest.first()).cloned()
}

/// What of a path pure layers may not name.
fn impure(path: &[String]) -> Option<String> {
    let starts =
        |with: &[&str]| path.len() >= with.len() && path.iter().zip(with).all(|(a, b)| a == b);
    if IMPURE_PATHS.iter().any(|with| starts(with))
        || starts(&["std", "net"])
            && !path
                .get(2)
                .is_some_and(|item| PURE_OF_NET.contains(&item.as_str()))
    {
        return Some(path.join("::"));
    }
    path.iter()
        .find(|part| IMPURE_WORDS.contains(&part.as_str()))
        .cloned()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the sources can be listed") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn nothing_reaches_down_and_pure_layers_touch_nothing() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files.sort();
    assert!(files.len() > 10, "the sources are somewhere else");
    let violations: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name: Vec<_> = path
                .strip_prefix(&src)
                .expect("listed under src")
                .iter()
                .map(|part| part.to_string_lossy())
                .collect();
            let source = std::fs::read_to_string(path).expect("a source can be read");
            check(&name.join("/"), &source)
        })
        .map(|violation| violation.to_string())
        .collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// What the checker says of one planted line.
fn said(file: &str, source: &str) -> Vec<String> {
    check(file, source)
        .into_iter()
        .map(|violation| violation.what)
        .collect()
}

#[test]
fn a_planted_violation_is_found() {
    for (file, source, expected) in [
        (
            "protocol/a.rs",
            "use crate::event::Event;",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/a.rs",
            "use crate::{event::{A, B as C}};",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/a.rs",
            "use crate::{protocol::A, command};",
            "`protocol` reaches down to `command`",
        ),
        (
            "protocol/a.rs",
            "fn f() { crate::event::g() }",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/a.rs",
            "use super::super::event;",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/a.rs",
            "mod tests { use super::super::super::event; }",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/mod.rs",
            "use super::event;",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/a.rs",
            "macro_rules! m { () => { $crate::event::f() } }",
            "`protocol` reaches down to `event`",
        ),
        (
            "protocol/a.rs",
            "use crate::*;",
            "`protocol` uses `*` of the crate's root",
        ),
        (
            "protocol/a.rs",
            "use crate::error::Error;",
            "`protocol` reaches down to `error`",
        ),
        (
            "audit/a.rs",
            "use crate::exit::ExitCode;",
            "`audit` reaches down to `exit`",
        ),
        (
            "error.rs",
            "use crate::adapter::A;",
            "`error` reaches down to `adapter`",
        ),
        (
            "adapter/client/a.rs",
            "use crate::command::send;",
            "`adapter` reaches down to `command`",
        ),
        (
            "adapter/a.rs",
            "use crate::run;",
            "`adapter` uses `run` of the crate's root",
        ),
        (
            "adapter/a.rs",
            "use crate::cli::Cli;",
            "`adapter` reaches down to `cli`",
        ),
        (
            "event/a.rs",
            "use std::{fmt, fs};",
            "`event` is pure and names `std::fs`",
        ),
        (
            "event/a.rs",
            "use std::net::TcpStream;",
            "`event` is pure and names `std::net::TcpStream`",
        ),
        (
            "event/a.rs",
            "let now = std::time::SystemTime::now();",
            "`event` is pure and names `std::time::SystemTime::now`",
        ),
        (
            "event/a.rs",
            "use std::time::{Duration, Instant};",
            "`event` is pure and names `Instant`",
        ),
        (
            "report/a.rs",
            "println!(\"x\");",
            "`report` is pure and names `println!`",
        ),
        (
            "event/a.rs",
            "#[derive(clap::Args)] struct A;",
            "`event` is pure and names `clap`",
        ),
        ("plugins/a.rs", "", "`plugins` has no place in the house"),
        ("helpers.rs", "", "`helpers` has no place in the house"),
    ] {
        assert_eq!(said(file, source), [expected], "{file}: {source}");
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (file, source) in [
        (
            "event/a.rs",
            "use crate::protocol::Secret; use super::b; use self::c::d;",
        ),
        (
            "event/a.rs",
            "mod tests { use super::*; use super::super::b; }",
        ),
        (
            "event/a.rs",
            "pub(crate) fn f() {} pub(in crate::event) fn g() {}",
        ),
        (
            "event/a.rs",
            "// use crate::command;\n/* crate::adapter /* std::fs */ println */",
        ),
        (
            "event/a.rs",
            "/// println!(\"{}\", crate::command::x)\nfn f() {}",
        ),
        (
            "event/a.rs",
            r##"let s = "use crate::command \" std::fs"; let r = r#"std::fs " x"#; let c = '"'; "##,
        ),
        (
            "event/a.rs",
            r"let c = '\''; let d = '\u{1b}'; fn f<'a>(x: &'a str) {}",
        ),
        (
            "event/a.rs",
            "use std::net::{IpAddr, Ipv4Addr}; use std::time::Duration;",
        ),
        (
            "event/a.rs",
            "print(); if print != 1 {} let printed = tokio_like; let b = b\"std::fs\"; let r = br\"std::fs\";",
        ),
        (
            "adapter/a.rs",
            "use std::fs; use crate::{error::Error, exit, report::Paint}; println!();",
        ),
        (
            "command/a.rs",
            "use crate::cli::Cli; use crate::run; use crate::adapter::A;",
        ),
        (
            "error.rs",
            "use crate::exit::ExitCode; use std::{io, process};",
        ),
        (
            "lib.rs",
            "pub mod command; use crate::cli::Cli; use self::protocol::A;",
        ),
    ] {
        assert_eq!(said(file, source), [""; 0], "{file}: {source}");
    }
}

#[test]
fn lines_are_counted_through_comments_and_strings() {
    let source = "/* a\nb */ let s = \"x\ny\";\n\nuse crate::event::E;\n";
    assert_eq!(
        check("protocol/a.rs", source),
        [Violation {
            file: "protocol/a.rs".to_owned(),
            line: 5,
            what: "`protocol` reaches down to `event`".to_owned(),
        }]
    );
}
