//! Every cause of a refused delivery, by area. `suspected` ones cannot be proven by a MAC.

use super::stacks::{GATEWAY_BASE64, HEADERS, INFLATE, RAW_BODY, RAW_BYTES, SECRET_LOADING};
use super::{EVENTS_DOCS, causes};

// Mistakes with the secret.
causes! { SECRET_CAUSES: Secret;
    proven SECRET_WHITE_SPACE = "secret.white_space", "The secret has white space around it that is not part of the key.",
        place: "pasting into a dashboard or console, `echo secret > file`, a mounted secret file with a trailing newline",
        fix: "Store the secret without surrounding white space, or trim it where it is loaded.", stacks: SECRET_LOADING;
    proven SECRET_NEWLINE_SIGNED = "secret.newline_signed", "The sender's key ends with a newline that your secret does not have.",
        place: "a sender of your own that reads its secret from a file without trimming it",
        fix: "Trim the secret in the sender.", stacks: SECRET_LOADING;
    proven SECRET_QUOTED = "secret.quoted", "The secret is enclosed in quotes, and they are used as part of the key.",
        place: "a `.env` file read by something that keeps quotes (`docker --env-file`, a Makefile, .properties), JSON copied with its quotes, or a document that makes quotes typographic",
        fix: "Remove the quotes.", stacks: SECRET_LOADING;
    proven SECRET_ASSIGNMENT = "secret.assignment", "The secret still has its `NAME=` in front of it.",
        place: "a whole line of a `.env` file pasted as the value, or the file itself given as the secret file",
        fix: "Give only what follows the equals sign.", stacks: SECRET_LOADING;
    proven SECRET_TRAILING_TEXT = "secret.trailing_text", "The secret is followed by a semicolon or a comment that is not part of the key.",
        place: "a `.env` file read by something that does not know comments, or a line copied out of source code",
        fix: "Put nothing behind the secret on its line.", stacks: SECRET_LOADING;
    proven SECRET_PREFIX_MISSING = "secret.prefix_missing", "The secret lacks its `whsec_`, which is part of the key.",
        place: "copying only the part after the underscore, or code that strips the prefix as other providers ask",
        fix: "Use the secret exactly as the dashboard shows it, `whsec_` included.";
    proven SECRET_PREFIX_STRIPPED = "secret.prefix_stripped", "The sender signed with the secret without its `whsec_`, so the signer is wrong.",
        place: "a test sender of your own, or a library written for a provider that strips the prefix",
        fix: "Sign with the whole secret, `whsec_` included.";
    proven SECRET_BASE64_DECODED = "secret.base64_decoded", "The sender base64-decoded the secret before using it as the key, so the signer is wrong.",
        place: "a Svix or Standard Webhooks library, which decodes what follows `whsec_`",
        fix: "Use the secret's text as the key, without decoding it.";
    proven SECRET_HEX_DECODED = "secret.hex_decoded", "The sender hex-decoded the secret before using it as the key, so the signer is wrong.",
        place: "a signer written for a provider whose secrets are hex",
        fix: "Use the secret's text as the key, without decoding it.";
    proven SECRET_URL_ENCODED = "secret.url_encoded", "The secret is percent-encoded, and the escapes are used as part of the key.",
        place: "a secret that went through a URL, a query string or a connection string",
        fix: "Percent-decode the secret once, and store it decoded.";
    proven SECRET_INVISIBLE_CHARACTERS = "secret.invisible_characters", "The secret contains invisible characters, such as a zero-width space, a byte order mark or a no-break space.",
        place: "copying from a chat, a wiki or a PDF, or a file saved with a byte order mark",
        fix: "Copy the secret again from the dashboard, and check it with `lettermint-hook secret check`.";
    proven SECRET_UTF16 = "secret.utf16", "The secret is UTF-16, and its bytes are used as the key.",
        place: "a secret file that PowerShell's `>` or `Out-File` wrote",
        fix: "Write the file as ASCII or UTF-8 (`Set-Content -Encoding ascii`).";
    proven SECRET_PREFIX_DOUBLED = "secret.prefix_doubled", "The secret starts with `whsec_` twice.",
        place: "code or a template that adds the prefix to a secret that already has it",
        fix: "Use the secret exactly as the dashboard shows it.";
    proven SECRET_PREFIX_CASE = "secret.prefix_case", "The secret is in another case than the key.",
        place: "a configuration system or a template that changes case",
        fix: "Use the secret exactly as the dashboard shows it: every letter's case counts.";
    proven SECRET_STILL_ENCODED = "secret.still_encoded", "The configured value is the secret in base64 or hex, and the signer is right.",
        place: "the `data` of a Kubernetes Secret, a CI variable or a secret store that keeps values encoded",
        fix: "Decode it once where it is configured (`base64 -d`, `stringData` in Kubernetes); the secret starts with `whsec_`.";
    proven SECRET_DOCUMENT = "secret.document", "The configured value is a whole JSON document, and the secret is one member of it.",
        place: "a secret store that keeps several values in one secret, such as AWS Secrets Manager",
        fix: "Pick the member where the secret is loaded (`jq -r`, `valueFrom` with the member's name).";
    proven SECRET_EMBEDDED = "secret.embedded", "The configured value is more than the secret, which stands inside it.",
        place: "a header line (`Bearer …`), a placeholder's brackets, a URL or a document copied as a whole",
        fix: "Configure only what starts with `whsec_`, up to the end of the secret.";
    proven SECRET_INNER_WHITE_SPACE = "secret.inner_white_space", "The secret has white space inside that is not part of the key.",
        place: "copying from a terminal or a document that wraps lines, or a multi-line value of YAML",
        fix: "Copy the secret again from the dashboard, on one line.";
    proven SECRET_ESCAPED = "secret.escaped", "The secret has backslashes in it that are not part of the key.",
        place: "Markdown or a shell that escapes `_`, or a `\\n` in a configuration that means a newline and is none",
        fix: "Configure the secret exactly as the dashboard shows it.";
    suspected SECRET_PLACEHOLDER = "secret.placeholder", "The configured value is no secret.",
        place: "a template that was not filled in, a console that shows secrets masked, or a reference that nothing resolved",
        fix: "Copy the webhook's signing secret, which starts with `whsec_`, from its page in the dashboard.";
    suspected SECRET_API_TOKEN = "secret.api_token", "The secret looks like an API token (`lm_…`), which signs no webhooks.",
        place: "the wrong value copied from the dashboard",
        fix: "Copy the webhook's signing secret, which starts with `whsec_`, from its page in the dashboard.";
}

