//! No body makes a command print more than a linear function of its size, whatever the renderer.

use crate::support::{BODY, Listener, Record, STORE, Sandbox, lines};

/// Bodies that have made programs print much: deep, wide, deep and wide, with long names above
/// many values, and of characters whose escapes are long.
fn hostile(size: usize) -> Vec<String> {
    let nested = size / 2;
    let name = "k".repeat(size / 4);
    let inner = "[1,".repeat(100) + &"2,".repeat(size / 2) + "3" + &"]".repeat(100);
    vec![
        "[".repeat(nested) + &"]".repeat(nested),
        "{\"a\":".repeat(size / 6) + "1" + &"}".repeat(size / 6),
        format!("[{}1]", "1,".repeat(nested)),
        format!("[{}[]]", "[],".repeat(size / 3)),
        inner,
        format!("{{\"{name}\":[{}1]}}", "1,".repeat(size / 3)),
        format!("\"{}\"", "\u{202e}".repeat(size / 3)),
        "\u{9b}\n".repeat(size / 3),
    ]
}

/// What a command may print for so many bytes of input.
fn limit(input: usize) -> usize {
    // A change is said with the path of its place, of 400 bytes at most, and with both values.
    20_000 + 500 * input
}

#[test]
fn output_is_linear_in_a_hostile_body_for_every_renderer() {
    let size = 20_000;
    for body in hostile(size) {
        let sandbox = Sandbox::with_secret();
        let other = body.replace('1', "2").replace("[]", "{}");
        let record = Record::signed(body.as_bytes()).with("id", "x");
        let changed = record.clone().with_body(other).with("attempt", 2);
        sandbox.write(STORE, lines(&[record, changed]));
        for line in [
            "deliveries list",
            "deliveries show x",
            "deliveries show x --json",
            "deliveries diff x@1 x@2",
            "deliveries diff x@1 x@2 --json",
            "deliveries export --format har",
            "deliveries export --format curl",
            "deliveries redact",
            "verify",
            "verify --json",
            "verify --format junit",
            "verify --format github",
        ] {
            let run = sandbox.cmd(line).run();
            let printed = run.stdout.len() + run.stderr.len();
            let start: String = body.chars().take(20).collect();
            assert!(
                printed < limit(2 * body.len()),
                "{line} of {start}: {printed}"
            );
        }
    }
}

#[test]
fn output_of_listen_is_linear_in_a_hostile_body() {
    let sandbox = Sandbox::with_secret();
    for options in ["", "--full", "--json"] {
        let listener = Listener::start(&sandbox, options);
        let mut sent = 0;
        for body in hostile(20_000) {
            sent += body.len();
            listener.deliver(body);
        }
        listener.deliver(BODY);
        listener.interrupt();
        let run = listener.finish().exits(130);
        let printed = run.stdout.len() + run.stderr.len();
        assert!(printed < limit(sent), "{options}: {printed}");
        assert!(printed > 1_000);
    }
}
