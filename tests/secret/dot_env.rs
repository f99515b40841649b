//! `.env`: every form with what npm's dotenv 16.6, `node --env-file` 20.20 and python-dotenv 1.2
//! make of it, run on 2026-11-25, and what we do.

use std::os::unix::fs::symlink;

use crate::support::{BODY, Run, Sandbox, signature};

const NONE: &str = "(none)";

/// The file with `K` for the variable's name; what npm, node and python read; ours.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Forms that all three read alike, and so do we without a word.
const AGREED: &[(&str, &str)] = &[
    ("K=whsec_a\n", "whsec_a"),
    ("K=whsec_a", "whsec_a"),
    ("K=whsec_a\r\n", "whsec_a"),
    ("A=1\r\nK=whsec_a\r\nB=2\r\n", "whsec_a"),
    ("K = whsec_a\n", "whsec_a"),
    ("  K=whsec_a\n", "whsec_a"),
    ("export K=whsec_a\n", "whsec_a"),
    ("K=\"whsec_a\"\n", "whsec_a"),
    ("K='whsec_a'\n", "whsec_a"),
    ("K= \"whsec_a\" \n", "whsec_a"),
    ("K=whsec_a # c\n", "whsec_a"),
    ("K=\"whsec_a\" # c\n", "whsec_a"),
    ("K=\"whsec_a\"# c\n", "whsec_a"),
    ("K=\"whsec_a#b\"\n", "whsec_a#b"),
    ("K='whsec_a$b'\n", "whsec_a$b"),
    ("K=whsec_a=b==\n", "whsec_a=b=="),
    ("K=whsec_a\"b\"c\n", "whsec_a\"b\"c"),
    ("K=\"whsec_a'b\"\n", "whsec_a'b"),
    ("# K=no\nK=whsec_a\n", "whsec_a"),
    ("# it's\nK=whsec_a\n", "whsec_a"),
    ("A=it's\nK=whsec_a\n", "whsec_a"),
    ("A=1 # it's\nK=whsec_a\n", "whsec_a"),
    ("A=\"one\ntwo\"\nK=whsec_a\n", "whsec_a"),
    ("A=\"x\nK=no\n\"\nK=whsec_a\n", "whsec_a"),
    ("A=\"-----BEGIN\nabc=\n-----END\"\nK=whsec_a\n", "whsec_a"),
    ("A.B=1\nXK=no\nK=whsec_a\nK2=no\n", "whsec_a"),
    ("N=K\nK=whsec_a\n", "whsec_a"),
];

