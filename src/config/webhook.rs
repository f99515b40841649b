//! A webhook as the dashboard defines it, and which events it gets.

use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use crate::delivery::Target;
use crate::lettermint::EventPattern;

/// Events that are withheld when a machine caused them.
const ENGAGEMENT: [&str; 2] = ["message.opened", "message.clicked"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub(crate) name: String,
    pub(crate) target: Target,
    /// Globs of the events it gets; none means all of them.
    pub(crate) events: Vec<EventPattern>,
    pub(crate) enabled: bool,
    pub(crate) secret: Option<SecretPlace>,
    /// How the endpoint wants to be asked.
    pub(crate) basic_auth: Option<BasicAuth>,
    /// Only events of this route: its id, or the slug of an inbound one.
    pub(crate) route: Option<String>,
    /// Only events of this project's id.
    pub(crate) project: Option<String>,
    /// Whether opens and clicks that a machine made are delivered too.
    pub(crate) include_machine_events: bool,
}

/// Where a webhook's secret is; never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretPlace {
    Variable(String),
    File(PathBuf),
}

/// The user of HTTP Basic authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BasicAuth {
    pub(crate) username: String,
    pub(crate) password_env: String,
}

/// Why a webhook does not get an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WhyNot {
    Disabled,
    /// None of its globs matches the event.
    NotSubscribed(String),
    /// A machine opened or clicked, not a person.
    MachineEvent,
    /// It is for one route or project, and the event is of another, or of none.
    Elsewhere {
        what: &'static str,
        wanted: String,
        found: Option<String>,
    },
}

impl Webhook {
    /// Whether Lettermint would deliver this event to this webhook.
    ///
    /// A payload without `context`, as in the documentation's examples, does not say where it
    /// comes from and passes route and project. One whose context names no route is of the
    /// whole team or project and is not for one route.
    pub(crate) fn subscribes(&self, event: &str, payload: &[u8]) -> Result<(), WhyNot> {
        if !self.enabled {
            return Err(WhyNot::Disabled);
        }
        let mut wanted = self.events.iter();
        if !self.events.is_empty() && !wanted.any(|wanted| wanted.matches(event)) {
            return Err(WhyNot::NotSubscribed(event.to_owned()));
        }
        let may_be_machine = !self.include_machine_events && ENGAGEMENT.contains(&event);
        if !may_be_machine && self.route.is_none() && self.project.is_none() {
            // The payload has no say, so it need not be read.
            return Ok(());
        }
        let payload: Value = serde_json::from_slice(payload).unwrap_or_default();
        if may_be_machine && payload.pointer("/data/bot/machine") == Some(&Value::Bool(true)) {
            return Err(WhyNot::MachineEvent);
        }
        let text = |pointer| payload.pointer(pointer).and_then(Value::as_str);
        if payload.get("context").is_none_or(Value::is_null) {
            return Ok(());
        }
        let project = &["/context/project_id"][..];
        let route = &["/context/route_id", "/data/route"][..];
        for (what, wanted, pointers) in [
            ("project", &self.project, project),
            ("route", &self.route, route),
        ] {
            let Some(wanted) = wanted else {
                continue;
            };
            if !pointers.iter().any(|at| text(at) == Some(wanted)) {
                return Err(WhyNot::Elsewhere {
                    what,
                    wanted: wanted.clone(),
                    found: text(pointers[0]).map(str::to_owned),
                });
            }
        }
        Ok(())
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "secret_env {name}"),
            Self::File(path) => write!(f, "secret_file {}", path.display()),
        }
    }
}

/// A clause to follow the webhook's name.
impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => f.write_str("is disabled"),
            Self::NotSubscribed(event) => write!(f, "is not subscribed to {event}"),
            Self::MachineEvent => f.write_str(
                "does not get opens and clicks of machines (`include_machine_events = true` does)",
            ),
            Self::Elsewhere {
                what,
                wanted,
                found,
            } => {
                let found = found.as_deref().unwrap_or("none");
                write!(
                    f,
                    "gets events of the {what} {wanted} only, this one is of {found}"
                )
            }
        }
    }
}
