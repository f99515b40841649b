//! Every command explains itself.

use crate::support::Sandbox;

/// The words that call every command, subcommands included, with what the help of the one above
/// says of it.
pub(crate) fn commands(sandbox: &Sandbox) -> Vec<(String, String)> {
    fn collect(sandbox: &Sandbox, words: &str, out: &mut Vec<(String, String)>) {
        let help = help(sandbox, words, "--help");
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        for line in listed.take_while(|line| !line.is_empty()) {
            // A name stands two columns in; the rest of a long description further right.
            let (name, about) = match line.trim_start().split_once(' ') {
                Some((name, about)) if !line.starts_with("   ") => (name, about.trim()),
                _ => continue,
            };
            let words = format!("{words} {name}").trim().to_owned();
            out.push((words.clone(), about.to_owned()));
            collect(sandbox, &words, out);
        }
    }
    let mut out = Vec::new();
    collect(sandbox, "", &mut out);
    assert!(out.len() >= 22, "{out:?}");
    out
}

fn help(sandbox: &Sandbox, words: &str, option: &str) -> String {
    let run = sandbox.cmd(words).arg(option).run().exits(0);
    assert!(run.stderr.is_empty(), "{}", run.transcript());
    run.out()
}

/// What stands before the usage line.
fn about(help: &str) -> &str {
    help.split("\nUsage:").next().unwrap().trim()
}

#[test]
fn help_of_every_command_has_usage_and_examples() {
    let sandbox = Sandbox::new();
    for (words, _) in commands(&sandbox) {
        let run = sandbox.cmd(&words).arg("--help").run().exits(0);
        run.prints(&["Usage: lettermint-hook", "Examples:", "--json"]);
    }
}

#[test]
fn help_of_every_command_says_more_when_long_than_when_short() {
    let sandbox = Sandbox::new();
    for (words, listed) in commands(&sandbox) {
        let (short, long) = ["-h", "--help"]
            .map(|option| help(&sandbox, &words, option))
            .into();
        let (short, long) = (about(&short), about(&long));
        assert!(
            long.starts_with(short) && long.len() > short.len(),
            "{words}: {long}"
        );
        assert!(
            !short.is_empty() && !short.ends_with('.'),
            "{words}: {short}"
        );
        // The overview says the same, folded at its width.
        assert!(short.starts_with(&listed), "{words}: {listed}");
        assert!(!listed.contains('['), "{words}: {listed}");
    }
}

#[test]
fn help_of_every_option_says_what_it_does() {
    let sandbox = Sandbox::new();
    let mut options = 0;
    for (words, _) in commands(&sandbox) {
        let help = help(&sandbox, &words, "--help");
        let lines: Vec<_> = help
            .lines()
            .skip_while(|line| !line.starts_with("Usage:"))
            .take_while(|line| *line != "Examples:")
            .collect();
        for pair in lines.windows(2) {
            let name = pair[0].trim_start();
            let indented = (2..8).contains(&(pair[0].len() - name.len()));
            if indented && name.starts_with(['-', '<', '[']) && !name.starts_with("- ") {
                options += 1;
                assert!(pair[1].starts_with(&" ".repeat(10)), "{words}: {name}");
                assert!(pair[1].trim().len() > 3, "{words}: {name}");
            }
        }
    }
    assert!(options > 200, "only {options} options were found");
}

#[test]
fn help_lists_every_exit_code_with_its_meaning() {
    Sandbox::new().cmd("--help").run().exits(0).prints(&[
        "  0    yes: everything was as it should be\n",
        "  1    it ran and the answer is no (bad signature, non-2xx answer, missed expectation)\n",
        "  2    the command line is wrong\n",
        "  3    it could not run (file, port, network, TLS)\n",
        "  130  interrupted (143 by SIGTERM, 129 by SIGHUP)\n",
    ]);
}

#[test]
fn help_and_version_go_to_stdout() {
    let sandbox = Sandbox::new();
    let version = format!("lettermint-hook {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(sandbox.cmd("--version").run().exits(0).out(), version);
    sandbox.cmd("-h").run().exits(0).prints(&["Commands:"]);
}

#[test]
fn help_is_a_command_too() {
    let sandbox = Sandbox::with_secret();
    for (words, command) in [
        ("help", ""),
        ("help send", "send"),
        ("--json help deliveries list", "deliveries list"),
        ("deliveries help list", "deliveries list"),
        ("secret help", "secret"),
        ("send help", "send"),
        ("listen help", "listen"),
    ] {
        let run = sandbox.cmd(words).run().exits(0);
        assert_eq!(run.out(), help(&sandbox, command, "--help"), "{words}");
    }
    let run = sandbox.cmd("help sned").run().exits(2);
    run.says(&["sned", "send"]);
    // A file may have that name.
    let run = sandbox.cmd("verify help").run().exits(3);
    run.says(&["no such file or directory", "help"]);
}

#[test]
fn help_without_a_command_is_a_usage_error() {
    let run = Sandbox::new().cmd("").run().exits(2);
    assert!(run.stdout.is_empty());
    run.says(&["Usage: lettermint-hook"]);
}
