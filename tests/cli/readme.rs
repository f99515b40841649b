//! The README's transcripts, run: every `console` block is typed into a shell-like runner and
//! must print what the README shows.
//!
//! The test shows the difference; the README is corrected by hand.

use std::fs;
use std::path::Path;

use crate::support::repository;

/// The secret of the README's examples; it opens nothing.
const SECRET: &str = "whsec_example_0123456789abcdef0123456789";

#[test]
fn readme_transcripts_are_true() {
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("README.md");
    fs::copy(repository("README.md"), &copy).unwrap();
    // Beside a file, a directory `NAME.in` is what its commands start in.
    let start = directory.path().join("README.in");
    fs::create_dir(&start).unwrap();
    for file in fs::read_dir(repository("tests/fixtures/readme")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), start.join(file.file_name())).unwrap();
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_lettermint-hook"));
    // `listen -- lettermint-hook send …` finds the same binary.
    let path = format!(
        "{}:{}",
        binary.parent().unwrap().display(),
        option_env!("PATH").unwrap_or_default()
    );
    trycmd::TestCases::new()
        .env("LETTERMINT_WEBHOOK_SECRET", SECRET)
        .env("PATH", path)
        .env("TZ", "UTC")
        .register_bin("lettermint-hook", binary)
        .case(copy)
        .run();
}
