//! What happened to the body between Lettermint and the verifier.

use super::stacks::{GATEWAY_BASE64, INFLATE, NONE, RAW_BODY, RAW_BYTES};
use super::{EVENTS_DOCS, SIGNING_DOCS, causes};

causes! { BODY_CAUSES: Body;
    BODY_TRAILING_NEWLINE = "body.trailing_newline", true,
        "White space was added after the body.",
        place: "`echo`, a heredoc, or an editor that ends every file with a newline",
        fix: "Keep the bytes as received: `printf %s`, `curl --data-binary @file`, an editor set to leave the last line alone.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_NEWLINE_STRIPPED = "body.newline_stripped", true,
        "The signer signed a newline at the end that the body no longer has.",
        place: "`$(…)` in a shell, or `.trim()` and `.strip()` on the body of a sender that signs a newline",
        fix: "Do not trim the body before verifying.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_OUTER_WHITE_SPACE = "body.outer_white_space", true,
        "White space was added around the body.",
        place: "a template, a heredoc or a form field that the body went through",
        fix: "Keep the bytes as received.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_BOM = "body.bom", true,
        "A byte order mark was put in front of the body.",
        place: "an editor or PowerShell's `Out-File` saving as UTF-8 with BOM",
        fix: "Save the body as UTF-8 without a byte order mark.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_UTF16 = "body.utf16", true,
        "The body was converted to UTF-16.",
        place: "PowerShell's `>` and `Out-File`, or a string written with a platform's wide encoding",
        fix: "Keep the body as bytes, or write it as UTF-8.",
        stacks: RAW_BYTES, docs: SIGNING_DOCS;
    BODY_LINE_ENDINGS = "body.line_endings", true,
        "Line endings were converted.",
        place: "git's `autocrlf`, FTP in text mode, or an editor",
        fix: "Mark captured bodies as binary (`*.body -text` in .gitattributes).",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_NUL_AT_END = "body.nul_at_end", true,
        "NUL bytes were added after the body.",
        place: "a fixed-size buffer passed on whole, or a C string's end counted in",
        fix: "Pass on only as many bytes as were read.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_MOJIBAKE = "body.mojibake", true,
        "The body was read as latin-1 or windows-1252 and written again as UTF-8.",
        place: "a reader with a wrong default charset: `setEncoding('latin1')`, `utf8_encode`, a servlet without a charset",
        fix: "Read the body as bytes, or as UTF-8.",
        stacks: RAW_BYTES, docs: SIGNING_DOCS;
    BODY_LATIN1 = "body.latin1", true,
        "The body was converted from UTF-8 to latin-1 or windows-1252.",
        place: "a database column, an editor or `utf8_decode`",
        fix: "Keep the body as bytes, or as UTF-8.",
        stacks: RAW_BYTES, docs: SIGNING_DOCS;
    BODY_REFORMATTED = "body.reformatted", true,
        "White space between the JSON tokens was changed, so the body was parsed and written again or formatted.",
        place: "`json.dumps` in Python, `JSON.stringify(…, 2)`, `jq .`, an editor's format-on-save",
        fix: "Verify the raw bytes of the request, before any parser.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_REESCAPED = "body.reescaped", true,
        "Characters are escaped in another way than Lettermint does, so the body was parsed and written again.",
        place: "PHP's `json_encode` without flags, an encoder that keeps to ASCII, or one that escapes HTML (Go, Rails, Gson, .NET)",
        fix: "Verify the raw bytes of the request, before any parser.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_RESERIALISED = "body.reserialised", true,
        "The body was parsed and written again: both its white space and its escapes changed.",
        place: "`json.dumps(request.json)` in Python, PHP's `JSON_PRETTY_PRINT`, a body-parsing middleware",
        fix: "Verify the raw bytes of the request, before any parser.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_KEYS_REORDERED = "body.keys_reordered", true,
        "The JSON keys are in another order than Lettermint's, so the body was parsed and written again.",
        place: "`json.Marshal` of a Go map, `sort_keys=True`, `jq -S`, a JSONB column, serde_json without `preserve_order`",
        fix: "Verify and store the raw bytes of the request, before any parser.",
        stacks: RAW_BODY, docs: EVENTS_DOCS;
    BODY_NUMBERS_REWRITTEN = "body.numbers_rewritten", true,
        "Numbers are written in another way than Lettermint does, so the body was parsed and written again.",
        place: "a typed model with floats (`7` as `7.0`), or exponents as JavaScript and Python write them",
        fix: "Verify the raw bytes of the request, before any parser.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_SHELL_EXPANDED = "body.shell_expanded", true,
        "A shell changed the body: escapes became real control characters, or `!` got a backslash.",
        place: "`echo` in sh or zsh, `echo -e`, or history expansion in double quotes",
        fix: "Use `printf %s`, single quotes or `--data-binary @file`.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_BASE64 = "body.base64", true,
        "The body is still base64-encoded.",
        place: "API Gateway and Lambda function URLs (`isBase64Encoded`), or a capture stored as base64",
        fix: "Decode the body before verifying.",
        stacks: GATEWAY_BASE64, docs: SIGNING_DOCS;
    BODY_HEX = "body.hex", true,
        "The body is hex-encoded.",
        place: "a bytea column or a debug dump that the body was copied from",
        fix: "Decode the body before verifying.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_COMPRESSED = "body.compressed", true,
        "The body is still compressed.",
        place: "a proxy that compresses requests, or a capture of the wire",
        fix: "Decompress the body before verifying.",
        stacks: INFLATE, docs: SIGNING_DOCS;
    BODY_JSON_STRING = "body.json_string", true,
        "The body is a JSON string that holds the JSON.",
        place: "encoding twice: `JSON.stringify` of a text, or `json.dumps(request.data.decode())`",
        fix: "Verify the text itself, not its JSON encoding.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_FORM_ENCODED = "body.form_encoded", true,
        "The body is form-encoded.",
        place: "a client or gateway that posts JSON as `application/x-www-form-urlencoded`",
        fix: "Forward the body as it is, with `Content-Type: application/json`.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_CHUNKED = "body.chunked", true,
        "The body still has its chunk sizes in it.",
        place: "a capture below HTTP, or a hand-written server that does not know `Transfer-Encoding: chunked`",
        fix: "Remove the chunked framing before verifying.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_HTTP_MESSAGE = "body.http_message", true,
        "The file holds a whole HTTP message, not only its body.",
        place: "`curl -i`, a proxy's export, or `nc -l > file`",
        fix: "Use only what follows the blank line, or give the file to `lettermint-hook verify`, which reads whole messages.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_WRAPPED = "body.wrapped", true,
        "The payload is wrapped in another JSON document.",
        place: "a Lambda event, an SNS or SQS message, or a log entry taken as the body",
        fix: "Take out the payload as it was received, and verify that.",
        stacks: GATEWAY_BASE64, docs: SIGNING_DOCS;
    BODY_BUFFER_JSON = "body.buffer_json", true,
        "The body is the JSON of a Node Buffer.",
        place: "`JSON.stringify(req.body)` after `express.raw()`, or a queue that serialises a Buffer",
        fix: "Use the Buffer itself, or `Buffer.from(value.data)` after a queue.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_TRAILING_BYTES = "body.trailing_bytes", true,
        "Something follows the JSON document.",
        place: "a second payload, a multipart boundary or a prompt captured along with the body",
        fix: "Keep exactly the body: `Content-Length` says how many bytes.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_OTHER_CAPTURE = "body.other_capture", true,
        "The headers belong to another captured body.",
        place: "headers and body copied from two deliveries, or a body edited after it was captured",
        fix: "Keep headers and body of a delivery together.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_EMPTY = "body.empty", false,
        "The body is empty, so something probably consumed it before.",
        place: "a parser or middleware that read the request's stream first",
        fix: "Read the raw body before any parser does, or keep a copy.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_STRINGIFIED_OBJECT = "body.stringified_object", false,
        "The body is the printed form of a parsed object.",
        place: "`String(req.body)`, `str(request.json)` or `params.to_s` after a parser",
        fix: "Verify the raw bytes of the request, before any parser.",
        stacks: RAW_BODY, docs: SIGNING_DOCS;
    BODY_TRUNCATED = "body.truncated", false,
        "The body is cut short, and what is missing cannot be computed.",
        place: "a body-size limit, a log's line limit, a column's length, or a closed connection",
        fix: "Raise the limit: payloads with inbound attachments reach many megabytes.",
        stacks: NONE, docs: SIGNING_DOCS;
    BODY_CHARACTERS_REPLACED = "body.characters_replaced", false,
        "The body contains U+FFFD, so bytes that were not UTF-8 were probably replaced for good.",
        place: "decoding as UTF-8 in pieces (a chunk boundary inside a character), or decoding bytes in another charset",
        fix: "Collect the body as bytes and decode it once, after verifying.",
        stacks: RAW_BYTES, docs: SIGNING_DOCS;
    BODY_INVALID_UTF8 = "body.invalid_utf8", false,
        "The body is not UTF-8, so its bytes were probably changed.",
        place: "a charset conversion, or a binary body copied through a text field",
        fix: "Keep the body as bytes from socket to verification.",
        stacks: RAW_BYTES, docs: SIGNING_DOCS;
}
