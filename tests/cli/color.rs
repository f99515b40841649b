//! Color is decided for each stream, by option, environment and terminal, in this order.

use crate::support::{Sandbox, Terminal};

const ESCAPE: &str = "\u{1b}[";

#[test]
fn color_is_decided_by_option_then_variables() {
    let sandbox = Sandbox::new();
    for (options, variables, colored) in [
        ("", vec![], false),
        ("--color auto", vec![], false),
        ("--color always", vec![], true),
        ("--color never", vec![], false),
        ("", vec![("CLICOLOR_FORCE", "1")], true),
        ("", vec![("CLICOLOR_FORCE", "0")], false),
        ("", vec![("CLICOLOR_FORCE", "")], false),
        ("", vec![("NO_COLOR", "1")], false),
        ("", vec![("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
        ("", vec![("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")], true),
        ("--color always", vec![("NO_COLOR", "1")], true),
        ("--color always", vec![("TERM", "dumb")], true),
        ("--color never", vec![("CLICOLOR_FORCE", "1")], false),
        ("--color auto", vec![("NO_COLOR", "1")], false),
    ] {
        for (line, code) in [("events", 0), ("events message.snet", 2)] {
            let mut cmd = sandbox.cmd(&format!("{line} {options}"));
            for (name, value) in &variables {
                cmd = cmd.env(name, value);
            }
            let run = cmd.run().exits(code);
            let text = run.out() + &run.err();
            assert_eq!(
                text.contains(ESCAPE),
                colored,
                "{variables:?}\n{}",
                run.transcript()
            );
        }
    }
}

#[test]
fn color_is_never_in_json() {
    let sandbox = Sandbox::new();
    for line in ["events --json", "events message.snet --json"] {
        let run = sandbox.cmd(line).arg("--color").arg("always").run();
        assert!(!run.out().contains(ESCAPE), "{}", run.transcript());
        assert!(!run.err().contains(ESCAPE), "{}", run.transcript());
    }
}

#[test]
fn color_is_off_with_no_color_and_on_a_dumb_terminal() {
    let sandbox = Sandbox::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let terminal = Terminal::start_with(&sandbox, "events", &[(name, value)]);
        let (text, code) = terminal.finish();
        assert_eq!(code, 0);
        assert!(text.contains("message.sent"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}
