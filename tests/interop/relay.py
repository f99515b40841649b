#!/usr/bin/env python3
"""Stands between sender and receiver and damages every delivery: one digit of the body changes.

    relay.py PORT

PORT is the receiver's. The first line on stdout is the relay's own port, then one line a request.
Method, path, headers and the body's length stay as they are, so only the signature can tell.
"""

import http.client
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RECEIVER = int(sys.argv[1])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        damaged = re.sub(rb"[0-9]", lambda digit: b"1" if digit[0] == b"0" else b"0", body, count=1)
        if damaged == body:
            sys.exit("no digit to change")
        connection = http.client.HTTPConnection("127.0.0.1", RECEIVER, timeout=10)
        connection.putrequest("POST", self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(damaged)
        reply = connection.getresponse()
        content = reply.read()
        print("damaged", reply.status, flush=True)
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """The lines above are the log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
