#!/usr/bin/env python3
"""Writes verification.json: what a verifier of Lettermint webhooks must say, case by case.

    python3 tests/vectors/generate.py            rewrites the file
    python3 tests/vectors/generate.py --stdout   prints it instead

Only the standard library is used, so the signatures come from an implementation of HMAC-SHA256
that shares nothing with the Rust code that is tested with them. Every expectation is written
down by hand; nothing here decides whether a delivery is valid.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "src" / "lettermint" / "samples"

SECRET = "whsec_example_0123456789abcdef"
OTHER = "whsec_other_fedcba9876543210"
T = 1791101730  # 2026-10-04T08:15:30Z
TOLERANCE = 300
BODY = '{"id":"9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d01","event":"message.delivered","data":{"subject":"Order 7"}}'

DESCRIPTION = (
    "Test vectors for verifying Lettermint webhook deliveries. The signature is HMAC-SHA256 over "
    "`<t>.<raw body>`; the key is the secret as it stands, `whsec_` included."
)

FORMAT = {
    "secret": "The secret of every case that names none.",
    "cases[].name": "Unique.",
    "cases[].group": (
        "shared: one of the 25 kinds that the official SDKs share as vectors. own: an event sample, "
        "signed. edge: a delivery on which verifiers are known to differ. boundary: age. order: "
        "several things are wrong, and the earlier check must win. secrets: several, or odd ones. "
        "header, payload: more of each."
    ),
    "cases[].secrets": "The secrets to try, in this order; [secret] when absent.",
    "cases[].headers": (
        "[name, value] in wire order, repeats kept. A value that is not ASCII text on the wire is "
        "{\"base64\": bytes}."
    ),
    "cases[].body": "The raw body as UTF-8 text, or",
    "cases[].body_base64": "the raw body's bytes.",
    "cases[].now": "The verifier's clock in unix seconds; null: unknown, age is not judged.",
    "cases[].tolerance": "Seconds in both directions, boundary included; \"off\": age is not judged.",
    "cases[].expect.valid": "Whether the delivery is to be accepted.",
    "cases[].expect.reason": (
        "The reason code of the SDKs for a refusal: the first check that fails. Null with `valid` "
        "false: nothing is wrong, but there was no secret to prove it with."
    ),
    "cases[].expect.time": "ok, out_of_tolerance, or unknown; judged whatever else is wrong.",
    "cases[].expect.signature": "ok, mismatch, or unknown; judged whatever else is wrong.",
    "cases[].expect.secret": "The position of the first secret that matches, counted from 0.",
    "cases[].why": "The rule that the case holds on to.",
    "checks, in order": [
        "signature_header_missing: no such header",
        "signature_header_malformed: the header occurs twice",
        "delivery_header_missing: no such header",
        "delivery_timestamp_mismatch: the header occurs twice",
        "signature_header_missing: the header is blank",
        "signature_header_malformed: not printable ASCII, second t, t not 1 to 16 digits or above "
        "2^53-1, no t, no v1 of 64 hex digits",
        "delivery_timestamp_mismatch: the trimmed header is not the text of t",
        "body_invalid: empty",
        "timestamp_out_of_tolerance",
        "signature_mismatch",
        "payload_invalid: not UTF-8, not JSON, not an object, or without a text `event`",
    ],
}

MISSING = "signature_header_missing"
MALFORMED = "signature_header_malformed"
DELIVERY_MISSING = "delivery_header_missing"
DELIVERY_MISMATCH = "delivery_timestamp_mismatch"
BODY_INVALID = "body_invalid"
STALE = "timestamp_out_of_tolerance"
MISMATCH = "signature_mismatch"
PAYLOAD_INVALID = "payload_invalid"

CASES = []


def mac(body=BODY, t=T, secret=SECRET):
    """The 64 hex digits of v1. `t` is signed as text, so digits may be given as a string."""
    body = body.encode() if isinstance(body, str) else body
    return hmac.new(secret.encode(), str(t).encode() + b"." + body, hashlib.sha256).hexdigest()


def signature(body=BODY, t=T, secret=SECRET):
    return f"t={t},v1={mac(body, t, secret)}"


def case(group, name, why, *, body=BODY, sig=(), delivery=(), t=T, secrets=None, headers=None,
         now=T, tolerance=TOLERANCE, reason=None, valid=None, time="ok", sig_verdict="ok", secret=0):
    """Adds a case. `sig` and `delivery` are header values: absent for the right one, None for no
    such header, a list for repeats. `unread` below says what goes with a header without meaning."""
    if headers is None:
        headers = []
        for header, given, right in (
            ("X-Lettermint-Signature", sig, signature(body, t, (secrets or [SECRET])[0])),
            ("X-Lettermint-Delivery", delivery, str(t)),
        ):
            values = right if given == () else given
            for value in values if isinstance(values, list) else [values]:
                if value is not None:
                    headers.append([header, value])
    entry = {"name": name, "group": group}
    if secrets is not None:
        entry["secrets"] = secrets
    entry["headers"] = [
        [header, {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value]
        for header, value in headers
    ]
    if isinstance(body, bytes):
        entry["body_base64"] = base64.b64encode(body).decode()
    else:
        entry["body"] = body
    entry["now"] = now
    entry["tolerance"] = tolerance
    entry["expect"] = {
        "valid": reason is None if valid is None else valid,
        "reason": reason,
        "time": time,
        "signature": sig_verdict,
        "secret": secret if sig_verdict == "ok" else None,
    }
    entry["why"] = why
    CASES.append(entry)


def unread(group, name, why, reason, **given):
    """A case whose signature header cannot be read: neither age nor signature can be judged."""
    case(group, name, why, reason=reason, time="unknown", sig_verdict="unknown", **given)


def wrong(group, name, why, reason=MISMATCH, **given):
    """A case whose signature is readable and wrong."""
    case(group, name, why, reason=reason, sig_verdict="mismatch", **given)


def stale(group, name, why, reason=STALE, **given):
    """A case that is out of tolerance and otherwise genuine."""
    case(group, name, why, reason=reason, time="out_of_tolerance", **given)


def shared():
    """The 25 kinds of the vectors that the official SDKs share, with material of our own."""
    group = "shared"
    utf8 = '{"event":"message.delivered","data":{"subject":"Žluťoučký kůň 🐎 ✓ 注文"}}'
    case(group, "basic", "one t, one v1, delivery equal to t")
    case(group, "lower-case header names", "header names have no case", headers=[
        ["x-lettermint-signature", signature()], ["x-lettermint-delivery", str(T)]])
    case(group, "multi-byte UTF-8", "the bytes are signed, not the characters", body=utf8)
    case(group, "second v1 matches", "any v1 may match", sig=f"t={T},v1={'0' * 64},v1={mac()}")
    case(group, "first v1 matches", "any v1 may match", sig=f"t={T},v1={mac()},v1={'0' * 64}")
    case(group, "unknown v2", "entries of unknown schemes are ignored", sig=f"t={T},v2=abc,v1={mac()}")
    case(group, "299 s old", "inside the tolerance", now=T + 299)
    case(group, "299 s ahead", "inside the tolerance", now=T - 299)
    case(group, "300 s old", "the boundary belongs to the tolerance", now=T + 300)
    case(group, "300 s ahead", "the boundary belongs to the tolerance", now=T - 300)
    stale(group, "301 s old", "outside the tolerance", now=T + 301)
    stale(group, "301 s ahead", "the tolerance has two sides", now=T - 301)
    wrong(group, "tampered body", "one byte changed", sig=signature(), body=BODY.replace("7", "8"))
    wrong(group, "re-serialised body", "escaped slashes are other bytes",
          sig=signature('{"event":"message.clicked","url":"https://example.com/"}'),
          body='{"event":"message.clicked","url":"https:\\/\\/example.com\\/"}')
    wrong(group, "wrong secret", "another webhook's secret", sig=signature(secret=OTHER))
    wrong(group, "whsec_ stripped", "the prefix is part of the key",
          sig=signature(secret=SECRET.removeprefix("whsec_")))
    wrong(group, "no v1 matches", "several, all wrong", sig=f"t={T},v1={'0' * 64},v1={'f' * 64}")
    unread(group, "signature header missing", "nothing to verify", MISSING, sig=None)
    unread(group, "t missing", "v1 alone", MALFORMED, sig=f"v1={mac()}")
    unread(group, "v1 missing", "t alone", MALFORMED, sig=f"t={T}")
    unread(group, "t=abc", "t is a number", MALFORMED, sig=f"t=abc,v1={mac(t='abc')}", delivery="abc")
    unread(group, "non-ASCII in v1", "the header is printable ASCII", MALFORMED,
           sig=f"t={T},v1={mac()[:-1]}é".encode())
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in str(T))
    unread(group, "full-width digits in t", "digits are 0 to 9", MALFORMED,
           sig=f"t={full_width},v1={mac(t=full_width)}".encode())
    case(group, "delivery header missing", "both headers are required", reason=DELIVERY_MISSING,
         delivery=None)
    case(group, "delivery is not t", "both headers carry the same second", reason=DELIVERY_MISMATCH,
         delivery=str(T + 1))


def own():
    """Event samples signed once; the values are pinned, so a change of a sample shows here."""
    for event, length, expected in (
        ("webhook.test", 429, "2623deccdea17103b63780c5cea781b6b9baa0c43ad9b4f2fcb214dfaba8ab1f"),
        ("message.clicked", 1150, "6eb7bea2edb8423832545eefa1cbec7ccfa37f7eff6cb681c1604412727dad48"),
        ("message.inbound", 1405, "9a733b0e225feebb8f1b7311e7f71f49fd70803a4ef83580e5a3108bf0483e25"),
        ("suppression.added", 374, "0c61d3b248c253c735dc5068ccb2d663632b4548d1430ff25e7bcb6188650ccd"),
    ):
        sample = json.loads((SAMPLES / f"{event}.json").read_text(encoding="utf-8"))
        body = json.dumps(sample, ensure_ascii=False, separators=(",", ":"))
        size = len(body.encode())
        if (size, mac(body)) != (length, expected):
            sys.exit(f"the sample of {event} changed: {size} bytes, v1={mac(body)}")
        case("own", event, f"compact UTF-8 of the sample, {length} bytes, v1 {expected[:8]}…", body=body)


def boundary():
    group = "boundary"
    for offset in (-301, -300, -299, -1, 0, 1, 299, 300, 301):
        add = stale if abs(offset) > 300 else case
        add(group, f"default tolerance, {offset:+} s", "|now - t| <= 300", now=T + offset)
    case(group, "tolerance 0, this second", "0 accepts this second", tolerance=0)
    stale(group, "tolerance 0, one second old", "0 does not switch the check off", tolerance=0, now=T + 1)
    stale(group, "tolerance 0, one second ahead", "0 does not switch the check off", tolerance=0, now=T - 1)
    case(group, "tolerance 1, one second old", "boundary included", tolerance=1, now=T + 1)
    stale(group, "tolerance 1, two seconds old", "outside", tolerance=1, now=T + 2)
    case(group, "tolerance of a day", "any whole number of seconds", tolerance=86400, now=T + 86400)
    case(group, "tolerance off, a year old", "age is not judged", tolerance="off", now=T + 31536000)
    case(group, "tolerance off, a year ahead", "age is not judged", tolerance="off", now=T - 31536000)
    case(group, "tolerance off, no clock", "age is not judged", tolerance="off", now=None)
    wrong(group, "tolerance off, wrong signature", "off concerns age only", tolerance="off",
          now=T + 31536000, sig=signature(secret=OTHER))
    case(group, "no clock", "age cannot be judged, and is said to be unknown", now=None, time="unknown")
    case(group, "t=0 at the epoch", "0 is a number of seconds", t=0, now=0)
    stale(group, "t=0 today", "0 is not a switch", t=0)
    largest = 2**53 - 1
    case(group, "t=2^53-1 at its second", "the largest t", t=largest, now=largest)
    stale(group, "t=2^53-1 today", "readable, and far ahead", t=largest)
    unread(group, "t=2^53", "above what every language keeps exactly", MALFORMED, t=2**53, now=2**53)
    unread(group, "t of 16 nines", "above 2^53-1", MALFORMED, t="9" * 16)
    unread(group, "t above 64 bits", "no overflow into something small", MALFORMED, t=2**64 + T)


def edge():
    """Each row of the table of deliveries on which generations of SDKs differ."""
    group = "edge"
    stale(group, "t in milliseconds", "t counts seconds", t=T * 1000)
    case(group, "upper-case hex", "hex digits have no case", sig=f"t={T},v1={mac().upper()}")
    case(group, "mixed-case hex", "hex digits have no case", sig=f"t={T},v1={mac()[:32]}{mac()[32:].upper()}")
    case(group, "good v1, then a malformed one", "a malformed v1 is ignored", sig=f"t={T},v1={mac()},v1=junk")
    case(group, "malformed v1, then a good one", "a malformed v1 is ignored", sig=f"t={T},v1=junk,v1={mac()}")
    unread(group, "t twice, same value", "one t", MALFORMED, sig=f"t={T},t={T},v1={mac()}")
    unread(group, "t twice, second one stale", "one t", MALFORMED, sig=f"t={T},v1={mac()},t={T - 9999}")
    case(group, "space after the comma", "entries are trimmed", sig=f"t={T}, v1={mac()}")
    case(group, "spaces around every entry", "entries are trimmed", sig=f"  t={T} ,  v1={mac()}  ")
    unread(group, "space before the = of t", "no trimming around =", MALFORMED, sig=f"t ={T},v1={mac()}")
    unread(group, "space after the = of t", "no trimming around =", MALFORMED, sig=f"t= {T},v1={mac()}")
    unread(group, "space before the = of v1", "no trimming around =", MALFORMED, sig=f"t={T},v1 ={mac()}")
    unread(group, "space after the = of v1", "no trimming around =", MALFORMED, sig=f"t={T},v1= {mac()}")
    unread(group, "t=+N", "digits only, no sign", MALFORMED, t=f"+{T}")
    unread(group, "t=-N", "digits only, no sign", MALFORMED, t=f"-{T}")
    case(group, "delivery with spaces around", "the delivery value is trimmed", delivery=f" {T} ")
    case(group, "delivery with tabs around", "the delivery value is trimmed", delivery=f"\t{T}\t")
    case(group, "delivery with vertical tabs around", "trimming takes all ASCII white space",
         delivery=f"\x0b{T}\x0b")
    unread(group, "signature header twice, the same", "one header", MALFORMED, sig=[signature(), signature()])
    unread(group, "signature header twice, one good", "one header", MALFORMED,
           sig=[signature(), signature(secret=OTHER)])
    unread(group, "signature header twice, in two cases", "names have no case", MALFORMED, headers=[
        ["X-Lettermint-Signature", signature()], ["x-lettermint-signature", signature()],
        ["X-Lettermint-Delivery", str(T)]])
    unread(group, "two headers joined with a comma", "the join has two t", MALFORMED,
           sig=f"{signature()}, {signature()}")
    case(group, "empty body", "nothing to parse", body="", reason=BODY_INVALID)
    case(group, "[1]", "not an object", body="[1]", reason=PAYLOAD_INVALID)
    case(group, "{}", "no event; Rust and PHP SDKs refuse it, Python and Node accept", body="{}",
         reason=PAYLOAD_INVALID)
    case(group, "body that is not UTF-8", "JSON is UTF-8", body=b'{"event":"message.sent","x":"\xff"}',
         reason=PAYLOAD_INVALID)
    case(group, "BOM, signed with it", "not JSON", body=b"\xef\xbb\xbf" + BODY.encode(), reason=PAYLOAD_INVALID)
    wrong(group, "BOM added on the way", "other bytes", sig=signature(), body=b"\xef\xbb\xbf" + BODY.encode())
    case(group, "event of the future", "unknown names are accepted", body='{"event":"message.teleported"}')
    case(group, "zero-padded t, signed as written", "the text of t is signed", t=f"0{T}")
    wrong(group, "zero-padded t, signed as a number", "the text of t is signed",
          t=f"0{T}", sig=f"t=0{T},v1={mac()}")
    case(group, "zero-padded t, delivery without the zero", "compared as text", t=f"0{T}", delivery=str(T),
         reason=DELIVERY_MISMATCH)
    case(group, "delivery with a leading zero", "compared as text", delivery=f"0{T}", reason=DELIVERY_MISMATCH)
    case(group, "t of 16 digits", "16 digits are the most", t=f"000000{T}")
    unread(group, "t of 17 digits", "16 digits are the most", MALFORMED, t=f"0000000{T}")
    case(group, "delivery blank", "blank is present, and is not t", delivery="", reason=DELIVERY_MISMATCH)
    case(group, "delivery in milliseconds", "compared as text", delivery=str(T * 1000), reason=DELIVERY_MISMATCH)
    case(group, "delivery as a float", "compared as text", delivery=f"{T}.0", reason=DELIVERY_MISMATCH)
    case(group, "delivery that is not ASCII", "compared as text", delivery=f"{T}é".encode(),
         reason=DELIVERY_MISMATCH)
    case(group, "delivery twice, the same", "one header", delivery=[str(T), str(T)], reason=DELIVERY_MISMATCH)
    unread(group, "signature header blank", "blank is missing", MISSING, sig="")
    unread(group, "signature header of spaces", "blank is missing", MISSING, sig="   ")
    unread(group, "signature header of a vertical tab", "all ASCII white space is blank", MISSING, sig="\x0b")


def header():
    group = "header"
    case(group, "v1 before t", "entries have no order", sig=f"v1={mac()},t={T}")
    case(group, "trailing comma", "an empty entry is ignored", sig=f"t={T},v1={mac()},")
    case(group, "leading comma", "an empty entry is ignored", sig=f",t={T},v1={mac()}")
    case(group, "entry without =", "ignored", sig=f"hello,t={T},v1={mac()}")
    case(group, "v0 beside v1", "other schemes are ignored", sig=f"t={T},v0={'0' * 64},v1={mac()}")
    case(group, "ten v1, the last matches", "any v1 may match",
         sig=f"t={T}," + f"v1={'0' * 64}," * 9 + f"v1={mac()}")
    unread(group, "v1 of 63 digits", "64 digits", MALFORMED, sig=f"t={T},v1={mac()[:-1]}")
    unread(group, "v1 of 65 digits", "64 digits", MALFORMED, sig=f"t={T},v1={mac()}0")
    unread(group, "v1 empty", "64 digits", MALFORMED, sig=f"t={T},v1=")
    unread(group, "v1 with a letter beyond f", "hex digits", MALFORMED, sig=f"t={T},v1={mac()[:-1]}g")
    unread(group, "v1 in base64", "hex digits", MALFORMED,
           sig=f"t={T},v1={base64.b64encode(bytes.fromhex(mac())).decode()}")
    unread(group, "v1 with a second =", "split at the first =", MALFORMED, sig=f"t={T},v1=={mac()}")
    unread(group, "v2 only", "v1 is required", MALFORMED, sig=f"t={T},v2={mac()}")
    unread(group, "V1 in upper case", "keys have case", MALFORMED, sig=f"t={T},V1={mac()}")
    unread(group, "T in upper case", "keys have case", MALFORMED, sig=f"T={T},v1={mac()}")
    unread(group, "t empty", "1 to 16 digits", MALFORMED, t="")
    unread(group, "t as a float", "digits only", MALFORMED, t=f"{T}.0")
    unread(group, "t in hex", "digits only", MALFORMED, t=hex(T))
    unread(group, "t as RFC 3339", "digits only", MALFORMED, t="2026-10-04T08:15:30Z")
    unread(group, "semicolon between entries", "commas separate", MALFORMED, sig=f"t={T};v1={mac()}")
    unread(group, "quoted value", "no quotes", MALFORMED, sig=f'"{signature()}"')
    unread(group, "sha256= scheme", "the scheme of 2025", MALFORMED, sig=f"sha256={mac()}")
    unread(group, "bare hex", "no scheme at all", MALFORMED, sig=mac())
    unread(group, "tab after the comma", "the header is printable ASCII", MALFORMED, sig=f"t={T},\tv1={mac()}")
    unread(group, "NUL at the end", "the header is printable ASCII", MALFORMED, sig=f"{signature()}\x00")
    unread(group, "DEL at the end", "the header is printable ASCII", MALFORMED, sig=f"{signature()}\x7f")
    unread(group, "no-break space in an ignored entry", "the header is printable ASCII", MALFORMED,
           sig=f"t={T},x=\u00a0,v1={mac()}".encode())
    unread(group, "byte that is not UTF-8 in an ignored entry", "the header is printable ASCII", MALFORMED,
           sig=f"t={T},v1={mac()},x=".encode() + b"\xff")
    unread(group, "stray text only", "nothing readable", MALFORMED, sig="hello")
    case(group, "event header of another event", "not covered by the signature, not read", headers=[
        ["X-Lettermint-Event", "message.hard_bounced"], ["X-Lettermint-Signature", signature()],
        ["X-Lettermint-Delivery", str(T)], ["X-Lettermint-Attempt", "3"]])
    case(group, "attempt and delivery id", "not covered by the signature, not read", headers=[
        ["X-Lettermint-Delivery-Id", "someone"], ["X-Lettermint-Delivery", str(T)],
        ["X-Lettermint-Attempt", "none"], ["X-Lettermint-Signature", signature()]])
    unread(group, "underscores in the names", "a CGI spelling is another header", MISSING, headers=[
        ["X_LETTERMINT_SIGNATURE", signature()], ["X_LETTERMINT_DELIVERY", str(T)]])


def payload():
    group = "payload"
    for name, body in (
        ("white space around the JSON", f" \r\n\t{BODY}\n"),
        ("event is empty text", '{"event":""}'),
        ("event twice, the last is text", '{"event":1,"event":"message.sent"}'),
        ("event spelled with an escape", '{"\\u0065vent":"message.sent"}'),
        ("lone surrogate in the data", '{"event":"message.sent","data":"\\ud800"}'),
        ("number beyond a double", '{"event":"message.sent","data":1e999}'),
        ("200 levels deep", '{"event":"message.sent","data":' + "[" * 200 + "]" * 200 + "}"),
        ("DEL and U+2028 raw in text", '{"event":"message.sent","data":"\x7f\u2028"}'),
    ):
        case(group, name, "JSON with a text event", body=body)
    for name, body, why in (
        ("text that is no JSON", "hello", "not JSON"),
        ("one space", " ", "not empty, and not JSON"),
        ("NUL", b"\x00", "not JSON"),
        ("null", "null", "not an object"),
        ("true", "true", "not an object"),
        ("7", "7", "not an object"),
        ("a string", '"message.sent"', "not an object"),
        ("array of a payload", f"[{BODY}]", "not an object"),
        ("truncated", BODY[:-1], "not JSON"),
        ("text after the object", BODY + "x", "not JSON"),
        ("two objects", BODY + BODY, "not JSON"),
        ("trailing comma", '{"event":"message.sent",}', "not JSON"),
        ("single quotes", "{'event':'message.sent'}", "not JSON"),
        ("NaN", '{"event":"message.sent","score":NaN}', "not JSON, though Python reads it"),
        ("raw newline in text", '{"event":"message.sent","x":"a\nb"}', "not JSON"),
        ("leading zero", '{"event":"message.sent","x":01}', "not JSON"),
        ("event is a number", '{"event":1}', "no text event"),
        ("event is null", '{"event":null}', "no text event"),
        ("event is an object", '{"event":{"name":"message.sent"}}', "no text event"),
        ("event only inside data", '{"data":{"event":"message.sent"}}', "no text event"),
        ("Event in another case", '{"Event":"message.sent"}', "keys have case"),
        ("event twice, the last is a number", '{"event":"message.sent","event":1}', "the last one counts"),
        ("form encoding", "payload=%7B%7D", "not JSON"),
        ("UTF-16", BODY.encode("utf-16"), "JSON is UTF-8"),
        ("overlong UTF-8", b'{"event":"\xc0\xae"}', "JSON is UTF-8"),
        ("surrogate in UTF-8", b'{"event":"message.sent","x":"\xed\xa0\x80"}', "JSON is UTF-8"),
    ):
        case(group, name, why, body=body, reason=PAYLOAD_INVALID)
    wrong(group, "newline added on the way", "other bytes", sig=signature(), body=BODY + "\n")
    wrong(group, "last byte cut on the way", "other bytes", sig=signature(), body=BODY[:-1])
    wrong(group, "body that brings its own t", "what is signed starts with the header's t",
          sig=signature(), body=f"{T}.{BODY}")


def secrets():
    group = "secrets"
    case(group, "second of two secrets", "all are tried", secrets=[OTHER, SECRET], sig=signature(), secret=1)
    case(group, "first of two secrets", "all are tried", secrets=[SECRET, OTHER])
    case(group, "the same secret twice", "the first that matches is named", secrets=[SECRET, SECRET])
    case(group, "last of five secrets", "all are tried",
         secrets=[OTHER, "whsec_1", "whsec_2", "whsec_3", SECRET], sig=signature(), secret=4)
    wrong(group, "none of two secrets", "all are tried", secrets=[OTHER, "whsec_1"], sig=signature())
    case(group, "two v1 of two secrets", "the first secret that matches is named",
         secrets=[OTHER, SECRET], sig=f"t={T},v1={mac()},v1={mac(secret=OTHER)}")
    case(group, "two v1, one of the second secret", "every v1 with every secret",
         secrets=[OTHER, SECRET], sig=f"t={T},v1={'0' * 64},v1={mac()}", secret=1)
    case(group, "no secret", "nothing is valid that was not verified", secrets=[], sig=signature(),
         sig_verdict="unknown", valid=False)
    stale(group, "no secret, stale", "age needs no secret", secrets=[], sig=signature(), now=T + 301,
          sig_verdict="unknown")
    wrong(group, "newline after the secret", "the secret is used as it stands", secrets=[SECRET + "\n"],
          sig=signature())
    case(group, "newline after both secrets", "the secret is used as it stands", secrets=[SECRET + "\n"])
    wrong(group, "quotes around the secret", "the secret is used as it stands", secrets=[f'"{SECRET}"'],
          sig=signature())
    wrong(group, "other case", "the secret is used as it stands", secrets=[SECRET.upper()], sig=signature())
    case(group, "without whsec_", "any text is a key", secrets=["example"])
    case(group, "beyond ASCII", "the key is the UTF-8 of the secret", secrets=["whsec_schlüssel_🔑"])
    case(group, "longer than a SHA-256 block", "HMAC hashes long keys", secrets=["whsec_" + "k" * 200])
    wrong(group, "base64-decoded key", "the secret is not decoded", secrets=["whsec_ZXhhbXBsZQ=="],
          sig=f"t={T},v1={mac(secret='example')}")


def order():
    """Adjacent checks failing together. A header cannot be absent and twice at once, nor blank and
    unreadable, so those pairs do not exist; the pairs that skip over them are here instead."""
    group = "order"
    junk = "junk"
    unread(group, "signature missing, delivery missing", "check 1 before 3", MISSING, sig=None, delivery=None)
    unread(group, "signature missing, delivery twice", "check 1 before 4", MISSING, sig=None,
           delivery=[str(T), str(T)])
    unread(group, "signature twice, delivery missing", "check 2 before 3", MALFORMED,
           sig=[signature(), signature()], delivery=None)
    unread(group, "signature twice, delivery twice", "check 2 before 4", MALFORMED,
           sig=[signature(), signature()], delivery=[str(T), str(T)])
    unread(group, "signature twice, both blank", "check 2 before 5", MALFORMED, sig=["", ""])
    unread(group, "delivery missing, signature blank", "check 3 before 5", DELIVERY_MISSING, sig=" ",
           delivery=None)
    unread(group, "delivery missing, signature unreadable", "check 3 before 6", DELIVERY_MISSING, sig=junk,
           delivery=None)
    unread(group, "delivery twice, signature blank", "check 4 before 5", DELIVERY_MISMATCH, sig=" ",
           delivery=[str(T), str(T)])
    unread(group, "delivery twice, signature unreadable", "check 4 before 6", DELIVERY_MISMATCH, sig=junk,
           delivery=[str(T), str(T)])
    unread(group, "signature blank, delivery is not t", "check 5 before 7", MISSING, sig=" ", delivery="x")
    unread(group, "signature unreadable, delivery is not t", "check 6 before 7", MALFORMED, sig=f"t={T}",
           delivery="x")
    case(group, "delivery is not t, body empty", "check 7 before 8", body="", delivery="x",
         reason=DELIVERY_MISMATCH)
    stale(group, "body empty, stale", "check 8 before 9", BODY_INVALID, body="", now=T + 301)
    wrong(group, "stale and wrong", "check 9 before 10; both verdicts are still told", STALE,
          sig=signature(secret=OTHER), now=T + 301, time="out_of_tolerance")
    wrong(group, "ahead and wrong", "check 9 before 10; both verdicts are still told", STALE,
          sig=signature(secret=OTHER), now=T - 301, time="out_of_tolerance")
    wrong(group, "signature wrong, payload invalid", "check 10 before 11", sig=signature(), body="[1]")
    stale(group, "stale, payload invalid", "check 9 before 11", body="[1]", now=T + 301)
    wrong(group, "body empty, signature wrong", "check 8 before 10", BODY_INVALID, body="", sig=signature())
    unread(group, "everything wrong, no signature", "check 1 first", MISSING, sig=None, delivery=None, body="",
           now=T + 9999)
    wrong(group, "everything wrong, headers readable", "check 7 first", DELIVERY_MISMATCH, sig=signature(),
          delivery="x", body="", now=T + 9999, time="out_of_tolerance")


def render():
    for group in (shared, own, boundary, edge, header, payload, secrets, order):
        group()
    names = [(entry["group"], entry["name"]) for entry in CASES]
    if len(set(names)) != len(names):
        sys.exit("two cases of one group have the same name")
    for entry in CASES:
        entry["name"] = f"{entry['group']}: {entry['name']}"
    # One case a line: a change of one case is a change of one line.
    head = {"description": DESCRIPTION, "format": FORMAT, "secret": SECRET}
    text = json.dumps(head, ensure_ascii=True, indent=1)
    lines = ",\n".join("  " + json.dumps(entry, ensure_ascii=True) for entry in CASES)
    return f'{text[:-2]},\n "cases": [\n{lines}\n ]\n}}\n'


if __name__ == "__main__":
    rendered = render()
    if sys.argv[1:] == ["--stdout"]:
        sys.stdout.write(rendered)
    elif not sys.argv[1:]:
        (HERE / "verification.json").write_text(rendered, encoding="ascii")
    else:
        sys.exit(__doc__)
