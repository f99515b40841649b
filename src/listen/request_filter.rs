//! Requests that are no deliveries, and what they are answered.

use serde_json::json;

use super::hosts::{HostProblem, Hosts};
use crate::http::server::{Answer, Request};

/// What `GET /` says.
const WELCOME: &str = "lettermint-hook listen: receives Lettermint webhooks on this machine.\n\
    POST deliveries to any path; GET /healthz answers 200 while it runs.\n";

/// A request that is no delivery.
pub(crate) struct NoDelivery {
    /// What it is answered.
    pub(crate) answer: Answer,
    /// Why it is refused, when it is.
    pub(crate) refused: Option<String>,
}

impl NoDelivery {
    fn welcome(answer: Answer) -> Self {
        Self {
            answer,
            refused: None,
        }
    }

    fn refused(answer: Answer, why: String) -> Self {
        Self {
            answer,
            refused: Some(why),
        }
    }
}

/// Looks whether a request is no delivery.
pub(crate) fn no_delivery(hosts: &Hosts, received: &Request) -> Option<NoDelivery> {
    match hosts.check(&received.headers) {
        Ok(()) => {}
        Err(HostProblem::Unreadable) => {
            return Some(NoDelivery::refused(
                Answer::json(400, r#"{"error":"one Host header is needed"}"#),
                "more than one Host".to_owned(),
            ));
        }
        Err(HostProblem::Foreign(name)) => {
            let body = json!({
                "error": "this listener does not answer to that Host",
                "hint": "use 127.0.0.1 or localhost, or allow the name with --allow-host",
            });
            return Some(NoDelivery::refused(
                Answer::json(421, body.to_string()),
                format!("its Host is foreign (`--allow-host` allows it): {name}"),
            ));
        }
    }
    match (received.method.as_str(), received.target.as_str()) {
        ("POST", _) => None,
        ("GET" | "HEAD", "/healthz") => {
            Some(NoDelivery::welcome(Answer::json(200, r#"{"ok":true}"#)))
        }
        ("GET" | "HEAD", "/") => Some(NoDelivery::welcome(Answer::text(200, WELCOME))),
        (method, _) => {
            let body = json!({"error": "webhooks are POST requests", "method": method});
            let mut answer = Answer::json(405, body.to_string());
            answer.headers.push("allow", "POST");
            Some(NoDelivery::refused(
                answer,
                format!("webhooks are POST requests, this is {method}"),
            ))
        }
    }
}
