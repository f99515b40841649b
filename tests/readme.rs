//! The README's transcripts, run: every `console` block is typed into a shell-like runner and
//! must print what the README shows.
//!
//! The test shows the difference; the README is mended by hand.

use std::fs;
use std::path::Path;

/// The secret of the README's examples; it opens nothing.
const SECRET: &str = "whsec_example_0123456789abcdef0123456789";

#[test]
fn transcripts_are_true() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = folder.path().join("README.md");
    fs::copy(root.join("README.md"), &copy).unwrap();
    // Beside a file, a folder `NAME.in` is what its commands start in.
    let start = folder.path().join("README.in");
    fs::create_dir(&start).unwrap();
    for file in fs::read_dir(root.join("tests/fixtures/readme")).unwrap() {
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