// What happened to the body between Lettermint and the verifier.
causes! { BODY_CAUSES: Body;
    proven BODY_TRAILING_NEWLINE = "body.trailing_newline", "White space was added after the body.",
        place: "`echo`, a heredoc, or an editor that ends every file with a newline",
        fix: "Keep the bytes as received: `printf %s`, `curl --data-binary @file`, an editor set to leave the last line alone.";
    proven BODY_NEWLINE_STRIPPED = "body.newline_stripped", "The signer signed a newline at the end that the body no longer has.",
        place: "`$(…)` in a shell, or `.trim()` and `.strip()` on the body of a sender that signs a newline",
        fix: "Do not trim the body before verifying.", stacks: RAW_BODY;
    proven BODY_OUTER_WHITE_SPACE = "body.outer_white_space", "White space was added around the body.",
        place: "a template, a heredoc or a form field that the body went through",
        fix: "Keep the bytes as received.", stacks: RAW_BODY;
    proven BODY_BOM = "body.bom", "A byte order mark was put in front of the body.",
        place: "an editor or PowerShell's `Out-File` saving as UTF-8 with BOM",
        fix: "Save the body as UTF-8 without a byte order mark.";
    proven BODY_UTF16 = "body.utf16", "The body was converted to UTF-16.",
        place: "PowerShell's `>` and `Out-File`, or a string written with a platform's wide encoding",
        fix: "Keep the body as bytes, or write it as UTF-8.", stacks: RAW_BYTES;
    proven BODY_LINE_ENDINGS = "body.line_endings", "Line endings were converted.",
        place: "git's `autocrlf`, FTP in text mode, or an editor",
        fix: "Mark captured bodies as binary (`*.body -text` in .gitattributes).";
    proven BODY_NUL_AT_END = "body.nul_at_end", "NUL bytes were added after the body.",
        place: "a fixed-size buffer passed on whole, or a C string's end counted in",
        fix: "Pass on only as many bytes as were read.", stacks: RAW_BODY;
    proven BODY_MOJIBAKE = "body.mojibake", "The body was read as latin-1 or windows-1252 and written again as UTF-8.",
        place: "a reader with a wrong default charset: `setEncoding('latin1')`, `utf8_encode`, a servlet without a charset",
        fix: "Read the body as bytes, or as UTF-8.", stacks: RAW_BYTES;
    proven BODY_LATIN1 = "body.latin1", "The body was converted from UTF-8 to latin-1 or windows-1252.",
        place: "a database column, an editor or `utf8_decode`",
        fix: "Keep the body as bytes, or as UTF-8.", stacks: RAW_BYTES;
    proven BODY_REFORMATTED = "body.reformatted", "White space between the JSON tokens was changed, so the body was parsed and written again or formatted.",
        place: "`json.dumps` in Python, `JSON.stringify(…, 2)`, `jq .`, an editor's format-on-save",
        fix: "Verify the raw bytes of the request, before any parser.", stacks: RAW_BODY;
    proven BODY_REESCAPED = "body.reescaped", "Characters are escaped in another way than Lettermint does, so the body was parsed and written again.",
        place: "PHP's `json_encode` without flags, an encoder that keeps to ASCII, or one that escapes HTML (Go, Rails, Gson, .NET)",
        fix: "Verify the raw bytes of the request, before any parser.", stacks: RAW_BODY;
    proven BODY_RESERIALIZED = "body.reserialized", "The body was parsed and written again: both its white space and its escapes changed.",
        place: "`json.dumps(request.json)` in Python, PHP's `JSON_PRETTY_PRINT`, a body-parsing middleware",
        fix: "Verify the raw bytes of the request, before any parser.", stacks: RAW_BODY;
    proven BODY_KEYS_REORDERED = "body.keys_reordered", "The JSON keys are in another order than Lettermint's, so the body was parsed and written again.",
        place: "`json.Marshal` of a Go map, `sort_keys=True`, `jq -S`, a JSONB column, serde_json without `preserve_order`",
        fix: "Verify and store the raw bytes of the request, before any parser.", stacks: RAW_BODY, docs: EVENTS_DOCS;
    proven BODY_NUMBERS_REWRITTEN = "body.numbers_rewritten", "Numbers are written in another way than Lettermint does, so the body was parsed and written again.",
        place: "a typed model with floats (`7` as `7.0`), or exponents as JavaScript and Python write them",
        fix: "Verify the raw bytes of the request, before any parser.", stacks: RAW_BODY;
    proven BODY_SHELL_EXPANDED = "body.shell_expanded", "A shell changed the body: escapes became real control characters, or `!` got a backslash.",
        place: "`echo` in sh or zsh, `echo -e`, or history expansion in double quotes",
        fix: "Use `printf %s`, single quotes or `--data-binary @file`.";
    proven BODY_BASE64 = "body.base64", "The body is still base64-encoded.",
        place: "API Gateway and Lambda function URLs (`isBase64Encoded`), or a capture stored as base64",
        fix: "Decode the body before verifying.", stacks: GATEWAY_BASE64;
    proven BODY_HEX = "body.hex", "The body is hex-encoded.",
        place: "a bytea column or a debug dump that the body was copied from",
        fix: "Decode the body before verifying.";
    proven BODY_COMPRESSED = "body.compressed", "The body is still compressed.",
        place: "a proxy that compresses requests, or a capture of the wire",
        fix: "Decompress the body before verifying.", stacks: INFLATE;
    proven BODY_JSON_STRING = "body.json_string", "The body is a JSON string that holds the JSON.",
        place: "encoding twice: `JSON.stringify` of a text, or `json.dumps(request.data.decode())`",
        fix: "Verify the text itself, not its JSON encoding.", stacks: RAW_BODY;
    proven BODY_FORM_ENCODED = "body.form_encoded", "The body is form-encoded.",
        place: "a client or gateway that posts JSON as `application/x-www-form-urlencoded`",
        fix: "Forward the body as it is, with `Content-Type: application/json`.", stacks: RAW_BODY;
    proven BODY_CHUNKED = "body.chunked", "The body still has its chunk sizes in it.",
        place: "a capture below HTTP, or a hand-written server that does not know `Transfer-Encoding: chunked`",
        fix: "Remove the chunked framing before verifying.";
    proven BODY_HTTP_MESSAGE = "body.http_message", "The file holds a whole HTTP message, not only its body.",
        place: "`curl -i`, a proxy's export, or `nc -l > file`",
        fix: "Use only what follows the blank line, or give the file to `lettermint-hook verify`, which reads whole messages.";
    proven BODY_WRAPPED = "body.wrapped", "The payload is wrapped in another JSON document.",
        place: "a Lambda event, an SNS or SQS message, or a log entry taken as the body",
        fix: "Take out the payload as it was received, and verify that.", stacks: GATEWAY_BASE64;
    proven BODY_BUFFER_JSON = "body.buffer_json", "The body is the JSON of a Node Buffer.",
        place: "`JSON.stringify(req.body)` after `express.raw()`, or a queue that serializes a Buffer",
        fix: "Use the Buffer itself, or `Buffer.from(value.data)` after a queue.", stacks: RAW_BODY;
    proven BODY_TRAILING_BYTES = "body.trailing_bytes", "Something follows the JSON document.",
        place: "a second payload, a multipart boundary or a prompt captured along with the body",
        fix: "Keep exactly the body: `Content-Length` says how many bytes.", stacks: RAW_BODY;
    proven BODY_OTHER_CAPTURE = "body.other_capture", "The headers belong to another captured body.",
        place: "headers and body copied from two deliveries, or a body edited after it was captured",
        fix: "Keep headers and body of a delivery together.";
    suspected BODY_EMPTY = "body.empty", "The body is empty, so something probably consumed it before.",
        place: "a parser or middleware that read the request's stream first",
        fix: "Read the raw body before any parser does, or keep a copy.", stacks: RAW_BODY;
    suspected BODY_STRINGIFIED_OBJECT = "body.stringified_object", "The body is the printed form of a parsed object.",
        place: "`String(req.body)`, `str(request.json)` or `params.to_s` after a parser",
        fix: "Verify the raw bytes of the request, before any parser.", stacks: RAW_BODY;
    suspected BODY_TRUNCATED = "body.truncated", "The body is cut short, and what is missing cannot be computed.",
        place: "a body-size limit, a log's line limit, a column's length, or a closed connection",
        fix: "Raise the limit: payloads with inbound attachments reach many megabytes.";
    suspected BODY_CHARACTERS_REPLACED = "body.characters_replaced", "The body contains U+FFFD, so bytes that were not UTF-8 were probably replaced for good.",
        place: "decoding as UTF-8 in pieces (a chunk boundary inside a character), or decoding bytes in another charset",
        fix: "Collect the body as bytes and decode it once, after verifying.", stacks: RAW_BYTES;
    suspected BODY_INVALID_UTF8 = "body.invalid_utf8", "The body is not UTF-8, so its bytes were probably changed.",
        place: "a charset conversion, or a binary body copied through a text field",
        fix: "Keep the body as bytes from socket to verification.", stacks: RAW_BYTES;
}