/// Forms that not all read alike, or that need a word: the last column is what ours says.
const DISPUTED: &[(Row, &str)] = &[
    (
        (
            "K=whsec_a\\nb\n",
            "whsec_a\\nb",
            "whsec_a\\nb",
            "whsec_a\\nb",
            "whsec_a\\nb",
        ),
        "the secret has a backslash in it, which is part of the key",
    ),
    (
        (
            "K=old\nK=whsec_a\n",
            "whsec_a",
            "whsec_a",
            "whsec_a",
            "whsec_a",
        ),
        "line 1: the one in line 2 counts",
    ),
    (
        ("A=1\rK=whsec_a\r", "whsec_a", NONE, "whsec_a", "whsec_a"),
        "",
    ),
    (
        ("\tK\t=\twhsec_a\t\n", "whsec_a", NONE, "whsec_a", "whsec_a"),
        "",
    ),
    (
        (
            "export   K=whsec_a\n",
            "whsec_a",
            NONE,
            "whsec_a",
            "whsec_a",
        ),
        "",
    ),
    (
        (
            "garbage\nK=whsec_a\n",
            "whsec_a",
            NONE,
            "whsec_a",
            "whsec_a",
        ),
        "",
    ),
    (
        ("K: whsec_a\n", "whsec_a", NONE, NONE, "whsec_a"),
        "line 1: `NAME: value` assigns for npm's dotenv only",
    ),
    (
        (
            "K=`whsec_a`\n",
            "whsec_a",
            "whsec_a",
            "`whsec_a`",
            "whsec_a",
        ),
        "line 1: backticks quote",
    ),
    (
        (
            "K=whsec_a#c\n",
            "whsec_a",
            "whsec_a",
            "whsec_a#c",
            "whsec_a",
        ),
        "line 1: the value ends before `#`",
    ),
    (
        (
            "K=\"whsec_a\" x\n",
            "\"whsec_a\" x",
            "whsec_a",
            NONE,
            "whsec_a",
        ),
        "line 1: what follows the closing quote is left out",
    ),
    (
        (
            "K=whsec_a$b\n",
            "whsec_a$b",
            "whsec_a$b",
            "whsec_a$b",
            "whsec_a$b",
        ),
        "line 1: the `$` is taken literally",
    ),
    (
        (
            "K=\"whsec_${B}\"\n",
            "whsec_${B}",
            "whsec_${B}",
            "whsec_",
            "whsec_${B}",
        ),
        "line 1: the `$` is taken literally",
    ),
    (
        (
            "K=${X:-whsec_a}\n",
            "${X:-whsec_a}",
            "${X:-whsec_a}",
            "whsec_a",
            "whsec_a",
        ),
        "line 1: the default of `${…:-…}` is taken",
    ),
    (
        (
            "X=whsec_x\nK=\"${X:-whsec_a}\"\n",
            "${X:-whsec_a}",
            "${X:-whsec_a}",
            "whsec_x",
            "whsec_x",
        ),
        "line 2: the default of `${…:-…}` is taken",
    ),
    (
        (
            "K=\"whsec_a\\\"b\"\n",
            "whsec_a\\\"b",
            "whsec_a\\",
            "whsec_a\"b",
            "whsec_a\"b",
        ),
        "",
    ),
    (
        (
            "A=\"open\nK=whsec_a\n",
            "whsec_a",
            "whsec_a",
            "whsec_a",
            "whsec_a",
        ),
        "line 1: the quote is not closed",
    ),
    (
        (
            "A='open\nK=whsec_a\nB='x'\n",
            "whsec_a",
            NONE,
            NONE,
            "whsec_a",
        ),
        "line 1: the quote is not closed",
    ),
    (
        ("\u{feff}K=whsec_a\n", "whsec_a", NONE, "whsec_a", "whsec_a"),
        "begins with a byte order mark",
    ),
];

/// Files that seem to assign it and do not, for us or for all: the line and the reason.
const BROKEN: &[(&str, &str)] = &[
    ("A=1\nK=\"whsec_a\n", "(the quote is not closed): .env:2"),
    ("K=\"whsec_a'\nB=1\n", "(the quote is not closed): .env:1"),
    ("K\n", "(this line is not `K=VALUE`): .env:1"),
    (
        "A=1\n\nset K=whsec_a\n",
        "(this line is not `K=VALUE`): .env:3",
    ),
    ("\"K\"=whsec_a\n", "(this line is not `K=VALUE`): .env:1"),
    ("K:whsec_a\n", "(this line is not `K=VALUE`): .env:1"),
    ("K whsec_a\n", "(this line is not `K=VALUE`): .env:1"),
    ("K+=whsec_a\n", "(this line is not `K=VALUE`): .env:1"),
    (
        "export export K=whsec_a\n",
        "(this line is not `K=VALUE`): .env:1",
    ),
    (
        "A=\"x\nK=whsec_a\nB=\"\n",
        "(K stands inside the quoted value that begins here): .env:1",
    ),
    (
        "lettermint_webhook_secret=whsec_a\n",
        "(names are case-sensitive, this one is not K): .env:1",
    ),
];

const VARIABLE: &str = "LETTERMINT_WEBHOOK_SECRET";

