#!/usr/bin/env python3
"""Judges cases on stdin (as corpus.py writes them) with Lettermint's Python SDK.

Prints one JSON line a case, in order: {"name", "reason"}, where reason is null for an accepted
delivery, or {"name", "crash"} with the name of an exception that is no verdict.
"""

import base64
import json
import sys
import time

from lettermint import Webhook
from lettermint.exceptions import WebhookVerificationError


def wire(value):
    """A header value as a server hands it over: bytes, which the SDK reads as Latin-1."""
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode()


def judge(case):
    (secret,) = case["secrets"]
    body = base64.b64decode(case["body_base64"]) if "body_base64" in case else case["body"].encode()
    time.time = lambda: case["now"] + 0.25  # the SDK floors
    try:
        Webhook(secret, tolerance=case["tolerance"]).verify(
            body, [(name, wire(value)) for name, value in case["headers"]]
        )
    except WebhookVerificationError as error:
        return {"reason": error.reason}
    except Exception as error:
        return {"crash": type(error).__name__}
    return {"reason": None}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **judge(case)}))
