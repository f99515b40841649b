//! A command on a pseudo-terminal, as a person runs it.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};
use rustix::termios::{LocalModes, tcgetattr};

use super::{PATIENCE, Sandbox, wait_until};

/// A terminal with a command; killed when dropped.
pub(crate) struct Terminal(PtySession);

impl Terminal {
    /// Runs a command line on a terminal that shows what is typed.
    pub(crate) fn start(sandbox: &Sandbox, line: &str) -> Self {
        Self::start_with(sandbox, line, &[])
    }

    /// Runs a command line on a terminal so many columns wide, and returns all that it shows and
    /// the exit code.
    #[track_caller]
    pub(crate) fn show(sandbox: &Sandbox, columns: usize, line: &str) -> (String, i32) {
        let (shown, code) = Self::start_on(sandbox, columns, line).finish();
        // It comes as a character for each byte.
        let bytes: Vec<_> = shown.chars().map(|c| u8::try_from(c).unwrap()).collect();
        (String::from_utf8(bytes).unwrap(), code)
    }

    /// Runs a command line on a terminal so many columns wide.
    pub(crate) fn start_on(sandbox: &Sandbox, columns: usize, line: &str) -> Self {
        let script = format!("stty echo rows 24 columns {columns}; exec \"$0\" \"$@\"");
        let cmd = sandbox.through(&["sh", "-c", &script]);
        let cmd = cmd.env("TERM", "xterm").args(line.split_whitespace());
        Self::spawn(cmd.into_command())
    }

    /// The same with variables.
    pub(crate) fn start_with(sandbox: &Sandbox, line: &str, variables: &[(&str, &str)]) -> Self {
        // The pseudo-terminal is made without echo.
        let cmd = sandbox.through(&["sh", "-c", "stty echo; exec \"$0\" \"$@\""]);
        let cmd = cmd.env("TERM", "xterm").args(line.split_whitespace());
        let set = variables.iter();
        let cmd = set.fold(cmd, |cmd, (name, value)| cmd.env(name, value));
        Self::spawn(cmd.into_command())
    }

    /// Runs an interactive shell that finds the binary, and has it run some lines first.
    #[track_caller]
    pub(crate) fn shell(sandbox: &Sandbox, shell: &str, lines: &[&str]) -> Self {
        // Where a terminal does not echo, bash does not, either.
        let script = format!(
            "stty echo rows 24 columns 100; PATH=\"${{0%/*}}:/usr/bin:/bin\"; export PATH; exec {shell}"
        );
        let cmd = sandbox.through(&["sh", "-c", &script]);
        let cmd = cmd.env("TERM", "xterm").env("LANG", "C.UTF-8");
        let mut terminal = Self::spawn(cmd.env("PS1", "ready$> ").into_command());
        terminal.wait_for("ready$> ");
        for line in lines {
            terminal.send(&format!("{line}\n"));
            terminal.wait_for("ready$> ");
        }
        terminal
    }

    fn spawn(command: Command) -> Self {
        let limit = u64::try_from(PATIENCE.as_millis()).unwrap();
        Self(spawn_command(command, Some(limit)).unwrap())
    }

    /// Waits until a text is shown and returns what came before it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.0.exp_string(text).unwrap()
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.0.send(keys).unwrap();
        self.0.flush().unwrap();
    }

    /// Presses Ctrl+C.
    pub(crate) fn interrupt(&mut self) {
        self.0.send_control('c').unwrap();
    }

    fn modes(&self) -> LocalModes {
        let master = self.0.process().get_file_handle().unwrap();
        tcgetattr(master).unwrap().local_modes
    }

    /// Waits until what is typed is no longer shown.
    #[track_caller]
    pub(crate) fn wait_until_hidden(&self) {
        wait_until("echo is off", || !self.modes().contains(LocalModes::ECHO));
    }

    /// Waits for the end, after which the terminal must be as it was, and returns the rest of
    /// what was shown and the exit code.
    #[track_caller]
    pub(crate) fn finish(mut self) -> (String, i32) {
        let rest = self.0.exp_eof().unwrap();
        let usual = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        assert!(self.modes().contains(usual), "{:?}", self.modes());
        // The type of the status is not exported; its `Debug` is `Exited(Pid(…), <code>)`.
        let status = format!("{:?}", self.0.process().wait().unwrap());
        let code = status.strip_prefix("Exited(").and_then(|status| {
            let (_, code) = status.strip_suffix(')')?.rsplit_once(", ")?;
            code.parse().ok()
        });
        (rest, code.unwrap_or_else(|| panic!("{status}")))
    }
}
