//! Programs of others that tests compare with.

use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};
use std::thread;

use tempfile::NamedTempFile;

/// Runs a program with an input and returns what it writes to stdout.
///
/// # Panics
/// When it is not installed, and when it fails: a test that needs it proves nothing without it.
#[track_caller]
pub(crate) fn run_tool(program: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let spawned = Command::new(program)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!(
            "this test needs `{program}`, which is not installed: `apt-get install {}`",
            package(program)
        ),
        Err(error) => panic!("{program}: {error}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    // It may have read enough before the end.
    let _ = feeder.join().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {errors}");
    output.stdout
}

/// Debian's package of a program.
fn package(program: &str) -> &str {
    match program {
        "php" => "php-cli",
        "node" => "nodejs",
        program => program,
    }
}

/// Has bash run a script of commands that call curl, away from any configuration of theirs.
#[track_caller]
pub(crate) fn run_by_bash(script: &[u8]) -> Vec<u8> {
    for tool in ["bash", "curl"] {
        run_tool(tool, &["--version"], b"");
    }
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(script).unwrap();
    let path = file.path().to_str().unwrap();
    let variables = [
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "HOME=/nonexistent",
        "LC_ALL=C.UTF-8",
    ];
    let bash = ["bash", "--norc", "-e", path];
    let args: Vec<_> = ["-i"].into_iter().chain(variables).chain(bash).collect();
    run_tool("env", &args, b"")
}

/// JavaScript that makes `text` and `raw` of each line and answers with an expression of them.
pub(crate) fn javascript(expression: &str) -> String {
    format!(
        "for (const line of require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1)) {{ const raw = Buffer.from(line, 'base64'); const text = raw.toString(); console.log(Buffer.from({expression}).toString('base64')) }}"
    )
}

/// Python that makes `raw` of each line and answers with an expression of it, or with nothing
/// when that fails.
pub(crate) fn python(expression: &str) -> String {
    format!(
        "
import sys, json, zlib, gzip, base64
for line in sys.stdin:
    raw = base64.b64decode(line)
    try:
        out = {expression}
        out = out if isinstance(out, bytes) else out.encode()
    except (ValueError, UnicodeError):
        out = b''
    print(base64.b64encode(out).decode())
"
    )
}

/// PHP that makes `$raw` of each line and answers with an expression of it, or with nothing
/// when that is `false` or null.
pub(crate) fn php(expression: &str) -> String {
    format!(
        "while (($line = fgets(STDIN)) !== false) {{ $raw = base64_decode($line); echo base64_encode((string) ({expression})), \"\\n\"; }}"
    )
}