/// With `K` as a word replaced by the variable's name.
fn named(text: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        let before = text[..at].chars().next_back().is_some_and(is_word);
        let after = text[at + c.len_utf8()..]
            .chars()
            .next()
            .is_some_and(is_word);
        match c {
            'K' if !before && !after => out.push_str(VARIABLE),
            _ => out.push(c),
        }
    }
    out
}

fn sign(content: impl AsRef<[u8]>) -> Run {
    let sandbox = Sandbox::new();
    sandbox.write(".env", content);
    sandbox.cmd("sign --now 1").stdin(BODY).run()
}

#[track_caller]
fn signs_with(run: &Run, secret: &str, content: &str) {
    let signed = signature(secret, "1", BODY);
    assert_eq!(run.out().trim_end(), signed, "{content:?} {}", run.err());
}

#[test]
fn dot_env_forms_that_all_readers_agree_on_are_read_without_a_word() {
    for (content, secret) in AGREED {
        let run = sign(named(content)).exits(0);
        signs_with(&run, secret, content);
        assert_eq!(run.err(), "", "{content:?}");
    }
}

#[test]
fn dot_env_forms_that_readers_dispute_are_read_and_said() {
    for ((content, _npm, _node, _python, ours), warning) in DISPUTED {
        let run = sign(named(content)).exits(0);
        signs_with(&run, ours, content);
        match warning.is_empty() {
            true => assert_eq!(run.err(), "", "{content:?}"),
            false => {
                let warning = named(warning);
                run.says(&[
                    format!("warning: {warning}"),
                    format!(": {VARIABLE} in .env\n"),
                ]);
            }
        }
    }
}

#[test]
fn dot_env_that_seems_to_assign_it_and_does_not_is_an_error_with_its_line() {
    for (content, why) in BROKEN {
        let sandbox = Sandbox::new();
        sandbox.write(".env", named(content));
        for line in ["sign --now 1", "listen --port 0", "secret check", "verify"] {
            let run = sandbox.cmd(line).stdin(BODY).run().exits(3);
            run.says(&[
                format!("error: cannot read {}\n", named(why)),
                "hint: ".to_owned(),
            ]);
        }
    }
}

#[test]
fn dot_env_is_read_as_utf_16_of_either_order() {
    let text = format!("# größe\r\n{VARIABLE}=whsec_a\r\n");
    let encode = |bytes: fn(u16) -> [u8; 2], mark: &str| {
        let text = format!("{mark}{text}");
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    for content in [
        encode(u16::to_le_bytes, "\u{feff}"),
        encode(u16::to_be_bytes, "\u{feff}"),
        encode(u16::to_le_bytes, ""),
    ] {
        let run = sign(content).exits(0);
        signs_with(&run, "whsec_a", "UTF-16");
        run.says(&["warning: is UTF-16"]);
    }
    let torn = [0xff, 0xfe, 0x00, 0xd8];
    sign(torn)
        .exits(3)
        .says(&["error: cannot read (neither UTF-8 nor UTF-16): .env:1"]);
}

#[test]
fn dot_env_that_cannot_be_read_is_never_taken_for_absent() {
    let dangling = Sandbox::new();
    symlink("nowhere", dangling.path(".env")).unwrap();
    let device = Sandbox::new();
    symlink("/dev/zero", device.path(".env")).unwrap();
    let endless = Sandbox::new();
    endless.write(".env", vec![b'#'; (1 << 20) + 1]);
    for (sandbox, why) in [
        (dangling, "no such file or directory"),
        (device, "not a regular file"),
        (endless, "larger than 1 MiB"),
    ] {
        for line in ["listen --port 0", "secret check"] {
            let run = sandbox.cmd(line).run().exits(3);
            run.says(&[format!("error: cannot read ({why}): .env\n")]);
        }
    }
    // What others keep there is none of our business.
    let elsewhere = sign("A=1\nthis is no line\nB=\"open\n").exits(2);
    elsewhere.says(&["error: no secret"]);
}
