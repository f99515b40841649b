//! The events that Lettermint sends: one static table that help, completions, `events`,
//! `send` and the documentation read.
//!
//! Names: the 21 of Lettermint's Python SDK 3.2, Laravel SDK 3 and Terraform provider, and
//! `inbound.rejected`, which only the Rust SDK 2.3 lists. Receivers must accept unknown names.

use std::sync::LazyLock;

use serde_json::Value;

/// One kind of event.
#[derive(Debug)]
pub struct Event {
    /// The name, as in `event` and `X-Lettermint-Event`.
    pub name: &'static str,
    /// What happened, in a sentence.
    pub description: &'static str,
    /// Where name and payload are known from.
    pub source: &'static str,
    /// What is odd about the payload.
    pub note: Option<&'static str>,
    /// The groups of the payload's fields, in no particular order.
    fields: &'static str,
    /// The sample payload, compact and in Lettermint's field order.
    sample: Option<&'static str>,
}

/// One field of a payload.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Dotted path; `[]` stands for every element of an array.
    pub path: &'static str,
    /// The type in words, `|`-separated where several occur.
    pub kind: &'static str,
    /// Whether it may be null.
    pub nullable: bool,
    /// Meaning, range, or what sources disagree about. May be empty.
    pub note: &'static str,
    /// An example as JSON, only where the sample has none: the field is known, its position is
    /// not.
    pub example: Option<&'static str>,
}

impl Event {
    /// Every field of the payload. Empty when no payload was ever published.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        let of = |group| FIELDS.iter().filter(move |(name, _)| *name == group);
        let groups = self.fields.split(' ');
        groups.flat_map(of).map(|(_, field)| field)
    }

    /// The sample payload as compact JSON in Lettermint's field order, without a newline.
    #[must_use]
    pub fn sample_json(&self) -> Option<&'static str> {
        self.sample.map(str::trim_ascii_end)
    }

    /// The sample payload as a value, field order kept.
    #[must_use]
    pub fn sample(&self) -> Option<Value> {
        self.sample_json()
            .and_then(|json| serde_json::from_str(json).ok())
    }
}

/// The fields of every payload with the group that each belongs to, as events share them. A row
/// of the file has group, path, type, `null` where it may be that, note, and perhaps an example.
///
/// Types, nullability and notes come from Lettermint's documentation, its SDKs' types and its
/// "built like the backend" tests; a note names the source where they disagree.
static FIELDS: LazyLock<Vec<(&str, Field)>> = LazyLock::new(|| {
    let rows = include_str!("fields.tsv").lines();
    rows.filter_map(|row| {
        let mut columns = row.split('\t');
        let group = columns.next()?;
        let field = Field {
            path: columns.next()?,
            kind: columns.next()?,
            nullable: columns.next()? == "null",
            note: columns.next()?,
            example: columns.next(),
        };
        Some((group, field))
    })
    .collect()
});

/// The event called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.name == name)
}

/// Every event name, in the table's order.
pub fn names() -> impl Iterator<Item = &'static str> {
    EVENTS.iter().map(|event| event.name)
}

