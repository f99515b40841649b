//! Sending to several destinations one after another, over one connection each.

use super::destinations::Destination;
use super::sender::Sender;
use crate::app::AppContext;
use crate::app::StoreChoice;
use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::http::client::{Client, ClientOptions, Endpoint};

/// A sender that turns to any of its destinations.
pub struct Fleet<'a> {
    sender: Sender<'a>,
    /// The sender holds one client; the others wait at their places.
    waiting: Vec<Option<Client>>,
    current: usize,
}

impl<'a> Fleet<'a> {
    /// Finds the addresses of all destinations that are used; nothing is connected yet.
    ///
    /// # Errors
    /// A destination outside this machine or that cannot be found, or nobody to send to.
    pub async fn new(
        app: &'a AppContext,
        clock: Clock,
        store: &StoreChoice,
        options: &ClientOptions,
        destinations: &[Destination],
        is_used: impl Fn(usize) -> bool,
    ) -> Result<Self> {
        let mut waiting = Vec::new();
        for (position, destination) in destinations.iter().enumerate() {
            waiting.push(match is_used(position) {
                true => {
                    let target = destination.target.clone();
                    let endpoint = Endpoint::resolve(target, options.allow_remote).await?;
                    Some(Client::new(endpoint, options)?)
                }
                false => None,
            });
        }
        let first = waiting
            .iter_mut()
            .enumerate()
            .find_map(|(position, client)| Some((position, client.take()?)));
        let (current, client) = first.ok_or_else(|| Error::negative("nobody to send to"))?;
        // Only now: an endpoint that is refused leaves no store behind.
        let store = app.open_store(store)?;
        Ok(Self {
            sender: Sender::new(app, client, clock, store),
            waiting,
            current,
        })
    }

    /// The sender, turned to a destination that is used.
    pub fn turn_to(&mut self, destination: usize) -> &mut Sender<'a> {
        if let Some(client) = self.waiting[destination].take() {
            self.waiting[self.current] = Some(self.sender.turn_to(client));
            self.current = destination;
        }
        &mut self.sender
    }

    /// The sender, whichever destination it is turned to.
    pub fn sender(&mut self) -> &mut Sender<'a> {
        &mut self.sender
    }

    /// The sender, when nothing more is sent.
    #[must_use]
    pub fn into_sender(self) -> Sender<'a> {
        self.sender
    }
}