// What happened to the headers on their way.
causes! { HEADER_CAUSES: Header;
    proven HEADER_RENAMED = "header.renamed", "The signature arrived under another header name.",
        place: "a proxy, CGI (`HTTP_X_LETTERMINT_SIGNATURE`) or a gateway mapping that renames headers",
        fix: "Forward `X-Lettermint-*` under their own names.", stacks: HEADERS;
    suspected HEADER_MISSING = "header.missing", "There is no `X-Lettermint-Signature` header.",
        place: "a proxy or gateway that forwards only listed headers, or a request that is not from Lettermint",
        fix: "Forward every `X-Lettermint-*` header unchanged.", stacks: HEADERS;
    proven HEADER_JOINED = "header.joined", "Two signature headers were joined into one, of which one is right.",
        place: "a proxy or gateway that joins repeated headers with a comma after something added a second",
        fix: "Send the delivery through one signer only, and forward its headers unchanged.", stacks: HEADERS;
    proven HEADER_REPEATED = "header.repeated", "The signature header occurs more than once; one of them is right.",
        place: "a forwarder that adds its own signature to the one that is there",
        fix: "Replace the header instead of adding another.", stacks: HEADERS;
    proven HEADER_QUOTED = "header.quoted", "The signature header's value is enclosed in quotes.",
        place: "a test client, a log or a JSON export that the value was copied from",
        fix: "Pass the value without quotes.";
    proven HEADER_URL_ENCODED = "header.url_encoded", "The signature header's value is percent-encoded.",
        place: "a gateway mapping that turns headers into query or form parameters",
        fix: "Percent-decode the value once, or forward the header as it is.", stacks: HEADERS;
    proven HEADER_NAME_INSIDE = "header.name_inside", "The signature header's value has the header's name in front of it.",
        place: "a whole header line copied as the value",
        fix: "Pass only what follows the colon.";
    proven HEADER_SPACES = "header.spaces", "The signature header's value has white space inside its entries.",
        place: "a value that was formatted or wrapped on the way, or typed by hand",
        fix: "Pass the value unchanged: `t=<seconds>,v1=<hex>`.";
    proven HEADER_STRAY_BYTES = "header.stray_bytes", "The signature header's value contains bytes that are not printable ASCII.",
        place: "a value copied from a chat or a document, with a byte order mark or a no-break space in it",
        fix: "Pass the value unchanged: `t=<seconds>,v1=<hex>`.";
    proven HEADER_OLD_SCHEME = "header.old_scheme", "The signature is right but in Lettermint's first format, `sha256=<hex>`, which is no longer accepted.",
        place: "a test sender or fixture made from the documentation of 2025",
        fix: "Send `t=<seconds>,v1=<hex>`; the string to sign stays the same.";
    proven HEADER_UPPERCASE_HEX = "header.uppercase_hex", "The signature is in upper-case hex, which older SDKs refuse and Lettermint never sends.",
        place: "a sender or proxy of your own that formats hex with upper-case digits",
        fix: "Write the digest in lower case.";
    proven HEADER_BASE64_DIGEST = "header.base64_digest", "The signature is right but in base64 instead of hex.",
        place: "a test sender of your own, or a signer written for Svix, Shopify or AWS",
        fix: "Write the digest as 64 lower-case hex digits.";
    proven HEADER_T_CHANGED = "header.t_changed", "The signature was made with the time in `X-Lettermint-Delivery`; `t` was changed since.",
        place: "a replay tool that refreshes `t` without signing again",
        fix: "Sign again after changing the time: `lettermint-hook replay` does.";
    proven HEADER_T_NOT_SIGNED = "header.t_not_signed", "The signature was made with the payload's `timestamp` as `t`, and two explanations fit: `t` was changed after signing, or the signer took the wrong time.",
        place: "a forged or replayed delivery whose time was moved; or a signer that takes the time from the parsed body",
        fix: "Sign again after changing the time, as `lettermint-hook replay` does; a signer of your own signs the digits of `t` as they stand in the header.";
    proven HEADER_DELIVERY_CHANGED = "header.delivery_changed", "The signature is right for `t`, but `X-Lettermint-Delivery` says something else.",
        place: "a replay tool that changes one header only, or code that takes the header for an id",
        fix: "Keep `X-Lettermint-Delivery` equal to `t`, unchanged from the same request.";
    proven HEADER_DELIVERY_MISSING = "header.delivery_missing", "The signature is right, but there is no `X-Lettermint-Delivery` header.",
        place: "a proxy or gateway that forwards only the signature header",
        fix: "Forward every `X-Lettermint-*` header unchanged.", stacks: HEADERS;
    proven HEADER_DELIVERY_REPEATED = "header.delivery_repeated", "The signature is right, but `X-Lettermint-Delivery` occurs more than once.",
        place: "a forwarder that adds the header instead of replacing it",
        fix: "Replace the header instead of adding another.";
    proven HEADER_T_MILLISECONDS = "header.t_milliseconds", "The header's `t` is in milliseconds, but seconds were signed.",
        place: "a sender or test helper that writes `Date.now()` into the header",
        fix: "Write the same unix seconds into the header that were signed.";
}

