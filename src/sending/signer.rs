//! Making attempts of payloads: key, purposeful damage and extra headers in one place.

use crate::delivery::Outgoing;
use crate::delivery::outgoing::SigningPlan;
use crate::delivery::tampering::{Expected, Ingredients, Tampering};
use crate::lettermint::{Header, SigningKey};
use crate::sending::attempt::Remarks;

use super::payloads::Payload;

/// Turns payloads into attempts.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The key to sign with.
    pub key: SigningKey,
    /// The webhook that gets them, when there are several.
    pub webhook: Option<String>,
    /// How to be wrong, if at all.
    pub tampering: Option<Tampering>,
    /// Headers to add, or to put in place of Lettermint's.
    pub headers: Vec<Header>,
    /// What else is unusual about the attempts.
    pub notes: Vec<String>,
}

impl Signer {
    /// One attempt of a payload. `signed_at` is in unix seconds, attempts count from 1.
    #[must_use]
    pub fn sign(&self, payload: &Payload, attempt: u32, signed_at: i64) -> Outgoing {
        let ingredients = Ingredients {
            event: payload.event.clone(),
            id: payload.id.clone(),
            body: payload.body.clone(),
            plan: SigningPlan {
                key: &self.key,
                signed_at,
                attempt,
            },
        };
        let mut outgoing = match &self.tampering {
            Some(tampering) => tampering.make(&ingredients),
            None => ingredients.genuine(),
        };
        // Only what Lettermint sends is replaced: a header of the user's own may occur twice.
        outgoing.headers.overlay(&self.headers);
        outgoing
    }

    /// What is unusual about the attempts, for their lines.
    #[must_use]
    pub fn remarks(&self) -> Remarks {
        let webhook = self.webhook.iter().map(|name| format!("to {name}"));
        let tampering = self.tampering.iter().map(|tampering| {
            let kind = tampering.kind();
            format!(
                "{}: a correct handler {}",
                kind.name,
                kind.expected.describe()
            )
        });
        let expected = self.tampering.as_ref().map(|made| made.kind().expected);
        Remarks {
            words: webhook
                .chain(tampering)
                .chain(self.notes.iter().cloned())
                .collect(),
            is_wrong: matches!(expected, Some(Expected::Refuse(_))),
        }
    }
}
