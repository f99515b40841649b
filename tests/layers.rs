//! The layers of `src`: a file uses its own layer and those below it, a feature no other feature,
//! and the pure layers touch nothing of the world. Paths are read as plain text; tests may use
//! anything.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::repository;

/// From the bottom up. A name is a directory or file right under `src`.
const LAYERS: [&[&str]; 18] = [
    &["json"],
    &["lettermint"],
    &["delivery"],
    &["capture"],
    &["redaction", "difference"],
    &["diagnosis"],
    &["error", "exit"],
    &["context"],
    &["terminal"],
    &["config"],
    &["http"],
    &["app"],
    &["store"],
    &["sending"],
    &["args"],
    &["send", "listen", "replay", "verify", "deliveries"],
    &["commands", "cli"],
    &["lib", "main", "fuzzing"],
];
/// The lowest layers are pure: time, randomness and files are handed in.
const PURE: usize = 6;
const IMPURE: [&str; 12] = [
    "clap",
    "tokio",
    "std::fs",
    "std::env",
    "std::process",
    "std::net::Tcp",
    "SystemTime",
    "Instant::now",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
];
/// Whose directories may not use each other.
const FEATURES: usize = 15;

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

/// Everything that the code of a directory or file right under `src` may not name.
fn violations(own: &str, source: &str) -> Vec<String> {
    let Some(height) = layer(own) else {
        return vec!["has no layer".to_owned()];
    };
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in lines {
        for path in line.split("crate::").skip(1) {
            let name = path
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap();
            let allowed = match layer(name) {
                Some(used) => used < height || name == own || used == height && used != FEATURES,
                // A macro or a type at the root, or several paths in one `use`.
                None => height > FEATURES,
            };
            found.extend((!allowed).then(|| format!("names {name}: {}", line.trim())));
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let names = |what: &&str| {
            line.match_indices(what)
                .any(|(at, _)| !line[..at].ends_with(word))
        };
        let impure = IMPURE
            .iter()
            .filter(|_| height < PURE)
            .find(|what| names(what));
        found.extend(impure.map(|what| format!("names {what}: {}", line.trim())));
    }
    found
}

fn sources(directory: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, out),
            false => out.push(path),
        }
    }
}

#[test]
fn layers_are_not_crossed() {
    let (root, mut files) = (repository("src"), Vec::new());
    sources(&root, &mut files);
    let mut found = Vec::new();
    let mut read = 0;
    for path in files {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let mut parts = name.trim_end_matches(".rs").split('/');
        let own = parts.next().unwrap();
        if !name.ends_with(".rs") || parts.any(|part| part == "tests") {
            continue;
        }
        read += 1;
        let violations = violations(own, &fs::read_to_string(&path).unwrap());
        found.extend(violations.iter().map(|what| format!("{name}: {what}")));
    }
    assert!(read > 50, "only {read} files were read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn layers_that_are_crossed_are_found() {
    for (own, code) in [
        ("json", "use crate::http::Client;"),
        ("delivery", "    let x = crate::send::run();"),
        ("send", "use crate::listen::Listener;"),
        ("capture", "use std::fs;"),
        ("diagnosis", "    println!(\"x\");"),
        ("diagnosis", "use std::time::{Duration, SystemTime};"),
        ("surprise", ""),
    ] {
        assert_eq!(violations(own, code).len(), 1, "{own}: {code}");
    }
    for (own, code) in [
        (
            "send",
            "use crate::sending::Sender;\nuse crate::send::args::SendArgs;",
        ),
        (
            "capture",
            "// std::fs\nuse crate::json::Tree;\npub(crate) fn unclap() {}",
        ),
        ("json", "#[cfg(test)]\nmod tests {\n    use std::fs;"),
        ("commands", "use crate::verify::run;"),
    ] {
        assert_eq!(violations(own, code), [""; 0], "{own}: {code}");
    }
}