// Mistakes of the signer: a test sender or a hand-written verifier that signs something else
// than `t.body`. Lettermint itself makes none of them.
causes! { SIGNER_CAUSES: Signer;
    proven SIGNER_BODY_ONLY = "signer.body_only", "The signer signed the body alone, without `t` and the dot.",
        place: "a signer written for a scheme without timestamps, such as GitHub's",
        fix: "Sign `t`, a dot, and the raw body.";
    proven SIGNER_NO_DOT = "signer.no_dot", "The signer put nothing between `t` and the body.",
        place: "string concatenation in a signer of your own",
        fix: "Sign `t`, a dot, and the raw body.";
    proven SIGNER_SEPARATOR = "signer.separator", "The signer put something else than a dot between `t` and the body.",
        place: "a signer written for another provider's scheme",
        fix: "Sign `t`, a dot, and the raw body.";
    proven SIGNER_ORDER = "signer.order", "The signer put the body before `t`.",
        place: "string concatenation in a signer of your own",
        fix: "Sign `t`, a dot, and the raw body, in this order.";
    proven SIGNER_ID_PREFIXED = "signer.id_prefixed", "The signer put the delivery's id in front, as Svix and Standard Webhooks do.",
        place: "a Svix or Standard Webhooks library used as the signer",
        fix: "Sign `t`, a dot, and the raw body, without an id.";
    proven SIGNER_BODY_TIMESTAMP = "signer.body_timestamp", "The signer used the payload's `timestamp` instead of the header's `t`.",
        place: "a signer or verifier that takes the time from the parsed body",
        fix: "Sign the digits of `t` exactly as they stand in the header.";
    proven SIGNER_T_FLOAT = "signer.t_float", "The signer signed `t` with a fraction, and the header has it without.",
        place: "`time.time()` in Python, `microtime(true)` in PHP, `Date.now() / 1000` in JavaScript",
        fix: "Make `t` a whole number once, and use that same text for header and signature.";
    proven SIGNER_T_MILLISECONDS = "signer.t_milliseconds", "The signer signed `t` in another unit than the header has it in.",
        place: "`Date.now()` or `System.currentTimeMillis()` in one place and seconds in the other",
        fix: "Make `t` unix seconds once, and use that same text for header and signature.";
    proven SIGNER_PLAIN_HASH = "signer.plain_hash", "The signature is a plain SHA-256 without any key, which anybody can compute.",
        place: "`sha256(…)` where `hmac_sha256(key, …)` was meant",
        fix: "Use HMAC-SHA256 with the secret as the key.";
    proven SIGNER_SECRET_HASHED_IN = "signer.secret_hashed_in", "The signature is a plain SHA-256 over the secret joined with the message, not an HMAC.",
        place: "`sha256(secret + message)` where `hmac_sha256(secret, message)` was meant",
        fix: "Use HMAC-SHA256 with the secret as the key.";
    proven SIGNER_SHA1 = "signer.sha1", "The signature is an HMAC-SHA1.",
        place: "a signer written for an older scheme",
        fix: "Use HMAC-SHA256.";
    proven SIGNER_SHA512 = "signer.sha512", "The signature is an HMAC-SHA512.",
        place: "a signer with another hash as its default",
        fix: "Use HMAC-SHA256.";
    proven SIGNER_SWAPPED = "signer.swapped", "The signer mixed up key and message: it keyed the HMAC with the message and hashed the secret.",
        place: "an HMAC function whose arguments come in the other order (`hash_hmac(algo, data, key)`, `hmac.new(key, msg)`)",
        fix: "Key the HMAC with the secret and feed it the message.";
    proven SIGNER_BODY_DIGEST = "signer.body_digest", "The signer signed the hex SHA-256 of the body instead of the body.",
        place: "a signer written for AWS- or Slack-like canonical requests",
        fix: "Sign `t`, a dot, and the raw body itself.";
}

