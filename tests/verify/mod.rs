//! `verify`: captures in; verdicts, causes and exit codes out.

mod body;
mod bulk;
mod cases;
mod ci;
mod curl_damage;
mod encoders;
mod findings;
mod foreign;
mod formats;
mod http_files;
mod inputs;
mod other_requests;
mod reasons;
mod requests;
mod sdk_agreement;
mod sdks;
mod vectors;

use crate::support::{Record, Run, Sandbox, lines};

/// A sandbox with these records in `c.ndjson`.
fn with_records(records: &[Record]) -> Sandbox {
    let sandbox = Sandbox::with_secret();
    sandbox.write("c.ndjson", lines(records));
    sandbox
}

/// Runs `verify c.ndjson` with options on these records.
#[track_caller]
fn verify(records: &[Record], options: &str) -> Run {
    with_records(records)
        .cmd(&format!("verify c.ndjson {options}"))
        .run()
}
