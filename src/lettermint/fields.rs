//! The fields of every payload: one row per field, grouped where events share them.
//!
//! Types, nullability and notes come from Lettermint's documentation, its SDKs' types and
//! its "built like the backend" tests; a note names the source where they disagree.

use super::catalogue::Field;

const fn field(path: &'static str, kind: &'static str, note: &'static str) -> Field {
    Field {
        path,
        kind,
        nullable: false,
        note,
        example: None,
    }
}

const fn nullable(path: &'static str, kind: &'static str, note: &'static str) -> Field {
    Field {
        nullable: true,
        ..field(path, kind, note)
    }
}

const fn with_example(field: Field, json: &'static str) -> Field {
    Field {
        example: Some(json),
        ..field
    }
}

/// The three members that every payload has.
pub(crate) const ENVELOPE: &[Field] = &[
    field(
        "id",
        "string (uuid)",
        "Delivery id: same value as the Team API delivery id; unchanged on every retry and replay; the idempotency key. Dashboard tests use a `test-` prefix.",
    ),
    field(
        "event",
        "string (enum, open)",
        "Equals the X-Lettermint-Event header. Unknown names must be accepted.",
    ),
    field(
        "timestamp",
        "string (ISO 8601)",
        "When the event happened, not when it was delivered; not the signed `t`. Docs print milliseconds, the backend prints microseconds. Payloads before Dec 2025 call it `created_at`; Java 3.x falls back to that name.",
    ),
];

/// Whether the message came from a sandbox project; message events only.
pub(crate) const SANDBOX: &[Field] = &[
    field(
        "sandbox",
        "boolean",
        "True for Sandbox projects. Newest payloads only; absent in docs examples.",
    ),
    nullable(
        "sandbox_result",
        "string|null",
        "Simulated result (delivered, hard_bounced, soft_bounced, deferred, failed, suppressed, spam_complaint, auto_replied, opened, clicked, unsubscribed) or null.",
    ),
];

/// Which message an outbound event is about.
pub(crate) const MESSAGE: &[Field] = &[
    field(
        "data.message_id",
        "string (uuid)",
        "Message id from the send response.",
    ),
    nullable(
        "data.subject",
        "string|null",
        "Added to all message events after the first docs version.",
    ),
];

/// What the sender attached to the message.
pub(crate) const LABELS: &[Field] = &[
    field(
        "data.metadata",
        "object<string,string> | []",
        "PHP encodes an empty map as `[]`; accept both. Absent in the oldest payloads.",
    ),
    nullable("data.tag", "string|null", "Single legacy tag."),
    field(
        "data.tags",
        "array<{name,value}>",
        "Name/value tags; newest payloads; follows `tag` in the backend order.",
    ),
    with_example(
        field(
            "data.headers",
            "array<{name,value}>",
            "Custom email headers, repeated names allowed; newest SDK reads it on every outbound message event. May be absent or []. Position in the object is not documented (lettermint-laravel tests/Unit/Webhooks/Data/MessageHeadersTest.php).",
        ),
        r#"[{"name":"X-Correlation-ID","value":"order-1234"}]"#,
    ),
];

/// Why the message was not delivered.
pub(crate) const FAILURE_REASON: &[Field] = &[nullable("data.reason", "string|null", "")];

/// The one recipient a message event is about.
pub(crate) const RECIPIENT: &[Field] = &[field(
    "data.recipient",
    "string (email)",
    "One event per recipient.",
)];

/// What the receiving mail server answered.
pub(crate) const RESPONSE: &[Field] = &[
    nullable(
        "data.response.status_code",
        "integer|null",
        "SMTP reply code.",
    ),
    nullable(
        "data.response.enhanced_status_code",
        "string|null",
        "RFC 3463 code; may be absent.",
    ),
    nullable(
        "data.response.content",
        "string|null",
        "Remote server's reply text; may be absent.",
    ),
];

/// The program that opened the message or followed the link.
pub(crate) const CLIENT: &[Field] = &[
    nullable("data.device_type", "string|null", ""),
    nullable("data.client_type", "string|null", ""),
    nullable("data.client_name", "string|null", ""),
    nullable("data.user_agent", "string|null", ""),
];

/// How Lettermint classified an open or a click.
pub(crate) const BOT: &[Field] = &[
    field(
        "data.bot.detected",
        "boolean",
        "`bot` itself may be null or absent.",
    ),
    field(
        "data.bot.probability",
        "number",
        "0 to 1; may be the integer 0.",
    ),
    field("data.bot.classification", "string (open enum)", ""),
    nullable("data.bot.proxy_type", "string|null", ""),
    field(
        "data.bot.reason_codes",
        "array<string>",
        "privacy_proxy, image_proxy, link_protection, known_bot, security_network, timing, link_pattern, request_shape, unconfirmed, confirmed, sandbox, other; more may come.",
    ),
    field(
        "data.bot.machine",
        "boolean",
        "True events are delivered only with include_machine_events.",
    ),
    field("data.bot.counts_for_metrics", "boolean", ""),
    field(
        "data.bot.counts_for_status",
        "boolean",
        "Only in the 3.x backend fixture.",
    ),
    field(
        "data.bot.webhook_eligible",
        "boolean",
        "Only in the 3.x backend fixture.",
    ),
];

