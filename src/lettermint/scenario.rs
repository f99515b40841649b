//! Scenarios: what happens to one message, event by event.

use super::edit::{Edit, EditError};

/// A sequence of events of one message, one recipient and one subject.
#[derive(Debug)]
pub struct Scenario {
    /// What a user types.
    pub name: &'static str,
    /// What happens.
    pub description: &'static str,
    /// The events in order.
    pub steps: &'static [Step],
}

/// One event of a scenario.
#[derive(Debug)]
pub struct Step {
    /// The event.
    pub event: &'static str,
    /// Seconds after the first event.
    pub after: i64,
    /// What is particular about it, as edits `PATH:=JSON`.
    edits: &'static [&'static str],
}

impl Scenario {
    /// Seconds from the first event to the last.
    #[must_use]
    pub fn length(&self) -> i64 {
        self.steps.last().map_or(0, |step| step.after)
    }

    /// What is particular about a step of it. The times of the scheduling events say when the
    /// message is to be sent, which is a point of the scenario and not of the event.
    ///
    /// `at` gives the RFC 3339 text of a point so many seconds after the first event.
    ///
    /// # Errors
    /// None for the table below, which a test holds.
    pub fn edits(&self, step: &Step, at: impl Fn(i64) -> String) -> Result<Vec<Edit>, EditError> {
        let released = (self.steps.iter())
            .find(|step| step.event == "message.released")
            .map_or(3_600, |step| step.after);
        let first_plan = released - 1_800;
        let times = match step.event {
            "message.scheduled" if self.name == "scheduled" => {
                vec![("data.scheduled_at", at(first_plan).into())]
            }
            "message.scheduled" | "message.canceled" => {
                vec![("data.scheduled_at", at(released).into())]
            }
            "message.rescheduled" => vec![
                ("data.scheduled_at", at(released).into()),
                ("data.previous_scheduled_at", at(first_plan).into()),
            ],
            "message.released" => vec![
                ("data.scheduled_at", at(released).into()),
                ("data.released_at", at(released).into()),
                ("data.release_delay_seconds", 0.into()),
            ],
            _ => Vec::new(),
        };
        let edits = step.edits.iter().map(|edit| Edit::parse_set(edit));
        let times = times
            .into_iter()
            .map(|(path, value)| Edit::set(path, value));
        edits.chain(times).collect()
    }
}

/// The scenario called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

const fn step(event: &'static str, after: i64) -> Step {
    Step {
        event,
        after,
        edits: &[],
    }
}

const fn step_with(event: &'static str, after: i64, edits: &'static [&'static str]) -> Step {
    Step {
        event,
        after,
        edits,
    }
}

/// Every scenario.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "delivered",
        description: "accepted, handed over, delivered",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.delivered", 3),
        ],
    },
    Scenario {
        name: "bounced",
        description: "refused for good: the address does not exist; it goes on the suppression list",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.hard_bounced", 3),
            step_with("suppression.added", 4, &["data.reason=hard_bounce"]),
        ],
    },
    Scenario {
        name: "soft-bounced",
        description: "the mailbox is full at first, then the message gets through",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.soft_bounced", 4),
            step("message.delivered", 904),
        ],
    },
    Scenario {
        name: "complaint",
        description: "delivered, then reported as spam; the address goes on the suppression list",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.delivered", 3),
            step("message.spam_complaint", 7_200),
            step_with("suppression.added", 7_201, &["data.reason=spam_complaint"]),
        ],
    },
    Scenario {
        name: "unsubscribed",
        description: "delivered, opened, unsubscribed; the address gets no more broadcasts",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.delivered", 3),
            step("message.opened", 600),
            step("message.unsubscribed", 640),
            step_with(
                "suppression.added",
                641,
                &["data.reason=unsubscribe", "data.applies_to=broadcast"],
            ),
        ],
    },
    Scenario {
        name: "engaged",
        description: "delivered, opened twice, a link followed",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.delivered", 3),
            step("message.opened", 300),
            step("message.clicked", 330),
            step_with("message.opened", 90_000, &["data.first_open:=false"]),
        ],
    },
    Scenario {
        name: "scheduled",
        description: "scheduled for later, moved, released on time, delivered",
        steps: &[
            step("message.scheduled", 0),
            step("message.rescheduled", 60),
            step("message.released", 3_600),
            step("message.sent", 3_601),
            step("message.delivered", 3_603),
        ],
    },
    Scenario {
        name: "canceled",
        description: "scheduled for later, canceled in time",
        steps: &[
            step("message.scheduled", 0),
            step("message.canceled", 1_800),
        ],
    },
    Scenario {
        name: "policy-rejected",
        description: "stopped by the sending policy before delivery",
        steps: &[
            // The published sample of the rejection has a subject that invites it.
            step_with(
                "message.created",
                0,
                &["data.subject=Limited time offer!!!"],
            ),
            step("message.policy_rejected", 1),
        ],
    },
    Scenario {
        name: "suppressed",
        description: "not sent: the recipient is on the suppression list; later taken off it",
        steps: &[
            step("message.created", 0),
            step("message.suppressed", 1),
            step("suppression.removed", 86_400),
        ],
    },
    Scenario {
        name: "inbound",
        description: "mail received on an inbound route",
        steps: &[step("message.inbound", 0)],
    },
    Scenario {
        name: "auto-reply",
        description: "delivered; the recipient is out of office",
        steps: &[
            step("message.created", 0),
            step("message.sent", 1),
            step("message.delivered", 3),
            step("message.auto_replied", 5),
        ],
    },
];
