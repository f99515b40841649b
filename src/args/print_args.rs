//! Printing requests instead of sending them.

use clap::Args;

use crate::sending::output::prepared::PrintForm;

#[derive(Debug, Args)]
pub(crate) struct PrintArgs {
    /// Print the requests instead of sending them, as http
    #[arg(long, conflicts_with = "print")]
    pub(crate) dry_run: bool,
    /// Print the requests instead of sending them
    #[arg(long, value_name = "FORM")]
    pub(crate) print: Option<PrintForm>,
}

impl PrintArgs {
    pub(crate) fn form(&self) -> Option<PrintForm> {
        self.print.or(self.dry_run.then_some(PrintForm::Http))
    }
}
