//! The command that a listener runs: started, signaled, waited for. No shell in between.

use std::ffi::{OsStr, OsString};
use std::process::ExitStatus;

use tokio::process::{Child, Command};

use crate::context::Context;
use crate::context::signals::Signal;
use crate::error::{Error, Result, describe_io};

#[derive(Debug)]
pub(crate) struct ChildCommand {
    child: Child,
    own_group: bool,
}

impl ChildCommand {
    /// Starts a command with more variables in its environment.
    ///
    /// Its stdout is ours, unless `stdout_is_ours`: then it writes to our stderr, so that what
    /// we write to stdout can be parsed.
    pub(crate) fn start(
        context: &Context,
        command: &[OsString],
        variables: &[(&str, OsString)],
        stdout_is_ours: bool,
    ) -> Result<Self> {
        let (program, arguments) = command
            .split_first()
            .ok_or_else(|| Error::usage("`--` needs a command after it"))?;
        let failed = |error: &std::io::Error| {
            let program = program.display().to_string();
            let is_line = program.contains(char::is_whitespace);
            let hint = is_line.then(|| format!("for a shell's line: `-- sh -c '{program}'`"));
            let error = describe_io(error);
            Error::cannot_run(format!("cannot run the command ({error}): {program}"))
                .maybe_hint(hint)
        };
        let mut child = Command::new(program);
        child.args(arguments).current_dir(&context.directory);
        for (name, value) in variables {
            child.env(OsStr::new(name), value);
        }
        if stdout_is_ours {
            child.stdout(std::io::stderr());
        }
        // On a terminal the command belongs to our group, so that it may read from it and gets
        // Ctrl+C from it. Elsewhere it leads a group of its own, so that a signal reaches what
        // it started, too (`npm test` starts the test runner).
        let own_group = !context.stdin_is_terminal;
        #[cfg(unix)]
        if own_group {
            child.process_group(0);
        }
        let child = child.spawn().map_err(|error| failed(&error))?;
        Ok(Self { child, own_group })
    }

    pub(crate) async fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().await.map_err(|error| {
            Error::cannot_run(format!(
                "cannot wait for the command ({})",
                describe_io(&error)
            ))
        })
    }

    /// Passes a signal on. Ctrl+C on a terminal has reached it without us.
    pub(crate) fn signal(&mut self, signal: Signal) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, kill_process, kill_process_group};
            let id = self.child.id().and_then(|id| i32::try_from(id).ok());
            let Some(pid) = id.and_then(Pid::from_raw) else {
                return;
            };
            let kind = match signal {
                Signal::Interrupt => rustix::process::Signal::INT,
                Signal::Terminate => rustix::process::Signal::TERM,
                Signal::Hangup => rustix::process::Signal::HUP,
                Signal::Kill => rustix::process::Signal::KILL,
            };
            // It may have ended in this moment.
            let _ = match (self.own_group, signal) {
                (true, _) => kill_process_group(pid, kind),
                (false, Signal::Interrupt) => Ok(()),
                (false, _) => kill_process(pid, kind),
            };
        }
        #[cfg(not(unix))]
        {
            let _ = (signal, self.own_group);
            let _ = self.child.start_kill();
        }
    }
}

/// How a command ended, in a few words.
pub(crate) fn describe(status: ExitStatus) -> String {
    match (status.code(), signal_of(status)) {
        (Some(code), _) => format!("the command ended with status {code}"),
        (None, Some(signal)) => {
            let names = [
                (1, "SIGHUP"),
                (2, "SIGINT"),
                (6, "SIGABRT"),
                (9, "SIGKILL"),
                (11, "SIGSEGV"),
                (15, "SIGTERM"),
            ];
            let name = names.iter().find(|(number, _)| *number == signal);
            let name = name.map_or_else(String::new, |(_, name)| format!(" ({name})"));
            format!("the command was ended by signal {signal}{name}")
        }
        (None, None) => "the command ended".to_owned(),
    }
}

/// The exit code of a command as a shell has it: 128 and the signal's number when one ended it.
pub(crate) fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or(signal_of(status).map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

fn signal_of(status: ExitStatus) -> Option<i32> {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    {
        let _ = status;
        None
    }
}
