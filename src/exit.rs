//! The exit codes, which are an API: scripts and CI jobs branch on them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// 0: yes.
    Success,
    /// 1: it ran and the answer is no: a signature is bad, an endpoint answered other than 2xx,
    /// an expectation was missed, the audit found something.
    Negative,
    /// 2: the command line is wrong.
    Usage,
    /// 3: it could not run: a file, a port, the network, TLS.
    CannotRun,
    /// 130: interrupted, as by Ctrl+C.
    Interrupted,
    /// 143: told to terminate.
    Terminated,
    /// 129: the terminal was closed.
    HungUp,
    /// That of the command that was run.
    Passed(u8),
}

impl ExitCode {
    /// The code of an answer: yes or no.
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Self::Success } else { Self::Negative }
    }

    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Negative => 1,
            Self::Usage => 2,
            Self::CannotRun => 3,
            Self::Interrupted => 130,
            Self::Terminated => 143,
            Self::HungUp => 129,
            Self::Passed(code) => code,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
