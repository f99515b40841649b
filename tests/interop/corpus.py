#!/usr/bin/env python3
"""Writes the cases on which our verifier and Lettermint's SDKs are compared, one JSON line each.

    corpus.py VECTORS_FILE

First the vectors that an SDK can judge (one secret, a clock, a tolerance), then every variant of
one aspect alone (header, delivery, body, age, secret), then random combinations of them from a
fixed seed: the same cases on every run. A case holds no expectation; the SDKs are the judges.
"""

import base64
import hashlib
import hmac
import json
import random
import sys

SEED = 20261123
RANDOM_CASES = 6000
T = 1791101730
SECRETS = ["whsec_example_0123456789abcdef", "whsec_other", "plain", " whsec_spaces ", "whsec_é🔑",
           "whsec_" + "k" * 100]

# What is signed and sent. Valid ones come several times, so that random cases often reach the
# later checks.
OBJECT = b'{"id":"x","event":"message.sent","data":{"n":7}}'
BODIES = [
    *[OBJECT] * 3, b'{"event":"message.opened"}', '{"event":"ž 🐎 \u2028"}'.encode(), b' {"event":"a"}\n',
    b'{"event":""}', b'{"event":"a","event":"b"}', b'{"event":1,"event":"b"}', b'{"event":"a","event":1}',
    b'{"\\u0065vent":"a"}', b'{"event":"a","x":1e999}', b'{"event":"a","x":-0.0e-0}', b'{"event":"a","x":"\\ud800"}',
    b'{"event":"a","\\udc00":1}', b'{"event":"\\ud83d"}', b'{"event":"a","x":"\x7f"}',
    b'{"event":"a","x":' + b"[" * 200 + b"]" * 200 + b"}", b'{"event":"a","x":' + b"9" * 400 + b"}",
    b'{"event":' + b"[" * 200 + b"]" * 200 + b"}",
    b"", b"{}", b"[]", b"[1]", b"null", b"true", b"7", b'"message.sent"', b'{"event":null}', b'{"event":7}',
    b'{"Event":"a"}', b'{"data":{"event":"a"}}', b"hello", b" ", b"\x00", b'{"event":"a",}', b"{'event':'a'}",
    b'{"event":"a","x":NaN}', b'{"event":"a","x":-Infinity}', b'{"event":"a","x":+1}', b'{"event":"a","x":01}',
    b'{"event":"a","x":1.}', b'{"event":"a","x":.5}', b'{"event":"a","x":"a\nb"}', b'{"event":"a","x":"\\x41"}',
    b'{"event":"a","x":"\\u12"}', b'{"event":"a"}}', b'{"event":"a"}{}', b'{"event":"a"', b'{"event" "a"}',
    b'{"event":"a"} // c', b'{"event":"a"}\x00', b'\xef\xbb\xbf{"event":"a"}', b'{"event":"\xff"}',
    b'{"event":"a","x":"\xff"}', b'{"event":"a","x":"\xed\xa0\x80"}', b'{"event":"a","x":"\xc0\xae"}',
    b'{"event":"a",\xa0"x":1}', '{"event":"a"}'.encode("utf-16"), b"payload=%7B%7D",
]
# Too large to be combined with everything else.
LARGE_BODIES = [
    b'{"event":"a","x":' + b"[" * 20000 + b"]" * 20000 + b"}",
    b'{"event":"a","x":' + b"9" * 5000 + b"}",
    b'{"event":"a","x":"' + b"y" * 200000 + b'"}',
]

SENT_BODIES = [
    lambda body: body + b"\n", lambda body: body[:-1], lambda body: b" " + body, lambda body: b"",
    lambda body: body.replace(b"7", b"8"), lambda body: b"\xef\xbb\xbf" + body,
    lambda body: body.replace(b":", b": "), lambda body: body + b"\x00", lambda body: b"{}",
    lambda body: base64.b64encode(body), lambda body: body.upper(),
]

# Ways to write `t`, from the second that is meant.
TIMES = [
    *[str] * 4, lambda t: f"0{t}", lambda t: str(t).zfill(16), lambda t: str(t).zfill(17), lambda t: f"+{t}",
    lambda t: f"-{t}", lambda t: f" {t}", lambda t: f"{t} ", lambda t: f"{t}.0", lambda t: f"{t}000",
    lambda t: "", lambda t: "abc", lambda t: "0", lambda t: "00", lambda t: hex(t), lambda t: f"{t:_}",
    lambda t: str(2**53 - 1), lambda t: str(2**53), lambda t: str(2**64 + t), lambda t: "9" * 400,
    lambda t: "".join(chr(ord(digit) + 0xFEE0) for digit in str(t)),
    lambda t: "".join(chr(ord(digit) + 0x630) for digit in str(t)),
    lambda t: f"{t}\n", lambda t: f"{t}=", lambda t: f"{t}e0",
]

