//! Mistakes with the secret.

use super::stacks::{NONE, SECRET_LOADING};
use super::{SIGNING_DOCS, causes};

causes! { SECRET_CAUSES: Secret;
    SECRET_WHITE_SPACE = "secret.white_space", true,
        "The secret has white space around it that is not part of the key.",
        place: "pasting into a dashboard or console, `echo secret > file`, a mounted secret file with a trailing newline",
        fix: "Store the secret without surrounding white space, or trim it where it is loaded.",
        stacks: SECRET_LOADING, docs: SIGNING_DOCS;
    SECRET_NEWLINE_SIGNED = "secret.newline_signed", true,
        "The sender's key ends with a newline that your secret does not have.",
        place: "a sender of your own that reads its secret from a file without trimming it",
        fix: "Trim the secret in the sender.",
        stacks: SECRET_LOADING, docs: SIGNING_DOCS;
    SECRET_QUOTED = "secret.quoted", true,
        "The secret is enclosed in quotes, and they are used as part of the key.",
        place: "a `.env` file read by something that keeps quotes (`docker --env-file`, a Makefile, .properties), or JSON copied with its quotes",
        fix: "Remove the quotes.",
        stacks: SECRET_LOADING, docs: SIGNING_DOCS;
    SECRET_ASSIGNMENT = "secret.assignment", true,
        "The secret still has its `NAME=` in front of it.",
        place: "a whole line of a `.env` file pasted as the value, or the file itself given as the secret file",
        fix: "Give only what follows the equals sign.",
        stacks: SECRET_LOADING, docs: SIGNING_DOCS;
    SECRET_TRAILING_TEXT = "secret.trailing_text", true,
        "The secret is followed by a semicolon or a comment that is not part of the key.",
        place: "a `.env` file read by something that does not know comments, or a line copied out of source code",
        fix: "Put nothing behind the secret on its line.",
        stacks: SECRET_LOADING, docs: SIGNING_DOCS;
    SECRET_PREFIX_MISSING = "secret.prefix_missing", true,
        "The secret lacks its `whsec_`, which is part of the key.",
        place: "copying only the part after the underscore, or code that strips the prefix as other providers ask",
        fix: "Use the secret exactly as the dashboard shows it, `whsec_` included.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_PREFIX_STRIPPED = "secret.prefix_stripped", true,
        "The sender signed with the secret without its `whsec_`, so the signer is wrong.",
        place: "a test sender of your own, or a library written for a provider that strips the prefix",
        fix: "Sign with the whole secret, `whsec_` included.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_BASE64_DECODED = "secret.base64_decoded", true,
        "The sender base64-decoded the secret before using it as the key, so the signer is wrong.",
        place: "a Svix or Standard Webhooks library, which decodes what follows `whsec_`",
        fix: "Use the secret's text as the key, without decoding it.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_HEX_DECODED = "secret.hex_decoded", true,
        "The sender hex-decoded the secret before using it as the key, so the signer is wrong.",
        place: "a signer written for a provider whose secrets are hex",
        fix: "Use the secret's text as the key, without decoding it.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_URL_ENCODED = "secret.url_encoded", true,
        "The secret is percent-encoded, and the escapes are used as part of the key.",
        place: "a secret that went through a URL, a query string or a connection string",
        fix: "Percent-decode the secret once, and store it decoded.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_INVISIBLE_CHARACTERS = "secret.invisible_characters", true,
        "The secret contains invisible characters, such as a zero-width space, a byte order mark or a no-break space.",
        place: "copying from a chat, a wiki or a PDF, or a file saved with a byte order mark",
        fix: "Copy the secret again from the dashboard, and check it with `lettermint-hook secret check`.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_PREFIX_DOUBLED = "secret.prefix_doubled", true,
        "The secret starts with `whsec_` twice.",
        place: "code or a template that adds the prefix to a secret that already has it",
        fix: "Use the secret exactly as the dashboard shows it.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_PREFIX_CASE = "secret.prefix_case", true,
        "The secret's `whsec_` is not in lower case.",
        place: "a configuration system or a template that changes case",
        fix: "Use the secret exactly as the dashboard shows it: every letter's case counts.",
        stacks: NONE, docs: SIGNING_DOCS;
    SECRET_OTHER = "secret.other", true,
        "The delivery was signed with another secret that you have, not with the one for this webhook.",
        place: "secrets of two webhooks or two environments mixed up, a secret regenerated since, or the app secret of `lettermint webhooks listen`",
        fix: "Give each endpoint the secret of its own webhook.",
        stacks: SECRET_LOADING, docs: SIGNING_DOCS;
    SECRET_API_TOKEN = "secret.api_token", false,
        "The secret looks like an API token (`lm_…`), which signs no webhooks.",
        place: "the wrong value copied from the dashboard",
        fix: "Copy the webhook's signing secret, which starts with `whsec_`, from its page in the dashboard.",
        stacks: NONE, docs: SIGNING_DOCS;
}
