#!/usr/bin/env python3
"""A webhook handler as the README of Lettermint's Python SDK has it, on a free loopback port.

    receiver.py SECRET_FILE

The first line on stdout is the port, then one line a request: `accepted EVENT` or
`refused REASON`. Runs until it is ended.
"""

import json
import pathlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lettermint import Webhook
from lettermint.exceptions import WebhookVerificationError

WEBHOOK = Webhook(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; with Nagle's algorithm each reply would wait for an ACK.
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            payload = WEBHOOK.verify(body, self.headers)
        except WebhookVerificationError as error:
            print("refused", error.reason, flush=True)
            self.answer(401, {"reason": error.reason})
        else:
            print("accepted", payload["event"], flush=True)
            self.answer(200, {"received": True})

    def answer(self, status, value):
        body = json.dumps(value, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The verdict lines are the log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