ZEROS = "0" * 64
# Ways to write the signature header, from the text of `t` and the right MAC.
SIGNATURES = [
    *[lambda t, v: f"t={t},v1={v}"] * 6,
    lambda t, v: f"v1={v},t={t}", lambda t, v: f"t={t}, v1={v}", lambda t, v: f" t={t} , v1={v} ",
    lambda t, v: f"t={t},v1={v},", lambda t, v: f",t={t},,v1={v}", lambda t, v: f"t={t},v1={v.upper()}",
    lambda t, v: f"t={t},v1={v[:9].upper()}{v[9:]}", lambda t, v: f"t={t},v1={ZEROS},v1={v}",
    lambda t, v: f"t={t},v1={v},v1={ZEROS}", lambda t, v: f"t={t},v1={ZEROS},v1={ZEROS}",
    lambda t, v: f"t={t},v1=junk,v1={v}", lambda t, v: f"t={t},v1={v},v1=", lambda t, v: f"t={t},v2=x,v1={v}",
    lambda t, v: f"t={t},v0={v}", lambda t, v: f"t={t},V1={v}", lambda t, v: f"T={t},v1={v}",
    lambda t, v: f"t={t},hello,v1={v}", lambda t, v: f"t={t}", lambda t, v: f"v1={v}", lambda t, v: "",
    lambda t, v: " ", lambda t, v: "\t", lambda t, v: "\x0b", lambda t, v: "\xa0", lambda t, v: "\x1c",
    lambda t, v: "hello", lambda t, v: ",", lambda t, v: "=", lambda t, v: "t=,v1=",
    lambda t, v: f"t={t},v1={v[:-1]}", lambda t, v: f"t={t},v1={v}0", lambda t, v: f"t={t},v1={v[:-1]}g",
    lambda t, v: f"t={t},v1={v[:-1]}é", lambda t, v: f"t={t},v1=={v}", lambda t, v: f"t ={t},v1={v}",
    lambda t, v: f"t= {t},v1={v}", lambda t, v: f"t={t},v1 ={v}", lambda t, v: f"t={t},v1= {v}",
    lambda t, v: f"t={t},t={t},v1={v}", lambda t, v: f"t={t},v1={v},t=1", lambda t, v: f"t=1,v1={v},t={t}",
    lambda t, v: f"t={t};v1={v}", lambda t, v: f'"t={t},v1={v}"', lambda t, v: f"sha256={v}", lambda t, v: v,
    lambda t, v: f"t={t},\tv1={v}", lambda t, v: f"\tt={t},v1={v}", lambda t, v: f"t={t},v1={v}\x00",
    lambda t, v: f"t={t},v1={v}\x7f", lambda t, v: f"t={t},x=é,v1={v}", lambda t, v: f"t={t},\xa0v1={v}",
    lambda t, v: f"t={t},\x0bv1={v}", lambda t, v: f"t={t}\x0b,v1={v}", lambda t, v: f"t={t},v1={v}\n",
    lambda t, v: f"t={t},v1={v}".encode() + b",\xff", lambda t, v: f"t={t},v1={v}".encode("utf-16"),
    lambda t, v: f"t%3D{t}%2Cv1%3D{v}", lambda t, v: f"X-Lettermint-Signature: t={t},v1={v}",
    lambda t, v: f"t={t},v1={base64.b64encode(bytes.fromhex(v)).decode()}", lambda t, v: f"t={t},v1={v[::-1]}",
    lambda t, v: None,
    lambda t, v: [f"t={t},v1={v}"] * 2, lambda t, v: [f"t={t},v1={v}", "junk"], lambda t, v: ["", f"t={t},v1={v}"],
    lambda t, v: [f"t={t}", f"v1={v}"], lambda t, v: f"t={t},v1={v}, t={t},v1={v}", lambda t, v: ["", ""],
]
SIGNATURE_NAMES = [*["X-Lettermint-Signature"] * 8, "x-lettermint-signature", "X-LETTERMINT-SIGNATURE",
                   "X_Lettermint_Signature", "X-Lettermint-Signature "]

# Ways to write the delivery header, from the text of `t`.
DELIVERIES = [
    *[lambda t: t] * 6, lambda t: None, lambda t: "", lambda t: " ", lambda t: f" {t} ", lambda t: f"\t{t}",
    lambda t: f"{t}\x0b", lambda t: f"\xa0{t}", lambda t: f"{t}\x85", lambda t: f"{t}\x1f", lambda t: f"{t}\r\n",
    lambda t: "\xa0".encode("latin-1") + t.encode(), lambda t: t.encode() + b"\x85",
    lambda t: f"0{t}", lambda t: t.lstrip("0"), lambda t: f"+{t}", lambda t: f"{t}.0", lambda t: f"{t}0",
    lambda t: t[:-1], lambda t: f"{t}000", lambda t: "x", lambda t: "1791101731", lambda t: f"{t},{t}",
    lambda t: f"{t}é", lambda t: "".join(chr(ord(c) + 0xFEE0) if c.isdecimal() and c.isascii() else c for c in t),
    lambda t: [t, t], lambda t: [t, "x"], lambda t: ["", ""], lambda t: "9" * 400,
]
DELIVERY_NAMES = [*["X-Lettermint-Delivery"] * 8, "x-lettermint-delivery", "X-LETTERMINT-DELIVERY",
                  "X_Lettermint_Delivery", "X-Lettermint-Delivery-Id"]

