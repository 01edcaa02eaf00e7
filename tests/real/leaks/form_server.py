# SPDX-License-Identifier: Apache-2.0
"""form_server.py SECONDS: Python's own HTTP server takes forms, and a client posts some for so long; every second one is
not UTF-8, which it answers with 400."""

import http.client
import http.server
import sys
import threading
import time

import python_unquote


class Form(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            python_unquote.unquote(body)
            self.send_response(200)
        except UnicodeDecodeError:
            self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def post_forms(port, seconds):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        count += 1
        body = b"comment=" + b"%C3%A4+" * 400 + (b"%FF" if count % 2 else b"")
        connection.request("POST", "/", body)
        connection.getresponse().read()
        time.sleep(0.005)
    print(count, "forms")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Form)
threading.Thread(target=server.serve_forever, daemon=True).start()
post_forms(server.server_port, float(sys.argv[1]))
