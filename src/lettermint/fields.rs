//! The fields of every payload: one row per field, grouped where events share them.
//!
//! Types, nullability and notes come from Lettermint's documentation, its SDKs' types and
//! its "built like the backend" tests; a note names the source where they disagree.

use super::catalogue::Field;

/// The three members that every payload has.
pub(crate) const ENVELOPE: &[Field] = &[
    Field {
        path: "id",
        kind: "string (uuid)",
        nullable: false,
        note: "Delivery id: same value as the Team API delivery id; unchanged on every retry and replay; the idempotency key. Dashboard tests use a `test-` prefix.",
        example: None,
    },
    Field {
        path: "event",
        kind: "string (enum, open)",
        nullable: false,
        note: "Equals the X-Lettermint-Event header. Unknown names must be accepted.",
        example: None,
    },
    Field {
        path: "timestamp",
        kind: "string (ISO 8601)",
        nullable: false,
        note: "When the event happened, not when it was delivered; not the signed `t`. Docs print milliseconds, the backend prints microseconds. Payloads before Dec 2025 call it `created_at`; Java 3.x falls back to that name.",
        example: None,
    },
];

/// Whether the message came from a sandbox project; message events only.
pub(crate) const SANDBOX: &[Field] = &[
    Field {
        path: "sandbox",
        kind: "boolean",
        nullable: false,
        note: "True for Sandbox projects. Newest payloads only; absent in docs examples.",
        example: None,
    },
    Field {
        path: "sandbox_result",
        kind: "string|null",
        nullable: true,
        note: "Simulated result (delivered, hard_bounced, soft_bounced, deferred, failed, suppressed, spam_complaint, auto_replied, opened, clicked, unsubscribed) or null.",
        example: None,
    },
];

/// Which message an outbound event is about.
pub(crate) const MESSAGE: &[Field] = &[
    Field {
        path: "data.message_id",
        kind: "string (uuid)",
        nullable: false,
        note: "Message id from the send response.",
        example: None,
    },
    Field {
        path: "data.subject",
        kind: "string|null",
        nullable: true,
        note: "Added to all message events after the first docs version.",
        example: None,
    },
];

