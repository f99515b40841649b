//! Printing requests instead of sending them.

use clap::{Args, ValueEnum};

use crate::sending::output::prepared::PrintForm;

#[derive(Debug, Args)]
pub struct PrintArgs {
    /// Print the requests instead of sending them, as http
    #[arg(long, conflicts_with = "print")]
    pub dry_run: bool,
    /// Print the requests instead of sending them
    #[arg(long, value_name = "FORM")]
    pub print: Option<PrintArg>,
}

impl PrintArgs {
    pub fn form(&self) -> Option<PrintForm> {
        let form = self.print.or(self.dry_run.then_some(PrintArg::Http));
        form.map(PrintForm::from)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrintArg {
    /// The whole HTTP message, as it would go on the wire
    Http,
    /// A curl command that sends the same request byte for byte
    Curl,
    /// A JSON object with headers and body
    Json,
    /// The body's bytes and nothing else
    Body,
    /// The header lines
    Headers,
}

impl From<PrintArg> for PrintForm {
    fn from(form: PrintArg) -> Self {
        match form {
            PrintArg::Http => Self::Http,
            PrintArg::Curl => Self::Curl,
            PrintArg::Json => Self::Json,
            PrintArg::Body => Self::Body,
            PrintArg::Headers => Self::Headers,
        }
    }
}