/// All events.
pub static EVENTS: &[Event] = &[
    Event {
        name: "message.created",
        description: "Message accepted for processing (one event per message, not per recipient).",
        source: "docs events page; lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox created labels context",
        sample: Some(include_str!("samples/message.created.json")),
    },
    Event {
        name: "message.sent",
        description: "Message handed to the recipient's mail server.",
        source: "docs events page; lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient labels context",
        sample: Some(include_str!("samples/message.sent.json")),
    },
    Event {
        name: "message.delivered",
        description: "Recipient's server accepted the message.",
        source: "docs events page; lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient response labels context",
        sample: Some(include_str!("samples/message.delivered.json")),
    },
    Event {
        name: "message.auto_replied",
        description: "Recipient's server sent an automatic reply (out of office). Informational: does not change the delivery status.",
        source: "docs events page; lettermint-laravel 3 webhook data classes and tests",
        note: Some("No `recipient` field at data level in any source."),
        fields: "envelope sandbox message labels auto_replied context",
        sample: Some(include_str!("samples/message.auto_replied.json")),
    },
    Event {
        name: "message.hard_bounced",
        description: "Permanent delivery failure.",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient response labels context",
        sample: Some(include_str!("samples/message.hard_bounced.json")),
    },
    Event {
        name: "message.soft_bounced",
        description: "Temporary delivery failure (mailbox full, transient error).",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient response labels context",
        sample: Some(include_str!("samples/message.soft_bounced.json")),
    },
    Event {
        name: "message.spam_complaint",
        description: "Recipient reported the message as spam.",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient labels context",
        sample: Some(include_str!("samples/message.spam_complaint.json")),
    },
    Event {
        name: "message.failed",
        description: "Processing failure inside Lettermint.",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: Some(
            "lettermint-django's fixture also shows `reason_code` (string); no Lettermint source does.",
        ),
        fields: "envelope sandbox message recipient failure_reason response labels context",
        sample: Some(include_str!("samples/message.failed.json")),
    },
    Event {
        name: "message.suppressed",
        description: "Not sent: the recipient is on a suppression list.",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient suppressed labels context",
        sample: Some(include_str!("samples/message.suppressed.json")),
    },
    Event {
        name: "message.unsubscribed",
        description: "Recipient unsubscribed.",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message recipient unsubscribed labels context",
        sample: Some(include_str!("samples/message.unsubscribed.json")),
    },
    Event {
        name: "message.opened",
        description: "Recipient opened the message (route with open tracking; machine opens only with include_machine_events).",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message labels recipient opened client bot context",
        sample: Some(include_str!("samples/message.opened.json")),
    },
    Event {
        name: "message.clicked",
        description: "Recipient clicked a tracked link (route with click tracking; machine clicks only with include_machine_events).",
        source: "docs events page (description only); lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message labels recipient clicked client bot context",
        sample: Some(include_str!("samples/message.clicked.json")),
    },
    Event {
        name: "message.inbound",
        description: "Mail received on an inbound route.",
        source: "docs events page (field list up to envelope.remote_hostname); lettermint-laravel 3 webhook data classes and tests; raw: Rails engine `Telex` test helper and brambuijs/lettermint_mailer (Odoo)",
        note: Some(
            "Webhooks on inbound routes only. No metadata/tags. Position of envelope from docs order (after message_id); position of raw unknown.",
        ),
        fields: "envelope sandbox inbound context",
        sample: Some(include_str!("samples/message.inbound.json")),
    },
    Event {
        name: "message.policy_rejected",
        description: "Rejected by the sending policy (spam or content filter) before delivery.",
        source: "docs events page (field list); lettermint-laravel 3 webhook data classes and tests",
        note: Some("No recipient: message level."),
        fields: "envelope sandbox message failure_reason policy_rejected labels context",
        sample: Some(include_str!("samples/message.policy_rejected.json")),
    },
    Event {
        name: "message.scheduled",
        description: "Message accepted with a future delivery time.",
        source: "lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message labels scheduled context",
        sample: Some(include_str!("samples/message.scheduled.json")),
    },
    Event {
        name: "message.rescheduled",
        description: "Delivery time changed.",
        source: "lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message labels rescheduled context",
        sample: Some(include_str!("samples/message.rescheduled.json")),
    },
    Event {
        name: "message.canceled",
        description: "Scheduled message canceled before release (spelled with one l).",
        source: "lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message labels canceled context",
        sample: Some(include_str!("samples/message.canceled.json")),
    },
    Event {
        name: "message.released",
        description: "Scheduled message released for sending.",
        source: "lettermint-laravel 3 webhook data classes and tests",
        note: None,
        fields: "envelope sandbox message labels released context",
        sample: Some(include_str!("samples/message.released.json")),
    },
    Event {
        name: "suppression.added",
        description: "Entry added to a team, project or route suppression list (global and subscription-group entries send no event).",
        source: "lettermint-laravel 3 webhook data classes and tests; lettermint-cli skills/lettermint-cli/references/webhooks.md; enums: Python 3.2.0 _generated/types.py",
        note: Some(
            "No message_id. SDK fixture puts context before data, unlike message events. A project webhook can receive team-scoped entries; context then keeps scope=team. lettermint-django's test fixture uses data.email, which no Lettermint source has.",
        ),
        fields: "envelope context suppression",
        sample: Some(include_str!("samples/suppression.added.json")),
    },
    Event {
        name: "suppression.removed",
        description: "Entry removed from a team, project or route suppression list (global and subscription-group entries send no event).",
        source: "lettermint-laravel 3 webhook data classes and tests; lettermint-cli skills/lettermint-cli/references/webhooks.md; enums: Python 3.2.0 _generated/types.py",
        note: Some(
            "No message_id. SDK fixture puts context before data, unlike message events. A project webhook can receive team-scoped entries; context then keeps scope=team. lettermint-django's test fixture uses data.email, which no Lettermint source has.",
        ),
        fields: "envelope context suppression",
        sample: Some(include_str!("samples/suppression.removed.json")),
    },
    Event {
        name: "webhook.test",
        description: "Sent by the dashboard's Test Webhook button and POST /webhooks/{id}/test.",
        source: "docs introduction page; lettermint-laravel 3 webhook data classes and tests; context: a hosted consumer's strict schema",
        note: Some(
            "The documentation's example has no context and its data.timestamp (1754921294, 2025-08-11) does not match its own envelope timestamp (2025-08-08).",
        ),
        fields: "envelope webhook_test context",
        sample: Some(include_str!("samples/webhook.test.json")),
    },
    Event {
        name: "inbound.rejected",
        description: "Listed only by crate lettermint 2.3.0 (22nd value of WebhookEvent, between suppression.removed and webhook.test). Presumably: inbound mail refused before it became a message. No published payload was found.",
        source: "crate lettermint 2.3.0, generated types (name only)",
        note: None,
        fields: "",
        sample: None,
    },
];
