//! Events as options and the config file name them: by name, or by a glob over names.

use std::fmt;
use std::str::FromStr;

use super::{catalogue, glob, suggest};

/// An event's name, or a glob over names, that at least one event of the catalogue matches.
///
/// A name that no event has would be waited for in vain, or forbidden without effect, so that a
/// slip of the pen would turn a no into a yes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventPattern(Box<str>);

/// No event of the catalogue has this name, or matches this glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEvent {
    pattern: Box<str>,
}

impl EventPattern {
    /// The pattern that every event matches, those that the catalogue does not have included.
    #[must_use]
    pub fn any() -> Self {
        Self("*".into())
    }

    /// Whether an event has this name or matches this glob.
    #[must_use]
    pub fn matches(&self, event: &str) -> bool {
        glob::matches(&self.0, event)
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The events of the catalogue that match, in its order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        catalogue::names().filter(|name| self.matches(name))
    }
}

impl FromStr for EventPattern {
    type Err = UnknownEvent;

    fn from_str(text: &str) -> Result<Self, UnknownEvent> {
        let pattern = Self(text.into());
        if pattern.names().next().is_none() {
            return Err(UnknownEvent::new(text));
        }
        Ok(pattern)
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl UnknownEvent {
    /// The error for a name that the catalogue does not have.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self {
            pattern: pattern.into(),
        }
    }

    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> String {
        suggest::did_you_mean(&self.pattern, catalogue::names())
            .unwrap_or_else(|| "`lettermint-hook events` lists them".to_owned())
    }
}

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.pattern {
            "" => f.write_str("expected the name of an event, such as message.delivered"),
            glob if glob.contains(['*', '?']) => write!(f, "no known event matches: {glob}"),
            name => write!(f, "unknown event: {name}"),
        }
    }
}

impl std::error::Error for UnknownEvent {}