/// One entry of a suppression list.
pub(crate) const SUPPRESSION: &[Field] = &[
    field("data.suppression_id", "string (uuid)", ""),
    field("data.type", "string (email|domain|extension)", ""),
    field(
        "data.value",
        "string",
        "Address, domain or extension (`com`).",
    ),
    field(
        "data.reason",
        "string (open enum)",
        "spam_complaint, hard_bounce, unsubscribe, manual, disposable_email.",
    ),
    field("data.applies_to", "string (all|broadcast)", ""),
];

/// Where in the account the event came from.
pub(crate) const CONTEXT: &[Field] = &[
    field(
        "context.scope",
        "string (team|project|route)",
        "Scope the event came from. Message events seen with `route` (consumer) and `project` (SDK test).",
    ),
    field("context.team_id", "string (uuid)", ""),
    nullable(
        "context.project_id",
        "string (uuid)|null",
        "Null for team-scoped events.",
    ),
    nullable(
        "context.route_id",
        "string (uuid)|null",
        "Null for team- and project-scoped events.",
    ),
];

/// Own fields of `message.created`.
pub(crate) const CREATED: &[Field] = &[
    field(
        "data.message_id",
        "string (uuid)",
        "Message id from the send response.",
    ),
    field("data.from.email", "string (email)", ""),
    nullable("data.from.name", "string|null", "May be absent."),
    field("data.to", "array<string>", "Plain addresses, not objects."),
    field("data.cc", "array<string>", ""),
    field("data.bcc", "array<string>", ""),
    nullable(
        "data.reply_to",
        "array<string> | string",
        "CONFLICT: every docs example shows one string; SDK types and the Messages API use a list. Accept both.",
    ),
    nullable(
        "data.subject",
        "string|null",
        "After the address fields here, unlike the other events.",
    ),
];

/// Own fields of `message.auto_replied`.
pub(crate) const AUTO_REPLIED: &[Field] = &[
    nullable("data.auto_reply.sender", "string|null", ""),
    nullable(
        "data.auto_reply.recipient",
        "string|null",
        "Bounce/feedback address that got the reply.",
    ),
    nullable("data.auto_reply.subject", "string|null", ""),
    nullable(
        "data.auto_reply.body.text",
        "string|null",
        "`body` itself may be absent.",
    ),
    nullable("data.auto_reply.body.html", "string|null", ""),
];

/// Own fields of `message.suppressed`.
pub(crate) const SUPPRESSED: &[Field] = &[nullable(
    "data.reason",
    "string|null",
    "Free text in SDK types; the API's suppression reasons are spam_complaint, hard_bounce, unsubscribe, manual, disposable_email.",
)];

/// Own fields of `message.unsubscribed`.
pub(crate) const UNSUBSCRIBED: &[Field] =
    &[nullable("data.unsubscribed_at", "string (ISO 8601)", "")];

/// Own fields of `message.opened`.
pub(crate) const OPENED: &[Field] = &[
    nullable("data.opened_at", "string (ISO 8601)", ""),
    field("data.first_open", "boolean", ""),
];

/// Own fields of `message.clicked`.
pub(crate) const CLICKED: &[Field] = &[
    nullable("data.clicked_at", "string (ISO 8601)", ""),
    nullable(
        "data.destination_url",
        "string (url)|null",
        "Raw slashes on the wire: the usual place where re-encoding with escaped slashes breaks the signature.",
    ),
    nullable("data.link_index", "integer|null", "Zero-based."),
    nullable("data.anchor_text", "string|null", ""),
    field("data.first_click", "boolean", ""),
];

