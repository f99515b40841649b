//! `completions`: the scripts, driven by the shells themselves.

use crate::support::{EVENTS, SCENARIOS, Sandbox, TAMPERING, Terminal, check_committed, run_tool};

/// A shell with a sandbox whose config file has webhooks.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let config = "[[webhook]]\nname = \"orders\"\nurl = \"http://127.0.0.1:1/\"\n";
    sandbox.write("lettermint-hook.toml", config);
    sandbox.write("payload one.json", "{}");
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        sandbox.write(&format!("scripts/{}", file(shell)), script.stdout);
    }
    sandbox
}

/// The file in which a shell looks for a script.
fn file(shell: &str) -> &str {
    match shell {
        "zsh" => "_lettermint-hook",
        "powershell" => "_lettermint-hook.ps1",
        "bash" => "lettermint-hook.bash",
        "elvish" => "lettermint-hook.elv",
        _ => "lettermint-hook.fish",
    }
}

/// What is typed, and what one Tab makes of it.
const COMPLETED: &[(&str, &str)] = &[
    ("lettermint-hook del", "lettermint-hook deliveries "),
    (
        "lettermint-hook deliveries pr",
        "lettermint-hook deliveries prune ",
    ),
    (
        "lettermint-hook send message.hard",
        "lettermint-hook send message.hard_bounced ",
    ),
    (
        "lettermint-hook listen --expect message.deliv",
        "--expect message.delivered ",
    ),
    (
        "lettermint-hook listen --forbid=message.deliv",
        "--forbid=message.delivered ",
    ),
    (
        "lettermint-hook listen --respond-for message.inb",
        "--respond-for message.inbound=",
    ),
    (
        "lettermint-hook verify --require-event message.inb",
        "message.inbound ",
    ),
    (
        "lettermint-hook send --mix message.sent=2,message.inb",
        "sent=2,message.inbound=",
    ),
    (
        "lettermint-hook send --tamper body-b",
        "--tamper body-byte ",
    ),
    ("lettermint-hook send --tamper=stal", "--tamper=stale "),
    (
        "lettermint-hook send --scenario compl",
        "--scenario complaint ",
    ),
    ("lettermint-hook send --webhook ord", "--webhook orders "),
    (
        "lettermint-hook send --to http://loc",
        "--to http://localhost:3000/webhooks/lettermint ",
    ),
    (
        "lettermint-hook send message.clicked --set data.first_cl",
        "--set data.first_click=",
    ),
    ("lettermint-hook send --print cu", "--print curl "),
    // What is waited for must not be what was typed, or the next key interrupts the completion.
    ("lettermint-hook verify --as listm", "--as listmonk "),
    ("lettermint-hook verify --format jun", "--format junit "),
    ("lettermint-hook man secret-n", "man secret-new "),
    ("lettermint-hook --js", "lettermint-hook --json "),
];

#[test]
fn completions_in_bash_fit_what_is_typed() {
    let source = "source scripts/lettermint-hook.bash";
    let sandbox = sandbox();
    let mut bash = Terminal::shell(&sandbox, "bash --norc --noprofile -i", &[source]);
    for (typed, completed) in COMPLETED {
        bash.send(&format!("{typed}\t"));
        bash.wait_for(completed);
        // A new line, without running this one.
        bash.interrupt();
        bash.wait_for("ready$> ");
    }
    // What is typed behind the cursor stays, and names with a space are quoted.
    bash.send("lettermint-hook verify pay\t");
    bash.wait_for("verify payload\\ one.json ");
    bash.interrupt();
    bash.wait_for("ready$> ");
    bash.send("lettermint-hook send --quiet\x01\x1bf\x1bf\x1bf --tamper body-b\t");
    bash.wait_for("yte");
    bash.interrupt();
    bash.wait_for("ready$> ");
    bash.send("exit\n");
    bash.finish();
}

#[test]
#[ignore = "zsh"]
fn completions_in_zsh_fit_what_is_typed() {
    run_tool("zsh", &["--version"], b"");
    // As a package installs it: found in `fpath` at the first Tab.
    let lines = [
        "fpath=($PWD/scripts $fpath)",
        "autoload -Uz compinit",
        "compinit -u -D",
        // A space that the next key may take away is in bold otherwise.
        "zle_highlight=(none)",
    ];
    let sandbox = sandbox();
    let mut zsh = Terminal::shell(&sandbox, "zsh -f -i", &lines);
    for (typed, completed) in COMPLETED {
        zsh.send(&format!("{typed}\t"));
        zsh.wait_for(completed);
        zsh.interrupt();
        zsh.wait_for("ready$> ");
    }
    // Nothing is complained about while several fit.
    zsh.send("lettermint-hook listen --expect message.\t");
    let shown = zsh.wait_for("message.unsubscribed");
    assert!(!shown.contains("_arguments"), "{shown}");
    zsh.interrupt();
    zsh.wait_for("ready$> ");
    zsh.send("exit\n");
    zsh.finish();
}