/// What the sender attached to the message.
pub(crate) const LABELS: &[Field] = &[
    Field {
        path: "data.metadata",
        kind: "object<string,string> | []",
        nullable: false,
        note: "PHP encodes an empty map as `[]`; accept both. Absent in the oldest payloads.",
        example: None,
    },
    Field {
        path: "data.tag",
        kind: "string|null",
        nullable: true,
        note: "Single legacy tag.",
        example: None,
    },
    Field {
        path: "data.tags",
        kind: "array<{name,value}>",
        nullable: false,
        note: "Name/value tags; newest payloads; follows `tag` in the backend order.",
        example: None,
    },
    Field {
        path: "data.headers",
        kind: "array<{name,value}>",
        nullable: false,
        note: "Custom email headers, repeated names allowed; newest SDK reads it on every outbound message event. May be absent or []. Position in the object is not documented (lettermint-laravel tests/Unit/Webhooks/Data/MessageHeadersTest.php).",
        example: Some(r#"[{"name":"X-Correlation-ID","value":"order-1234"}]"#),
    },
];

/// Why the message was not delivered.
pub(crate) const FAILURE_REASON: &[Field] = &[Field {
    path: "data.reason",
    kind: "string|null",
    nullable: true,
    note: "",
    example: None,
}];

/// The one recipient a message event is about.
pub(crate) const RECIPIENT: &[Field] = &[Field {
    path: "data.recipient",
    kind: "string (email)",
    nullable: false,
    note: "One event per recipient.",
    example: None,
}];

/// What the receiving mail server answered.
pub(crate) const RESPONSE: &[Field] = &[
    Field {
        path: "data.response.status_code",
        kind: "integer|null",
        nullable: true,
        note: "SMTP reply code.",
        example: None,
    },
    Field {
        path: "data.response.enhanced_status_code",
        kind: "string|null",
        nullable: true,
        note: "RFC 3463 code; may be absent.",
        example: None,
    },
    Field {
        path: "data.response.content",
        kind: "string|null",
        nullable: true,
        note: "Remote server's reply text; may be absent.",
        example: None,
    },
];

/// The program that opened the message or followed the link.
pub(crate) const CLIENT: &[Field] = &[
    Field {
        path: "data.device_type",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.client_type",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.client_name",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.user_agent",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
];

/// How Lettermint classified an open or a click.
pub(crate) const BOT: &[Field] = &[
    Field {
        path: "data.bot.detected",
        kind: "boolean",
        nullable: false,
        note: "`bot` itself may be null or absent.",
        example: None,
    },
    Field {
        path: "data.bot.probability",
        kind: "number",
        nullable: false,
        note: "0 to 1; may be the integer 0.",
        example: None,
    },
    Field {
        path: "data.bot.classification",
        kind: "string (open enum)",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.bot.proxy_type",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.bot.reason_codes",
        kind: "array<string>",
        nullable: false,
        note: "privacy_proxy, image_proxy, link_protection, known_bot, security_network, timing, link_pattern, request_shape, unconfirmed, confirmed, sandbox, other; more may come.",
        example: None,
    },
    Field {
        path: "data.bot.machine",
        kind: "boolean",
        nullable: false,
        note: "True events are delivered only with include_machine_events.",
        example: None,
    },
    Field {
        path: "data.bot.counts_for_metrics",
        kind: "boolean",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.bot.counts_for_status",
        kind: "boolean",
        nullable: false,
        note: "Only in the 3.x backend fixture.",
        example: None,
    },
    Field {
        path: "data.bot.webhook_eligible",
        kind: "boolean",
        nullable: false,
        note: "Only in the 3.x backend fixture.",
        example: None,
    },
];

/// One entry of a suppression list.
pub(crate) const SUPPRESSION: &[Field] = &[
    Field {
        path: "data.suppression_id",
        kind: "string (uuid)",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.type",
        kind: "string (email|domain|extension)",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.value",
        kind: "string",
        nullable: false,
        note: "Address, domain or extension (`com`).",
        example: None,
    },
    Field {
        path: "data.reason",
        kind: "string (open enum)",
        nullable: false,
        note: "spam_complaint, hard_bounce, unsubscribe, manual, disposable_email.",
        example: None,
    },
    Field {
        path: "data.applies_to",
        kind: "string (all|broadcast)",
        nullable: false,
        note: "",
        example: None,
    },
];

/// Where in the account the event came from.
pub(crate) const CONTEXT: &[Field] = &[
    Field {
        path: "context.scope",
        kind: "string (team|project|route)",
        nullable: false,
        note: "Scope the event came from. Message events seen with `route` (consumer) and `project` (SDK test).",
        example: None,
    },
    Field {
        path: "context.team_id",
        kind: "string (uuid)",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "context.project_id",
        kind: "string (uuid)|null",
        nullable: true,
        note: "Null for team-scoped events.",
        example: None,
    },
    Field {
        path: "context.route_id",
        kind: "string (uuid)|null",
        nullable: true,
        note: "Null for team- and project-scoped events.",
        example: None,
    },
];

/// Own fields of `message.created`.
pub(crate) const CREATED: &[Field] = &[
    Field {
        path: "data.message_id",
        kind: "string (uuid)",
        nullable: false,
        note: "Message id from the send response.",
        example: None,
    },
    Field {
        path: "data.from.email",
        kind: "string (email)",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.from.name",
        kind: "string|null",
        nullable: true,
        note: "May be absent.",
        example: None,
    },
    Field {
        path: "data.to",
        kind: "array<string>",
        nullable: false,
        note: "Plain addresses, not objects.",
        example: None,
    },
    Field {
        path: "data.cc",
        kind: "array<string>",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.bcc",
        kind: "array<string>",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.reply_to",
        kind: "array<string> | string",
        nullable: true,
        note: "CONFLICT: every docs example shows one string; SDK types and the Messages API use a list. Accept both.",
        example: None,
    },
    Field {
        path: "data.subject",
        kind: "string|null",
        nullable: true,
        note: "After the address fields here, unlike the other events.",
        example: None,
    },
];

/// Own fields of `message.auto_replied`.
pub(crate) const AUTO_REPLIED: &[Field] = &[
    Field {
        path: "data.auto_reply.sender",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.auto_reply.recipient",
        kind: "string|null",
        nullable: true,
        note: "Bounce/feedback address that got the reply.",
        example: None,
    },
    Field {
        path: "data.auto_reply.subject",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.auto_reply.body.text",
        kind: "string|null",
        nullable: true,
        note: "`body` itself may be absent.",
        example: None,
    },
    Field {
        path: "data.auto_reply.body.html",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
];

/// Own fields of `message.suppressed`.
pub(crate) const SUPPRESSED: &[Field] = &[Field {
    path: "data.reason",
    kind: "string|null",
    nullable: true,
    note: "Free text in SDK types; the API's suppression reasons are spam_complaint, hard_bounce, unsubscribe, manual, disposable_email.",
    example: None,
}];

/// Own fields of `message.unsubscribed`.
pub(crate) const UNSUBSCRIBED: &[Field] = &[Field {
    path: "data.unsubscribed_at",
    kind: "string (ISO 8601)",
    nullable: true,
    note: "",
    example: None,
}];

/// Own fields of `message.opened`.
pub(crate) const OPENED: &[Field] = &[
    Field {
        path: "data.opened_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.first_open",
        kind: "boolean",
        nullable: false,
        note: "",
        example: None,
    },
];

/// Own fields of `message.clicked`.
pub(crate) const CLICKED: &[Field] = &[
    Field {
        path: "data.clicked_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.destination_url",
        kind: "string (url)|null",
        nullable: true,
        note: "Raw slashes on the wire: the usual place where re-encoding with escaped slashes breaks the signature.",
        example: None,
    },
    Field {
        path: "data.link_index",
        kind: "integer|null",
        nullable: true,
        note: "Zero-based.",
        example: None,
    },
    Field {
        path: "data.anchor_text",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.first_click",
        kind: "boolean",
        nullable: false,
        note: "",
        example: None,
    },
];

/// Own fields of `message.inbound`.
pub(crate) const INBOUND: &[Field] = &[
    Field {
        path: "data.route",
        kind: "string",
        nullable: false,
        note: "Inbound route slug.",
        example: None,
    },
    Field {
        path: "data.message_id",
        kind: "string (uuid)",
        nullable: false,
        note: "Message id from the send response.",
        example: None,
    },
    Field {
        path: "data.envelope.remote_ip",
        kind: "string (ip)|null",
        nullable: true,
        note: "SMTP peer. Newest docs only; more members than remote_ip and remote_hostname probably exist.",
        example: None,
    },
    Field {
        path: "data.envelope.remote_hostname",
        kind: "string|null",
        nullable: true,
        note: "PTR name of the peer.",
        example: None,
    },
    Field {
        path: "data.from.email",
        kind: "string (email)",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.from.name",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.from.subaddress",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.to[].email",
        kind: "string (email)",
        nullable: false,
        note: "Objects here, unlike message.created.",
        example: None,
    },
    Field {
        path: "data.to[].name",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.to[].subaddress",
        kind: "string|null",
        nullable: true,
        note: "Part after `+`.",
        example: None,
    },
    Field {
        path: "data.cc",
        kind: "array<{email,name,subaddress}>",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.recipient",
        kind: "string (email)|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.subaddress",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.reply_to",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.subject",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.date",
        kind: "string (ISO 8601)|null",
        nullable: true,
        note: "Date header.",
        example: None,
    },
    Field {
        path: "data.body.text",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.body.html",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.tag",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.headers[].name",
        kind: "string",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.headers[].value",
        kind: "string",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.attachments[].filename",
        kind: "string|null",
        nullable: true,
        note: "May be null or absent (message/rfc822).",
        example: None,
    },
    Field {
        path: "data.attachments[].content",
        kind: "string (base64)|absent",
        nullable: true,
        note: "Absent when the route delivers attachments as URLs.",
        example: None,
    },
    Field {
        path: "data.attachments[].content_type",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.attachments[].size",
        kind: "integer|null",
        nullable: true,
        note: "Decoded bytes.",
        example: None,
    },
    Field {
        path: "data.attachments[].content_id",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.attachments[].url",
        kind: "string (url)",
        nullable: true,
        note: "Real host seen: api.lettermint.co. Instead of `content` when the route's attachment_delivery is url.",
        example: Some(r#""https://api.example.com/v1/inbound/attachments/abc?signature=EXAMPLE""#),
    },
    Field {
        path: "data.attachments[].expires_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "With `url`.",
        example: Some(r#""2026-11-01T00:00:00Z""#),
    },
    Field {
        path: "data.is_spam",
        kind: "boolean",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_score",
        kind: "number|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].name",
        kind: "string",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].score",
        kind: "number",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].options",
        kind: "array<string>",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].description",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.raw.url",
        kind: "string (url)",
        nullable: false,
        note: "Signed link to the raw MIME; secret. Real host seen: storage.lettermint.co (the sample uses an example host so that a fake event never makes an app call Lettermint). Third-party evidence only (two consumers agree).",
        example: None,
    },
    Field {
        path: "data.raw.expires_at",
        kind: "string (ISO 8601)",
        nullable: false,
        note: "About 28 days ahead in the consumer's helper.",
        example: None,
    },
];

/// Own fields of `message.policy_rejected`.
pub(crate) const POLICY_REJECTED: &[Field] = &[
    Field {
        path: "data.score",
        kind: "number|null",
        nullable: true,
        note: "PHP prints 7.0 as 7.",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].name",
        kind: "string",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].score",
        kind: "number|null",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].options",
        kind: "array",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.spam_symbols[].description",
        kind: "string|null",
        nullable: true,
        note: "",
        example: None,
    },
];

