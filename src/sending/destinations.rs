//! Where a delivery goes: the endpoint that was named, or every webhook of the config file that
//! subscribes to it, as in production.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::signer::Signer;
use crate::app::AppContext;
use crate::config::secrets;
use crate::config::secrets::SecretSources;
use crate::config::webhook::Webhook;
use crate::delivery::Target;
use crate::error::{Error, Result};
use crate::lettermint::Edit;
use crate::lettermint::{Header, NamedSecret, Secret, SigningKey};

pub(crate) const PASSWORD_VARIABLE: &str = "LETTERMINT_HOOK_BASIC_AUTH_PASSWORD";

/// One endpoint with the key and headers that go with it.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    /// The webhook of the config file, if it is one.
    pub(crate) webhook: Option<Webhook>,
    pub(crate) target: Target,
    pub(crate) signer: Signer,
}

/// What the command line says about where to send.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoutingOptions {
    pub(crate) target: Option<Target>,
    pub(crate) webhook: Option<String>,
    pub(crate) route: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) headers: Vec<Header>,
    /// Nothing will be signed, so no secret is needed.
    pub(crate) unsigned: bool,
}

/// Finds the endpoints: `--to`, else `--webhook`, else all webhooks of the config file, else
/// `default`.
pub(crate) fn find(
    app: &AppContext,
    sources: &SecretSources,
    options: &RoutingOptions,
    default: impl FnOnce() -> Result<Target>,
) -> Result<Vec<Destination>> {
    let webhooks: Vec<&Webhook> = match (&options.target, &options.webhook) {
        (Some(_), _) => Vec::new(),
        (None, Some(name)) => vec![app.webhook(name)?],
        (None, None) => app
            .config()?
            .map(|config| config.webhooks.iter().collect())
            .unwrap_or_default(),
    };
    let has_own_authorization = options
        .headers
        .iter()
        .any(|line| line.name.eq_ignore_ascii_case("authorization"));
    let mut headers = Vec::new();
    if let Some(user) = &options.user {
        if has_own_authorization {
            return Err(Error::usage(
                "--basic-auth and `-H 'Authorization: …'` exclude each other",
            ));
        }
        let password = ask_password(app, user)?;
        app.terminal.mask().hide(password.expose());
        headers.push(basic_auth(user, &password));
    }
    headers.extend(options.headers.iter().cloned());
    let several = webhooks.len() > 1;
    let signer = |secret: Option<NamedSecret>, headers: Vec<Header>, name: &str| Signer {
        key: match &secret {
            Some(named) => SigningKey::new(&named.secret),
            None => SigningKey::from_bytes(b"unused"),
        },
        secret,
        webhook: several.then(|| name.to_owned()),
        headers,
    };
    if webhooks.is_empty() {
        let target = match &options.target {
            Some(target) => target.clone(),
            None => default()?,
        };
        let secret = match options.unsigned {
            true => None,
            false => Some(app.signing_secret(sources)?),
        };
        return Ok(vec![Destination {
            webhook: None,
            target,
            signer: signer(secret, headers, ""),
        }]);
    }
    // A webhook that is off gets nothing, so nothing is asked of it.
    let enabled: Vec<&Webhook> = webhooks
        .iter()
        .copied()
        .filter(|webhook| webhook.enabled)
        .collect();
    let mut secrets = match options.unsigned {
        true => Vec::new(),
        false => app.webhook_secrets(sources, &enabled)?,
    }
    .into_iter();
    webhooks
        .into_iter()
        .map(|webhook| {
            let mut own = Vec::new();
            if webhook.enabled
                && let (Some(auth), None, false) =
                    // What the command line says comes before the file.
                    (&webhook.basic_auth, &options.user, has_own_authorization)
            {
                let password = secrets::password(&app.context, &webhook.name, auth)?;
                app.terminal.mask().hide(password.expose());
                own.push(basic_auth(&auth.username, &password));
            }
            let secret = webhook.enabled.then(|| secrets.next()).flatten();
            own.extend(headers.iter().cloned());
            Ok(Destination {
                webhook: Some(webhook.clone()),
                target: webhook.target.clone(),
                signer: signer(secret, own, &webhook.name),
            })
        })
        .collect()
}

/// The only destination that gets anything, which is what a bulk run needs. Several or none are an
/// error, exit 2.
pub(crate) fn only_enabled(mut destinations: Vec<Destination>) -> Result<Destination> {
    destinations.retain(|destination| {
        destination
            .webhook
            .as_ref()
            .is_none_or(|webhook| webhook.enabled)
    });
    match (destinations.pop(), destinations.len()) {
        (Some(only), 0) => Ok(only),
        (last, before) => Err(Error::usage(format!(
            "bulk sending goes to one endpoint, and the config file has enabled webhooks: {}",
            before + usize::from(last.is_some())
        ))
        .hint("name one with `--webhook NAME` or `--to URL`")),
    }
}

impl Destination {
    /// What the place of the event changes in its payload: `--route` and `--project`, else those
    /// of the webhook, for an event that happens on a route reaches the webhooks of that route.
    pub(crate) fn context_edits(&self, options: &RoutingOptions) -> Vec<Edit> {
        let webhook = self.webhook.as_ref();
        let route = options
            .route
            .as_ref()
            .or_else(|| webhook.and_then(|webhook| webhook.route.as_ref()));
        let project = options
            .project
            .as_ref()
            .or_else(|| webhook.and_then(|webhook| webhook.project.as_ref()));
        [("context.route_id", route), ("context.project_id", project)]
            .into_iter()
            .filter_map(|(path, value)| Edit::set(path, value?.as_str().into()).ok())
            .collect()
    }

    /// Whether Lettermint would send it there, or a sentence that says why not.
    pub(crate) fn takes(&self, event: Option<&str>, body: &[u8]) -> Result<(), String> {
        let Some(webhook) = &self.webhook else {
            return Ok(());
        };
        let taken = webhook.subscribes(event.unwrap_or_default(), body);
        let event = event.unwrap_or("(no event)");
        taken.map_err(|why| format!("not sent to {}: {event}: {why}", webhook.name))
    }

    /// The same, with the sentence said.
    pub(crate) fn takes_or_says(&self, app: &AppContext, event: Option<&str>, body: &[u8]) -> bool {
        let taken = self.takes(event, body);
        taken.map_err(|why| app.terminal.status(&why)).is_ok()
    }
}

/// `Authorization: Basic …` (RFC 7617).
fn basic_auth(user: &str, password: &Secret) -> Header {
    let pair = [user.as_bytes(), b":", password.expose()].concat();
    Header::new("Authorization", format!("Basic {}", BASE64.encode(pair)))
}

fn ask_password(app: &AppContext, user: &str) -> Result<Secret> {
    if user.contains(':') {
        return Err(
            // What follows the colon is the password, most likely.
            Error::usage("--basic-auth: expected a user name, which has no colon").hint(format!(
                "the password goes into the variable {PASSWORD_VARIABLE}"
            )),
        );
    }
    if let Some(value) = app.context.variable(PASSWORD_VARIABLE)
        && let Ok(password) = Secret::new(value.as_encoded_bytes())
    {
        return Ok(password);
    }
    let question = format!("Password of {user}");
    app.prompt.password(&question)?.ok_or_else(|| {
        Error::usage(format!("no password for --basic-auth: {user}"))
            .hint(format!("set the variable {PASSWORD_VARIABLE}"))
    })
}
