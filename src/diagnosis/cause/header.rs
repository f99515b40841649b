//! What happened to the headers on their way.

use super::stacks::{HEADERS, NONE};
use super::{SIGNING_DOCS, causes};

causes! { HEADER_CAUSES: Header;
    HEADER_RENAMED = "header.renamed", true,
        "The signature arrived under another header name.",
        place: "a proxy, CGI (`HTTP_X_LETTERMINT_SIGNATURE`) or a gateway mapping that renames headers",
        fix: "Forward `X-Lettermint-*` under their own names.",
        stacks: HEADERS, docs: SIGNING_DOCS;
    HEADER_MISSING = "header.missing", false,
        "There is no `X-Lettermint-Signature` header.",
        place: "a proxy or gateway that forwards only listed headers, or a request that is not from Lettermint",
        fix: "Forward every `X-Lettermint-*` header unchanged.",
        stacks: HEADERS, docs: SIGNING_DOCS;
    HEADER_JOINED = "header.joined", true,
        "Two signature headers were joined into one, of which one is right.",
        place: "a proxy or gateway that joins repeated headers with a comma after something added a second",
        fix: "Send the delivery through one signer only, and forward its headers unchanged.",
        stacks: HEADERS, docs: SIGNING_DOCS;
    HEADER_REPEATED = "header.repeated", true,
        "The signature header occurs more than once; one of them is right.",
        place: "a forwarder that adds its own signature to the one that is there",
        fix: "Replace the header instead of adding another.",
        stacks: HEADERS, docs: SIGNING_DOCS;
    HEADER_QUOTED = "header.quoted", true,
        "The signature header's value is enclosed in quotes.",
        place: "a test client, a log or a JSON export that the value was copied from",
        fix: "Pass the value without quotes.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_URL_ENCODED = "header.url_encoded", true,
        "The signature header's value is percent-encoded.",
        place: "a gateway mapping that turns headers into query or form parameters",
        fix: "Percent-decode the value once, or forward the header as it is.",
        stacks: HEADERS, docs: SIGNING_DOCS;
    HEADER_NAME_INSIDE = "header.name_inside", true,
        "The signature header's value has the header's name in front of it.",
        place: "a whole header line copied as the value",
        fix: "Pass only what follows the colon.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_SPACES = "header.spaces", true,
        "The signature header's value has white space inside its entries.",
        place: "a value that was formatted or wrapped on the way, or typed by hand",
        fix: "Pass the value unchanged: `t=<seconds>,v1=<hex>`.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_STRAY_BYTES = "header.stray_bytes", true,
        "The signature header's value contains bytes that are not printable ASCII.",
        place: "a value copied from a chat or a document, with a byte order mark or a no-break space in it",
        fix: "Pass the value unchanged: `t=<seconds>,v1=<hex>`.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_OLD_SCHEME = "header.old_scheme", true,
        "The signature is right but in Lettermint's first format, `sha256=<hex>`, which is no longer accepted.",
        place: "a test sender or fixture made from the documentation of 2025",
        fix: "Send `t=<seconds>,v1=<hex>`; the string to sign stays the same.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_UPPERCASE_HEX = "header.uppercase_hex", true,
        "The signature is in upper-case hex, which older SDKs refuse and Lettermint never sends.",
        place: "a sender or proxy of your own that formats hex with upper-case digits",
        fix: "Write the digest in lower case.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_BASE64_DIGEST = "header.base64_digest", true,
        "The signature is right but in base64 instead of hex.",
        place: "a test sender of your own, or a signer written for Svix, Shopify or AWS",
        fix: "Write the digest as 64 lower-case hex digits.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_T_CHANGED = "header.t_changed", true,
        "The signature was made with the time in `X-Lettermint-Delivery`; `t` was changed since.",
        place: "a replay tool that refreshes `t` without signing again",
        fix: "Sign again after changing the time: `lettermint-hook replay` does.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_DELIVERY_CHANGED = "header.delivery_changed", true,
        "The signature is right for `t`, but `X-Lettermint-Delivery` says something else.",
        place: "a replay tool that changes one header only, or code that takes the header for an id",
        fix: "Keep `X-Lettermint-Delivery` equal to `t`, unchanged from the same request.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_DELIVERY_MISSING = "header.delivery_missing", true,
        "The signature is right, but there is no `X-Lettermint-Delivery` header.",
        place: "a proxy or gateway that forwards only the signature header",
        fix: "Forward every `X-Lettermint-*` header unchanged.",
        stacks: HEADERS, docs: SIGNING_DOCS;
    HEADER_DELIVERY_REPEATED = "header.delivery_repeated", true,
        "The signature is right, but `X-Lettermint-Delivery` occurs more than once.",
        place: "a forwarder that adds the header instead of replacing it",
        fix: "Replace the header instead of adding another.",
        stacks: NONE, docs: SIGNING_DOCS;
    HEADER_T_MILLISECONDS = "header.t_milliseconds", true,
        "The header's `t` is in milliseconds, but seconds were signed.",
        place: "a sender or test helper that writes `Date.now()` into the header",
        fix: "Write the same unix seconds into the header that were signed.",
        stacks: NONE, docs: SIGNING_DOCS;
}