OFFSETS = [0, 0, 0, 0, 1, -1, 59, 60, -60, 299, -299, 300, -300, 301, -301, 3600, -3600, 86400, -T, T]
TOLERANCES = [300, 300, 300, 300, 0, 1, 60, 299, 301, 3600, 2**40]

# Which secret signs, and which verifies.
KEYS = [
    *[lambda secret: secret] * 6, lambda secret: SECRETS[1], lambda secret: secret + "\n",
    lambda secret: secret.removeprefix("whsec_"), lambda secret: f"whsec_{secret}", lambda secret: secret.strip(),
    lambda secret: secret.upper(), lambda secret: f'"{secret}"',
]


def wire(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    # JSON escapes what is not ASCII, and on the wire it is UTF-8.
    return value


def lines(name, value):
    values = value if isinstance(value, list) else [value]
    return [[name, wire(one)] for one in values if one is not None]


class Aspects:
    """One choice for every aspect of a delivery; the first of each list is the ordinary one."""

    LISTS = {
        "secret": SECRETS, "key": KEYS, "body": BODIES, "sent": [None, *SENT_BODIES], "time": TIMES,
        "signature": SIGNATURES, "signature_name": SIGNATURE_NAMES, "delivery": DELIVERIES,
        "delivery_name": DELIVERY_NAMES, "offset": OFFSETS, "tolerance": TOLERANCES,
    }

    def __init__(self, **given):
        self.of = {aspect: choices[0] for aspect, choices in self.LISTS.items()} | given

    def case(self, name):
        of = self.of
        t = of["time"](T)
        key = of["key"](of["secret"]).encode()
        mac = hmac.new(key, t.encode() + b"." + of["body"], hashlib.sha256).hexdigest()
        body = of["sent"](of["body"]) if of["sent"] else of["body"]
        headers = [
            *lines(of["signature_name"], of["signature"](t, mac)),
            ["X-Lettermint-Event", "message.sent"],
            *lines(of["delivery_name"], of["delivery"](t)),
            ["X-Lettermint-Attempt", "1"],
        ]
        case = {"name": name, "secrets": [of["secret"]], "headers": headers}
        try:
            case["body"] = body.decode("utf-8")
        except UnicodeDecodeError:
            case["body_base64"] = base64.b64encode(body).decode()
        case["now"] = T + of["offset"]
        case["tolerance"] = of["tolerance"]
        return case


def vectors(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    for case in data["cases"]:
        secrets = case.get("secrets", [data["secret"]])
        if len(secrets) == 1 and case["now"] is not None and case["tolerance"] != "off":
            yield {key: value for key, value in case.items() if key != "expect"} | {
                "name": f"vector {case['name']}", "secrets": secrets}


def one_aspect():
    for aspect, choices in Aspects.LISTS.items():
        for index, choice in enumerate(choices):
            yield Aspects(**{aspect: choice}).case(f"{aspect} {index}")
    for index, body in enumerate(LARGE_BODIES):
        yield Aspects(body=body).case(f"large body {index}")


def boundaries():
    """Every age around every tolerance."""
    for tolerance in (0, 1, 60, 299, 300, 301, 86400):
        for side in (1, -1):
            for offset in (tolerance - 1, tolerance, tolerance + 1):
                yield Aspects(tolerance=tolerance, offset=side * offset).case(
                    f"boundary {tolerance} {side * offset:+}")


def pairs():
    """Every way to write `t` under every way to write the delivery header."""
    for i, time in enumerate(TIMES):
        for j, delivery in enumerate(DELIVERIES):
            yield Aspects(time=time, delivery=delivery).case(f"time {i} delivery {j}")


def combinations():
    rng = random.Random(SEED)
    aspects = list(Aspects.LISTS)
    for number in range(RANDOM_CASES):
        changed = rng.sample(aspects, rng.choice([1, 2, 2, 3, 3, 4, 6, len(aspects)]))
        given = {aspect: rng.choice(Aspects.LISTS[aspect]) for aspect in changed}
        # Sometimes an unlucky bit in the body that is sent, which no list above has.
        if rng.random() < 0.1:
            position, bit = rng.randrange(1 << 16), 1 << rng.randrange(8)
            given["sent"] = lambda body: (
                body[:(at := position % len(body))] + bytes([body[at] ^ bit]) + body[at + 1:] if body else body)
        yield Aspects(**given).case(f"combination {number}: {', '.join(sorted(given))}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    count = 0
    for cases in (vectors(sys.argv[1]), one_aspect(), boundaries(), pairs(), combinations()):
        for case in cases:
            print(json.dumps(case, separators=(",", ":")))
            count += 1
    print(f"{count} cases", file=sys.stderr)


main()
