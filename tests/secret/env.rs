//! `secret new --env`: a secret into `.env`, and nothing else touched.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::support::{BODY, Sandbox, signature};

const VARIABLE: &str = "LETTERMINT_WEBHOOK_SECRET";

/// The content with the new secret as `NEW`, and the secret.
fn written(sandbox: &Sandbox, name: &str) -> (String, String) {
    let text = String::from_utf8(sandbox.read(name)).unwrap();
    let at = text.find("whsec_").unwrap();
    let end = text[at..].find(char::is_whitespace).unwrap() + at;
    let secret = text[at..end].to_owned();
    assert_eq!(secret.len(), 49, "{text}");
    (text.replace(&secret, "NEW"), secret)
}

#[test]
fn secret_new_env_writes_a_file_that_every_command_reads() {
    let sandbox = Sandbox::new();
    let run = sandbox.cmd("secret new --env").run().exits(0);
    run.prints(&["✓ .env: LETTERMINT_WEBHOOK_SECRET is a new secret  sha256 "]);
    run.says(&["hint: let your handler read the same file"]);
    run.lacks("whsec_");
    let (text, secret) = written(&sandbox, ".env");
    assert_eq!(text, format!("{VARIABLE}=NEW\n"));
    let mode = fs::metadata(sandbox.path(".env"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let run = sandbox.cmd("sign --now 1").stdin(BODY).run().exits(0);
    assert_eq!(run.out().trim_end(), signature(&secret, "1", BODY));
    let json = sandbox
        .cmd("secret new --env=other.env --json")
        .run()
        .exits(0)
        .json();
    assert_eq!(json["path"], "other.env");
    assert_eq!(json["type"], "secret_written");
}

#[test]
fn secret_new_env_touches_nothing_else() {
    for (before, after) in [
        ("A=1\n# c\nB='x\ny'\n", "A=1\n# c\nB='x\ny'\nK=NEW\n"),
        ("A=1", "A=1\nK=NEW\n"),
        ("A=1\r\n", "A=1\r\nK=NEW\r\n"),
        ("A=1\nK=\nB=2\n", "A=1\nK=NEW\nB=2\n"),
        ("export K=\"\" # mine\nB=2\n", "export K=NEW # mine\nB=2\n"),
        ("\u{feff}A=1\n", "\u{feff}A=1\nK=NEW\n"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(".env", before.replace('K', VARIABLE));
        sandbox.cmd("secret new --env").run().exits(0);
        let (text, _) = written(&sandbox, ".env");
        assert_eq!(text, after.replace('K', VARIABLE), "{before:?}");
    }
}

#[test]
fn secret_new_env_keeps_a_secret_that_is_there_unless_forced() {
    let sandbox = Sandbox::new();
    let before = format!("A=1\nexport {VARIABLE}='whsec_mine'\n{VARIABLE}: whsec_mine\nB=2\n");
    sandbox.write(".env", &before);
    let run = sandbox.cmd("secret new --env").run().exits(1);
    run.says(&[
        "error: LETTERMINT_WEBHOOK_SECRET is there already: .env:3\n",
        "`--force`",
    ]);
    assert_eq!(sandbox.read(".env"), before.as_bytes());
    sandbox.cmd("secret new --env --force").run().exits(0);
    let (text, _) = written(&sandbox, ".env");
    assert_eq!(
        text,
        format!("A=1\nexport {VARIABLE}=NEW\n{VARIABLE}=NEW\nB=2\n")
    );
    sandbox.cmd("secret new --force").run().exits(2);
}

#[test]
fn secret_new_env_refuses_what_it_would_spoil() {
    let sandbox = Sandbox::new();
    sandbox.write("directory/file", "");
    let wide: Vec<u8> = "\u{feff}A=1\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    sandbox.write("wide", &wide);
    symlink("/dev/zero", sandbox.path("device")).unwrap();
    for (path, why) in [
        ("directory", "cannot write (it is a directory): directory\n"),
        (
            "wide",
            "cannot write (it is UTF-16; save it as UTF-8 first): wide\n",
        ),
        ("device", "cannot read (not a regular file): device\n"),
        ("missing/.env", "no such file or directory"),
    ] {
        let run = sandbox
            .cmd(&format!("secret new --env={path}"))
            .run()
            .exits(3);
        run.says(&[why]);
    }
    assert_eq!(sandbox.read("wide"), wide);
}

#[test]
fn secret_new_env_follows_a_link_and_warns_where_git_would_commit_it() {
    let sandbox = Sandbox::new();
    sandbox.write("shared/env", "A=1\n");
    symlink("shared/env", sandbox.path(".env")).unwrap();
    let git = Command::new("git")
        .args(["init", "-q"])
        .current_dir(sandbox.directory())
        .status();
    assert!(git.unwrap().success());
    let run = sandbox.cmd("secret new --env").run().exits(0);
    run.says(&[
        "warning: git would commit this file: .env\n",
        "hint: `echo .env >> .gitignore`\n",
    ]);
    assert!(
        fs::symlink_metadata(sandbox.path(".env"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(
        written(&sandbox, "shared/env").0,
        format!("A=1\n{VARIABLE}=NEW\n")
    );
    sandbox.write(".gitignore", "env\n.env\n");
    let run = sandbox.cmd("secret new --env --force").run().exits(0);
    assert!(!run.err().contains("git"), "{}", run.err());
}
