//! Checking the config file: what it says, and whether the secrets it names are there.

use std::path::Path;

use crate::app::AppContext;
use crate::commands::webhooks::output::{SecretState, WebhookRow, WebhookTable};
use crate::config::file::{Problem, WebhookEntry};
use crate::config::webhook::SecretPlace;
use crate::config::{secrets, source as config};
use crate::error::{Error, Result};

/// Everything that a config file defines and that is wrong with it.
pub(crate) fn check(app: &AppContext, path: &Path) -> Result<WebhookTable> {
    let file = config::read(&app.context, path)?;
    // What signs for a webhook that names no secret.
    let shared = !secrets::find(
        &app.context,
        &app.directory(),
        &secrets::SecretSources::default(),
    )?
    .is_empty();
    let mut problems = file.problems;
    let mut rows = Vec::new();
    for entry in file.entries {
        let secret = check_secret(app, &entry, shared, &mut problems);
        check_access(app, &entry, &mut problems);
        let secret_source = entry.secret.as_ref().map(|place| match place {
            SecretPlace::Variable(_) => place.to_string(),
            SecretPlace::File(path) => {
                format!("secret_file {}", config::shown(&app.context, path))
            }
        });
        rows.push(WebhookRow {
            entry,
            secret,
            secret_source,
        });
    }
    problems.sort_by_key(|problem| problem.line);
    Ok(WebhookTable {
        path: config::shown(&app.context, path),
        rows,
        problems,
    })
}

fn check_secret(
    app: &AppContext,
    entry: &WebhookEntry,
    shared: bool,
    problems: &mut Vec<Problem>,
) -> SecretState {
    let Some(place) = &entry.secret else {
        if !shared {
            let hint = format!(
                "add `secret_env = \"VARIABLE\"` or `secret_file = \"PATH\"`, or set {}",
                secrets::VARIABLE
            );
            problems.push(entry.problem("no secret is named".into(), Some(hint)));
        }
        return SecretState::Unnamed;
    };
    match secrets::of_webhook(&app.context, name(entry), place) {
        Err(error) => {
            problems.push(of_error(entry, &error));
            SecretState::Missing
        }
        Ok(named) => {
            let found = named.problems();
            for problem in &found {
                problems.push(entry.problem(format!("{problem}: {place}"), None));
            }
            match found.is_empty() {
                true => SecretState::Found,
                false => SecretState::Doubtful,
            }
        }
    }
}

fn check_access(app: &AppContext, entry: &WebhookEntry, problems: &mut Vec<Problem>) {
    if entry.is_exposed() {
        let url = entry.url.as_deref().unwrap_or_default();
        problems.push(entry.problem(
            format!("neither https:// nor on this machine: {url}"),
            Some("payloads hold personal data and Lettermint delivers to https:// only".into()),
        ));
    }
    if let Some(auth) = &entry.basic_auth
        && let Err(error) = secrets::password(&app.context, name(entry), auth)
    {
        problems.push(of_error(entry, &error));
    }
}

fn name(entry: &WebhookEntry) -> &str {
    entry.name.as_deref().unwrap_or("without a name")
}

fn of_error(entry: &WebhookEntry, error: &Error) -> Problem {
    let hint = error.hints().first().cloned();
    entry.problem(error.to_string(), hint)
}