/// The candidates that fish shows for a line, with their descriptions.
fn fish(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let script = "PATH=\"${0%/*}:/usr/bin:/bin\" exec fish --no-config -c \
        'source scripts/lettermint-hook.fish; complete -C $argv[1]' \"$1\"";
    let run = sandbox
        .through(&["sh", "-c", script])
        .arg(line)
        .run()
        .exits(0);
    assert!(run.stderr.is_empty(), "{}", run.transcript());
    run.out().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "fish"]
fn completions_in_fish_fit_what_is_typed() {
    run_tool("fish", &["--version"], b"");
    let sandbox = sandbox();
    for (typed, completed) in COMPLETED {
        let shown = fish(&sandbox, typed);
        let word = completed.trim_end().rsplit(' ').next().unwrap();
        let fits = |line: &String| line.split('\t').next().unwrap().ends_with(word);
        assert!(
            shown.iter().any(|line| fits(line) || line.contains(word)),
            "{typed}: {shown:?}"
        );
    }
    let shown = fish(&sandbox, "lettermint-hook send mess");
    let event = EVENTS
        .iter()
        .find(|event| event.name == "message.hard_bounced")
        .unwrap();
    let line = format!("{}\t{}", event.name, event.description);
    assert!(shown.contains(&line), "{shown:?}");
}

/// The candidates for the last word of a line.
fn candidates(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let cmd = sandbox.cmd("--").arg("lettermint-hook").args(words);
    let cmd = cmd.env("LETTERMINT_HOOK_COMPLETE", "bash");
    let cmd = cmd.env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let run = cmd.run().exits(0);
    assert!(run.stderr.is_empty(), "{}", run.transcript());
    run.out().lines().map(str::to_owned).collect()
}

#[test]
fn completions_know_the_tables() {
    let sandbox = sandbox();
    let events: Vec<_> = EVENTS.iter().map(|event| event.name).collect();
    let scenarios = SCENARIOS.iter().map(|scenario| scenario.name);
    let scenarios: Vec<_> = scenarios.chain(["list"]).collect();
    let kinds = TAMPERING.iter().map(|kind| kind.name);
    let kinds: Vec<_> = kinds.chain(["list"]).collect();
    for (words, expected) in [
        (&["listen", "--expect", ""][..], &events),
        (&["listen", "--events", ""], &events),
        (&["replay", "--event", ""], &events),
        (&["deliveries", "list", "--event", ""], &events),
        (&["verify", "--require-event", ""], &events),
        (&["send", "--scenario", ""], &scenarios),
        (&["send", "--tamper", ""], &kinds),
    ] {
        let found = candidates(&sandbox, words);
        for name in expected {
            assert!(
                found.iter().any(|candidate| candidate == name),
                "{words:?}: {found:?}"
            );
        }
    }
}

#[test]
fn completions_of_ids_are_the_latest_of_the_store_first() {
    let sandbox = sandbox();
    let record = |id: &str| {
        format!(
            r#"{{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","event":"message.sent","id":"{id}","method":"POST","target":"/","headers":[],"body":"{{}}"}}"#
        )
    };
    // An id from a stranger is not put into a command line.
    let lines = ["first-1", "second-2", "first-1", "x$(touch y)"].map(record);
    sandbox.write("elsewhere.ndjson", lines.join("\n"));
    let store = ["--store", "elsewhere.ndjson"];
    for words in [
        ["deliveries", "show", store[0], store[1], "f"].as_slice(),
        &["deliveries", "diff", store[0], store[1], "f"],
        &["replay", store[0], store[1], "--id", "f"],
    ] {
        assert_eq!(candidates(&sandbox, words), ["first-1"], "{words:?}");
    }
    let all = ["replay", "--store=elsewhere.ndjson", "--id", ""];
    assert_eq!(candidates(&sandbox, &all), ["first-1", "second-2"]);
    // The default store is not there.
    assert!(candidates(&sandbox, &["replay", "--id", ""]).is_empty());
}

#[test]
fn completions_never_complete_a_secret() {
    let sandbox = sandbox().env("OTHER_SECRET", "whsec_other");
    sandbox.write(".env", "LETTERMINT_WEBHOOK_SECRET=whsec_of_the_file\n");
    for command in ["send", "listen", "replay", "verify", "sign"] {
        for typed in ["", "whsec"] {
            assert!(
                candidates(&sandbox, &[command, "--secret", typed]).is_empty(),
                "{command}"
            );
        }
    }
    let names = candidates(&sandbox, &["send", "--secret-env", ""]);
    assert_eq!(names, ["LETTERMINT_WEBHOOK_SECRET"]);
}

#[test]
fn completions_are_committed_as_they_are_printed() {
    let sandbox = Sandbox::new();
    let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
    let files = shells.map(|shell| {
        let run = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        run.prints(&["lettermint-hook", "LETTERMINT_HOOK_COMPLETE"]);
        (file(shell).to_owned(), run.stdout)
    });
    check_committed("completions", files.into());
    // There is none that is not listed here, and the help says how each is installed.
    let help = sandbox.cmd("completions --help").run().exits(0);
    help.prints(&[&format!("[possible values: {}]", shells.join(", "))]);
    for shell in shells {
        help.prints(&[&format!("lettermint-hook completions {shell} >")]);
    }
}
