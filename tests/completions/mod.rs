//! `completions`: printed for every shell, and committed as they are printed.

use crate::support::{Sandbox, check_committed};

#[test]
fn completions_are_printed_for_every_shell() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        run.prints(&["lettermint-hook", "dry-run"]);
    }
    // The other generators leave out what a positional argument may be.
    for shell in ["bash", "zsh"] {
        let run = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        run.prints(&["message.hard_bounced"]);
    }
}

#[test]
fn completions_are_committed_as_they_are_printed() {
    let sandbox = Sandbox::new();
    let files = [
        ("_lettermint-hook", "zsh"),
        ("_lettermint-hook.ps1", "powershell"),
        ("lettermint-hook.bash", "bash"),
        ("lettermint-hook.elv", "elvish"),
        ("lettermint-hook.fish", "fish"),
    ]
    .map(|(name, shell)| {
        let run = sandbox.cmd(&format!("completions {shell}")).run().exits(0);
        (name.to_owned(), run.stdout)
    });
    check_committed("completions", files.into());
    // There is none that is not listed here.
    let help = sandbox.cmd("completions --help").run().exits(0);
    help.prints(&["[possible values: bash, elvish, fish, powershell, zsh]"]);
}
