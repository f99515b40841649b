//! The command that continues an interrupted replay.

use crate::app::AppContext;
use crate::capture::curl::quote;
use crate::error::Error;

/// The option whose value is never shown.
const SECRET: &str = "--secret";
const SINCE: &str = "--since-id";

/// An interruption with the command that continues after the delivery of an id.
pub(super) fn continued(app: &AppContext, error: Error, last_id: Option<&str>) -> Error {
    let Some(id) = last_id else {
        return error.hint("nothing was sent yet: the same command starts again");
    };
    let arguments: Vec<_> = app
        .arguments
        .iter()
        .map(|argument| argument.to_string_lossy())
        .collect();
    error.hint(format!("`{}` continues it", since(&arguments, id)))
}

/// The first argument is the program.
fn since(arguments: &[impl AsRef<str>], id: &str) -> String {
    let mut out = vec![env!("CARGO_PKG_NAME").to_owned()];
    let mut rest = arguments.iter().skip(1).map(AsRef::as_ref);
    while let Some(argument) = rest.next() {
        match argument {
            SINCE => {
                rest.next();
            }
            SECRET => {
                rest.next();
                out.push(format!("{SECRET} …"));
            }
            _ if argument.starts_with("--since-id=") => {}
            _ if argument.starts_with("--secret=") => out.push(format!("{SECRET} …")),
            _ => out.push(word(argument)),
        }
    }
    out.push(SINCE.to_owned());
    out.push(word(id));
    out.join(" ")
}

fn word(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    let mut quoted = Vec::new();
    quote(argument.as_bytes(), &mut quoted);
    String::from_utf8_lossy(&quoted).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_out_and_an_earlier_start_is_replaced() {
        let line = [
            "target/debug/lettermint-hook",
            "replay",
            "my captures",
            "--secret",
            "whsec_marker",
            "--since-id",
            "a",
            "--secret=whsec_marker",
            "--event",
            "message.*",
        ];
        assert_eq!(
            since(&line, "b"),
            "lettermint-hook replay 'my captures' --secret … --secret … --event 'message.*' --since-id b"
        );
    }
}
