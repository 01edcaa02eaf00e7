# SPDX-License-Identifier: Apache-2.0
"""Clients that mean no good, or know no better, and many of them."""
import concurrent.futures
import http.client
import os
import socket
import statistics
import time

from sidecar import PATIENCE_S

PAGES = ("/", "/report.json", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/allocs", "/metrics", "/healthz")


def expects(sidecar, wanted, path, method="GET", **heads):
    status, _, body = sidecar.ask(path, method, **heads)
    if status != wanted or (method != "HEAD" and not body.strip()):
        yield f"{method} {path} {heads}: {status} {body[:100]}, expected {wanted} and a sentence"


def only_reads(sidecar, _):
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        yield from expects(sidecar, 405, "/metrics", method)
    if sidecar.ask("/metrics", "POST")[1].get("Allow") != "GET, HEAD":
        yield "405 does not say what is allowed"
    yield from expects(sidecar, 413, "/metrics", **{"Content-Length": "5"})
    yield from expects(sidecar, 413, "/metrics", **{"Transfer-Encoding": "chunked"})


def opens_no_path_of_a_client(sidecar, _):
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/debug/pprof/../../etc/passwd",
                 "/debug/pprof/profile", "/metrics/", "/?pid=../../etc/passwd"):
        status, _, body = sidecar.ask(path)
        if status not in (400, 404) or b"root:" in body:
            yield f"{path}: {status} {body[:100]}"


def arguments_are_checked(sidecar, _):
    for path in ("/debug/pprof/heap?seconds=301", "/debug/pprof/heap?seconds=-1", "/debug/pprof/heap?seconds=1e3",
                 "/debug/pprof/heap?seconds=", "/metrics?pid=x", "/metrics?pid=99999999999999999999"):
        yield from expects(sidecar, 400, path)
    yield from expects(sidecar, 404, "/metrics?pid=1")
    yield from expects(sidecar, 404, f"/metrics?pid={os.getpid()}")


def answers_to_its_own_name_only(sidecar, _):
    for host in ("evil.example", "evil.example:6060", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.1",
                 "[::2]", "127.0.0.1:x", "@127.0.0.1"):
        yield from expects(sidecar, 421, "/", Host=host)
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:80", "[::1]:6060", f"127.0.0.1:{sidecar.port}"):
        yield from expects(sidecar, 200, "/healthz", Host=host)
    if b" 400 " not in sidecar.send(b"GET / HTTP/1.1\r\n\r\n"):
        yield "HTTP/1.1 without a Host was not refused"


def heads_are_bounded(sidecar, _):
    long = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"
    many = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X: x\r\n" * 20_000 + b"\r\n"
    path = b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for head in (long, many, path):
        try:
            answer = sidecar.send(head)
        except ConnectionError:
            continue  # hung up before all of it was sent
        if answer and not answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 414", b"HTTP/1.1 413")):
            yield f"{head[:50]}…: {answer[:60]}"
    yield from expects(sidecar, 200, "/healthz")


def dawdling_clients_keep_nobody_out(sidecar, _):
    dawdling = []
    try:
        for _ in range(300):
            connection = socket.create_connection((sidecar.host, sidecar.port), timeout=PATIENCE_S)
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            dawdling.append(connection)
        times = []
        for _ in range(20):
            began = time.monotonic()
            yield from expects(sidecar, 200, "/healthz")
            times.append(time.monotonic() - began)
            for connection in dawdling[-30:]:
                try:
                    connection.sendall(b"x")
                except OSError:
                    pass
        if statistics.median(times) > 2:  # any one may have waited for a busy machine
            yield f"/healthz took {times} s beside 300 clients that dawdle"
    finally:
        for connection in dawdling:
            connection.close()


def many_at_once(sidecar, _):
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda n: (n, *sidecar.ask(PAGES[n % len(PAGES)])), range(120)))
    for number, status, _, body in answers:
        if status != 200 or not body:
            yield f"{PAGES[number % len(PAGES)]}: {status}"


def differences_at_once_are_bounded(sidecar, _):
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = [status for status, _, _ in pool.map(lambda _: sidecar.ask("/debug/pprof/heap?seconds=5"), range(12))]
    if sorted(set(statuses)) != [200, 503] or statuses.count(200) != 8:
        yield f"twelve differences at once: {statuses}"


def connections_are_kept(sidecar, _):
    connection = http.client.HTTPConnection(sidecar.host, sidecar.port, timeout=PATIENCE_S)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        sockets.add(connection.sock.getsockname() if connection.sock else None)
    connection.close()
    if len(sockets) != 1 or None in sockets:
        yield f"three requests took the connections {sockets}"


ON_ONE_SERVICE = (only_reads, opens_no_path_of_a_client, arguments_are_checked, answers_to_its_own_name_only,
                  heads_are_bounded, dawdling_clients_keep_nobody_out, many_at_once, differences_at_once_are_bounded,
                  connections_are_kept)
