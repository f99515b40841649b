//! Mistakes of the signer: a test sender or a hand-written verifier that signs something else
//! than `t.body`. Lettermint itself makes none of them.

use super::stacks::NONE;
use super::{SIGNING_DOCS, causes};

causes! { SIGNER_CAUSES: Signer;
    SIGNER_BODY_ONLY = "signer.body_only", true,
        "The signer signed the body alone, without `t` and the dot.",
        place: "a signer written for a scheme without timestamps, such as GitHub's",
        fix: "Sign `t`, a dot, and the raw body.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_NO_DOT = "signer.no_dot", true,
        "The signer put nothing between `t` and the body.",
        place: "string concatenation in a signer of your own",
        fix: "Sign `t`, a dot, and the raw body.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_SEPARATOR = "signer.separator", true,
        "The signer put something else than a dot between `t` and the body.",
        place: "a signer written for another provider's scheme",
        fix: "Sign `t`, a dot, and the raw body.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_ORDER = "signer.order", true,
        "The signer put the body before `t`.",
        place: "string concatenation in a signer of your own",
        fix: "Sign `t`, a dot, and the raw body, in this order.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_ID_PREFIXED = "signer.id_prefixed", true,
        "The signer put the delivery's id in front, as Svix and Standard Webhooks do.",
        place: "a Svix or Standard Webhooks library used as the signer",
        fix: "Sign `t`, a dot, and the raw body, without an id.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_BODY_TIMESTAMP = "signer.body_timestamp", true,
        "The signer used the payload's `timestamp` instead of the header's `t`.",
        place: "a signer or verifier that takes the time from the parsed body",
        fix: "Sign the digits of `t` exactly as they stand in the header.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_T_FLOAT = "signer.t_float", true,
        "The signer signed `t` with a fraction, and the header has it without.",
        place: "`time.time()` in Python, `microtime(true)` in PHP, `Date.now() / 1000` in JavaScript",
        fix: "Make `t` a whole number once, and use that same text for header and signature.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_T_MILLISECONDS = "signer.t_milliseconds", true,
        "The signer signed `t` in another unit than the header has it in.",
        place: "`Date.now()` or `System.currentTimeMillis()` in one place and seconds in the other",
        fix: "Make `t` unix seconds once, and use that same text for header and signature.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_PLAIN_HASH = "signer.plain_hash", true,
        "The signature is a plain SHA-256 without any key, which anybody can compute.",
        place: "`sha256(…)` where `hmac_sha256(key, …)` was meant",
        fix: "Use HMAC-SHA256 with the secret as the key.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_SECRET_HASHED_IN = "signer.secret_hashed_in", true,
        "The signature is a plain SHA-256 over the secret joined with the message, not an HMAC.",
        place: "`sha256(secret + message)` where `hmac_sha256(secret, message)` was meant",
        fix: "Use HMAC-SHA256 with the secret as the key.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_SHA1 = "signer.sha1", true,
        "The signature is an HMAC-SHA1.",
        place: "a signer written for an older scheme",
        fix: "Use HMAC-SHA256.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_SHA512 = "signer.sha512", true,
        "The signature is an HMAC-SHA512.",
        place: "a signer with another hash as its default",
        fix: "Use HMAC-SHA256.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_SWAPPED = "signer.swapped", true,
        "The signer mixed up key and message: it keyed the HMAC with the message and hashed the secret.",
        place: "an HMAC function whose arguments come in the other order (`hash_hmac(algo, data, key)`, `hmac.new(key, msg)`)",
        fix: "Key the HMAC with the secret and feed it the message.",
        stacks: NONE, docs: SIGNING_DOCS;
    SIGNER_BODY_DIGEST = "signer.body_digest", true,
        "The signer signed the hex SHA-256 of the body instead of the body.",
        place: "a signer written for AWS- or Slack-like canonical requests",
        fix: "Sign `t`, a dot, and the raw body itself.",
        stacks: NONE, docs: SIGNING_DOCS;
}
