//! Which events a bulk run to one destination consists of.

use crate::app::AppContext;
use crate::error::{Error, Result};
use crate::lettermint::{Edit, Fresh, PayloadTemplate, Random};
use crate::sending::destinations::{Destination, Wanted};
use crate::sending::event_instance::edits_for;
use crate::sending::payloads::{Payload, template_of};

/// The templates of the events that a destination takes, with their weights. An event that it
/// does not take is said, with the reason.
///
/// # Errors
/// An unknown event or a refused edit, exit 2; nothing that it takes, exit 1.
pub fn templates_for(
    app: &AppContext,
    destination: &Destination,
    wanted: &Wanted,
    weights: &[(String, u32)],
    edits: &[Edit],
) -> Result<Vec<(PayloadTemplate, u32)>> {
    // Route, project and who opened it are in the template: any one delivery shows them.
    let example = Fresh::draw(&mut Random::seeded(0), 0);
    let mut taken = Vec::new();
    for (name, weight) in weights {
        let template = template_of(name, &edits_for(name, edits, destination, wanted))?;
        let payload = Payload::render(&template, &example);
        match destination.takes(payload.event.as_deref(), &payload.body) {
            Ok(()) => taken.push((template, *weight)),
            Err(why) => {
                let webhook = destination.webhook.as_ref();
                let webhook = webhook.map_or("", |webhook| &webhook.name);
                app.terminal
                    .status(&format!("not sent to {webhook}: {name}: {why}"));
            }
        }
    }
    if taken.is_empty() {
        return Err(Error::negative("the webhook takes none of it").hint(
            "`lettermint-hook webhooks` shows what it subscribes to; `--to URL` sends regardless",
        ));
    }
    Ok(taken)
}
