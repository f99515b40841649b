//! Curl commands that a chat, a word processor or a page damaged, and those for cmd.exe.

use crate::support::{NOW, Record, SECRET, Sandbox, lines, sample, signature};

const BODY: &[u8] =
    r#"{"id":"a","event":"message.sent","data":{"subject":"“Hi” – it’s \"5 ^ 6\" {x} 100%"}}"#
        .as_bytes();

/// A command, an option a line, with this at the end of each line.
fn command(end: &str) -> String {
    let signature = signature(SECRET, &NOW.to_string(), BODY);
    let body = String::from_utf8(BODY.to_vec())
        .unwrap()
        .replace('\'', "'\\''");
    [
        "curl http://localhost:3000/hook".to_owned(),
        "  -X POST".to_owned(),
        "  -H 'Content-Type: application/json'".to_owned(),
        format!("  -H 'X-Lettermint-Signature: {signature}'"),
        format!("  --header 'X-Lettermint-Delivery: {NOW}'"),
        format!("  --data-raw '{body}'"),
    ]
    .join(end)
        + "\n"
}

/// Holds that a command is one valid delivery, with a note of the damage.
#[track_caller]
fn expect(document: &str, note: &str) {
    for document in [document.to_owned(), document.replace('\n', "\r\n")] {
        let sandbox = Sandbox::with_secret();
        sandbox.write("pasted", &document);
        let run = sandbox.cmd("verify pasted").run();
        run.exits(0).prints(&["1 of 1 valid\n", note]);
        let run = sandbox.cmd("deliveries import pasted").run().exits(0);
        run.prints(&["imported 1\n"]);
        let body = String::from_utf8(BODY.to_vec()).unwrap();
        assert_eq!(sandbox.records()[0]["body"], body);
    }
}

#[test]
fn verify_sees_through_damage_to_a_curl_command() {
    let plain = command(" \\\n");
    for (document, note) in [
        (plain.clone(), ""),
        (
            command(" \\ \n"),
            "note: a blank after the backslash at the end of lines 1, 2, 3, 4, 5 was passed over",
        ),
        (
            command(" \\\t \n"),
            "at the end of lines 1, 2, 3, 4, 5 was passed over",
        ),
        (
            command(" \\\u{a0}\n"),
            "at the end of lines 1, 2, 3, 4, 5 was passed over",
        ),
        (
            command(" \\ "),
            "a backslash whose line does not end there, in line 1 was passed over",
        ),
        (
            command("\n"),
            "a line that was to go on has no backslash at its end, in front of lines 2, 3, 4, 5, 6",
        ),
        (
            command(" \\\n").replace("\n  -H", "\n\u{a0} -H"),
            "U+00A0 (no-break space) in lines 3, 4 was read as a blank",
        ),
        (
            command("\u{a0}").replace("curl ", "curl\u{a0}"),
            "U+00A0 (no-break space) in line 1 was read as a blank",
        ),
        (
            command("\u{200b} "),
            "U+200B (zero width space) in line 1 was read as a blank",
        ),
        (
            command(" \\\n").replace("--data", "–data"),
            "U+2013 (en dash) in line 6 was read as `--`",
        ),
        (
            command(" \\\n").replace("--header", "—header"),
            "U+2014 (em dash) in line 5 was read as `--`",
        ),
        (
            command(" \\\n").replace("-H", "–H"),
            "U+2013 (en dash) in lines 3, 4 was read as `-`",
        ),
        (
            command(" \\\n").replace("--data", "––data"),
            "U+2013 (en dash) in line 6 was read as `--`",
        ),
        (command(" \\\n> "), ""),
        (format!("user@host:~/app$ {plain}"), ""),
        (format!("\nPS C:\\Users\\me> {plain}"), ""),
    ] {
        expect(&document, note);
    }
}

#[test]
fn verify_names_damage_that_leaves_open_what_was_sent() {
    let sandbox = Sandbox::with_secret();
    let body = std::str::from_utf8(BODY).unwrap();
    let plain = command(" \\\n");
    for (document, message) in [
        (
            plain.replace("-H 'X-Lettermint-Signature", "-H ‘X-Lettermint-Signature"),
            "line 4 has U+2018 (typographic quote)",
        ),
        (
            plain.replace("--data-raw '", "--data-raw “"),
            "line 6 has U+201C (typographic quote)",
        ),
        (
            plain.replace("{\"id", "{“id"),
            "expected a body with plain quotes, but they were changed into U+201C",
        ),
        (
            plain.replace(body.split_at(4).0, "{&quot;id"),
            "they were changed into &quot;",
        ),
        (
            plain.replace('\'', "&#39;"),
            "line 3 has them as HTML (`&quot;`, `&#39;`)",
        ),
        (
            plain.replace(body, &body.replace('"', "\\\"")),
            "they were changed into \\\"",
        ),
        (
            command(" `\n"),
            "this is written for PowerShell (a backtick at the end of a line)",
        ),
    ] {
        sandbox.write("pasted", &document);
        let run = sandbox.cmd("verify pasted").run().exits(1);
        run.prints(&["✗ unreadable  pasted:1", message]);
    }
}

#[test]
fn verify_reads_curl_commands_for_cmd_exe() {
    let body = std::str::from_utf8(BODY).unwrap();
    let signature = signature(SECRET, &NOW.to_string(), BODY);
    // The special characters of each dialect, in front of which Chrome puts a caret.
    let careted = |text: &str| -> String {
        let plain = |character: char| {
            character.is_ascii_alphanumeric() || " _-:=+~'/.,?;()*`".contains(character)
        };
        text.chars()
            .map(|character| match plain(character) {
                true => character.to_string(),
                false => format!("^{character}"),
            })
            .collect()
    };
    let escaped = body.replace('\\', "\\\\").replace('"', "\\\"");
    let doubled = body.replace('\\', "\\\\").replace('"', "\"\"");
    for (curl, quote, payload) in [
        ("curl", "^\"", careted(&escaped)),
        ("curl", "\"", careted(&escaped)),
        ("curl.exe", "\"", escaped.clone()),
        ("curl", "\"", doubled),
    ] {
        for end in [" ^\n  ", " "] {
            let options = [
                format!("{curl} {quote}http://localhost:3000/hook{quote}"),
                format!("-H {quote}X-Lettermint-Signature: {signature}{quote}"),
                format!("-H {quote}X-Lettermint-Delivery: {NOW}{quote}"),
                format!("--data-raw {quote}{payload}{quote}"),
            ];
            expect(&format!("{}\n", options.join(end)), "");
            let prompted = options.join(&end.replace("\n", "\nMore?"));
            expect(&format!("C:\\Users\\me>{prompted}\n"), "");
        }
    }
}

/// What may be meant as it stands is left alone.
#[test]
fn verify_leaves_commands_for_bash_alone() {
    let good = Record::signed(sample("message.sent"));
    let sandbox = Sandbox::with_secret();
    sandbox.write("c.ndjson", lines(&[good]));
    let line = "deliveries export c.ndjson --format curl";
    let curl = sandbox.cmd(line).run().exits(0).out();
    for before in [
        "curl -s http://h/ > -\n",
        "curl -d 'a^\"' http://h/x\n",
        "ls –l\n",
    ] {
        sandbox.write("script", format!("{before}{curl}"));
        let run = sandbox.cmd("verify script").run().exits(0);
        run.prints(&["1 of 1 valid"]);
    }
}
