//! The exit codes, which are an API: scripts and CI jobs branch on them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// 0: yes. Also when the reader of stdout went away.
    Success,
    /// 1: it ran and the answer is no: a signature is bad, an endpoint answered other than 2xx,
    /// an expectation was missed, the audit found something.
    Negative,
    /// 2: the command line is wrong.
    Usage,
    /// 3: it could not run: a file, a port, the network, TLS.
    CannotRun,
    /// 130: interrupted.
    Interrupted,
}

impl ExitCode {
    pub const ALL: [Self; 5] = [
        Self::Success,
        Self::Negative,
        Self::Usage,
        Self::CannotRun,
        Self::Interrupted,
    ];

    /// The code of an answer: yes or no.
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Self::Success } else { Self::Negative }
    }

    pub fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Negative => 1,
            Self::Usage => 2,
            Self::CannotRun => 3,
            Self::Interrupted => 130,
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Self::Success => "yes: everything was as it should be",
            Self::Negative => {
                "it ran and the answer is no (bad signature, non-2xx answer, missed expectation)"
            }
            Self::Usage => "the command line is wrong",
            Self::CannotRun => "it could not run (file, port, network, TLS)",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