/// Own fields of `message.scheduled`.
pub(crate) const SCHEDULED: &[Field] = &[Field {
    path: "data.scheduled_at",
    kind: "string (ISO 8601)",
    nullable: true,
    note: "Planned delivery time (the new one after a reschedule).",
    example: None,
}];

/// Own fields of `message.rescheduled`.
pub(crate) const RESCHEDULED: &[Field] = &[
    Field {
        path: "data.scheduled_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "Planned delivery time (the new one after a reschedule).",
        example: None,
    },
    Field {
        path: "data.previous_scheduled_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "",
        example: None,
    },
];

/// Own fields of `message.canceled`.
pub(crate) const CANCELED: &[Field] = &[
    Field {
        path: "data.scheduled_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "Planned delivery time (the new one after a reschedule).",
        example: None,
    },
    Field {
        path: "data.canceled_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "",
        example: None,
    },
];

/// Own fields of `message.released`.
pub(crate) const RELEASED: &[Field] = &[
    Field {
        path: "data.scheduled_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "Planned delivery time (the new one after a reschedule).",
        example: None,
    },
    Field {
        path: "data.released_at",
        kind: "string (ISO 8601)",
        nullable: true,
        note: "",
        example: None,
    },
    Field {
        path: "data.release_delay_seconds",
        kind: "integer|null",
        nullable: true,
        note: "released_at - scheduled_at; 0 when on time.",
        example: None,
    },
];

/// Own fields of `webhook.test`.
pub(crate) const WEBHOOK_TEST: &[Field] = &[
    Field {
        path: "data.message",
        kind: "string",
        nullable: false,
        note: "",
        example: None,
    },
    Field {
        path: "data.webhook_id",
        kind: "string (uuid)",
        nullable: false,
        note: "Integer in the first docs version (12345).",
        example: None,
    },
    Field {
        path: "data.timestamp",
        kind: "integer (unix seconds)",
        nullable: false,
        note: "The only numeric timestamp in any payload; may differ from `t`.",
        example: None,
    },
];