// A signature that is right, at a time that is not.
causes! { TIME_CAUSES: Time;
    proven TIME_STALE = "time.stale", "The signature is genuine but too old.",
        place: "a replayed capture, a queue between receiving and verifying, or a receiver's clock that is fast",
        fix: "Verify on arrival and check the clock (NTP); to test with an old capture use `lettermint-hook replay`, which signs again.";
    proven TIME_FUTURE = "time.future", "The signature is genuine but from the future.",
        place: "a receiver's clock that is slow, or a sender of your own with a clock that is fast",
        fix: "Check the clock (NTP), also of the container or virtual machine after a suspend.";
    suspected TIME_ZONE = "time.zone", "The age is a whole number of half hours, so one side probably counts local time as UTC.",
        place: "a naive date converted to seconds (`datetime.utcnow().timestamp()`, `DateTime.Now`, `mktime`, `strtotime`)",
        fix: "Take unix seconds straight from the clock: `time()`, `time.time()`, `Date.now() / 1000`, `DateTimeOffset.UtcNow.ToUnixTimeSeconds()`.";
    proven TIME_MILLISECONDS = "time.milliseconds", "The signature is genuine, but its `t` is in milliseconds.",
        place: "a sender of your own that signs `Date.now()` or `System.currentTimeMillis()`",
        fix: "Sign unix seconds.";
    proven TIME_TOLERANCE_ZERO = "time.tolerance_zero", "The tolerance is 0, which accepts this very second only and does not switch the check off.",
        place: "a configuration that means 0 as `off`, as the Java and .NET SDKs did up to version 2",
        fix: "Set the tolerance to 300 seconds.";
}