/// Own fields of `message.inbound`.
pub(crate) const INBOUND: &[Field] = &[
    field("data.route", "string", "Inbound route slug."),
    field(
        "data.message_id",
        "string (uuid)",
        "Message id from the send response.",
    ),
    nullable(
        "data.envelope.remote_ip",
        "string (ip)|null",
        "SMTP peer. Newest docs only; more members than remote_ip and remote_hostname probably exist.",
    ),
    nullable(
        "data.envelope.remote_hostname",
        "string|null",
        "PTR name of the peer.",
    ),
    field("data.from.email", "string (email)", ""),
    nullable("data.from.name", "string|null", ""),
    nullable("data.from.subaddress", "string|null", ""),
    field(
        "data.to[].email",
        "string (email)",
        "Objects here, unlike message.created.",
    ),
    nullable("data.to[].name", "string|null", ""),
    nullable("data.to[].subaddress", "string|null", "Part after `+`."),
    field("data.cc", "array<{email,name,subaddress}>", ""),
    nullable("data.recipient", "string (email)|null", ""),
    nullable("data.subaddress", "string|null", ""),
    nullable("data.reply_to", "string|null", ""),
    nullable("data.subject", "string|null", ""),
    nullable("data.date", "string (ISO 8601)|null", "Date header."),
    nullable("data.body.text", "string|null", ""),
    nullable("data.body.html", "string|null", ""),
    nullable("data.tag", "string|null", ""),
    field("data.headers[].name", "string", ""),
    field("data.headers[].value", "string", ""),
    nullable(
        "data.attachments[].filename",
        "string|null",
        "May be null or absent (message/rfc822).",
    ),
    nullable(
        "data.attachments[].content",
        "string (base64)|absent",
        "Absent when the route delivers attachments as URLs.",
    ),
    nullable("data.attachments[].content_type", "string|null", ""),
    nullable("data.attachments[].size", "integer|null", "Decoded bytes."),
    nullable("data.attachments[].content_id", "string|null", ""),
    with_example(
        nullable(
            "data.attachments[].url",
            "string (url)",
            "Real host seen: api.lettermint.co. Instead of `content` when the route's attachment_delivery is url.",
        ),
        r#""https://api.example.com/v1/inbound/attachments/abc?signature=EXAMPLE""#,
    ),
    with_example(
        nullable(
            "data.attachments[].expires_at",
            "string (ISO 8601)",
            "With `url`.",
        ),
        r#""2026-11-01T00:00:00Z""#,
    ),
    field("data.is_spam", "boolean", ""),
    nullable("data.spam_score", "number|null", ""),
    field("data.spam_symbols[].name", "string", ""),
    nullable("data.spam_symbols[].score", "number", ""),
    field("data.spam_symbols[].options", "array<string>", ""),
    nullable("data.spam_symbols[].description", "string|null", ""),
    field(
        "data.raw.url",
        "string (url)",
        "Signed link to the raw MIME; secret. Real host seen: storage.lettermint.co (the sample uses an example host so that a fake event never makes an app call Lettermint). Third-party evidence only (two consumers agree).",
    ),
    field(
        "data.raw.expires_at",
        "string (ISO 8601)",
        "About 28 days ahead in the consumer's helper.",
    ),
];

/// Own fields of `message.policy_rejected`.
pub(crate) const POLICY_REJECTED: &[Field] = &[
    nullable("data.score", "number|null", "PHP prints 7.0 as 7."),
    field("data.spam_symbols[].name", "string", ""),
    nullable("data.spam_symbols[].score", "number|null", ""),
    field("data.spam_symbols[].options", "array", ""),
    nullable("data.spam_symbols[].description", "string|null", ""),
];

/// Own fields of `message.scheduled`.
pub(crate) const SCHEDULED: &[Field] = &[nullable(
    "data.scheduled_at",
    "string (ISO 8601)",
    "Planned delivery time (the new one after a reschedule).",
)];

/// Own fields of `message.rescheduled`.
pub(crate) const RESCHEDULED: &[Field] = &[
    nullable(
        "data.scheduled_at",
        "string (ISO 8601)",
        "Planned delivery time (the new one after a reschedule).",
    ),
    nullable("data.previous_scheduled_at", "string (ISO 8601)", ""),
];

/// Own fields of `message.canceled`.
pub(crate) const CANCELED: &[Field] = &[
    nullable(
        "data.scheduled_at",
        "string (ISO 8601)",
        "Planned delivery time (the new one after a reschedule).",
    ),
    nullable("data.canceled_at", "string (ISO 8601)", ""),
];

/// Own fields of `message.released`.
pub(crate) const RELEASED: &[Field] = &[
    nullable(
        "data.scheduled_at",
        "string (ISO 8601)",
        "Planned delivery time (the new one after a reschedule).",
    ),
    nullable("data.released_at", "string (ISO 8601)", ""),
    nullable(
        "data.release_delay_seconds",
        "integer|null",
        "released_at - scheduled_at; 0 when on time.",
    ),
];

/// Own fields of `webhook.test`.
pub(crate) const WEBHOOK_TEST: &[Field] = &[
    field("data.message", "string", ""),
    field(
        "data.webhook_id",
        "string (uuid)",
        "Integer in the first docs version (12345).",
    ),
    field(
        "data.timestamp",
        "integer (unix seconds)",
        "The only numeric timestamp in any payload; may differ from `t`.",
    ),
];
