# SPDX-License-Identifier: Apache-2.0
"""Clients of the servers in scenarios.sh. They print what they got back, in an order that does not depend on time.

clients.py fetch SOCKET PATH…     each path 20 times over 8 connections at once, plain and compressed
clients.py memcached SOCKET       sets, gets, deletes and counters on 4 connections at once"""

import gzip
import hashlib
import socket
import sys
from concurrent.futures import ThreadPoolExecutor


class Line:
    """A connection to a Unix socket that reads lines and counted bytes."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.reader = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()
        self.socket.close()

    def ask(self, text):
        self.socket.sendall(text.encode())
        return self.line()

    def line(self):
        line = self.reader.readline()
        if not line.endswith(b"\n"):  # or a loop that waits for the last line of an answer would never end
            raise ConnectionError(f"the server hung up in the middle of its answer, after {line}")
        return line.decode().rstrip("\r\n")


def read_body(connection, headers):
    if headers.get("transfer-encoding") != "chunked":
        return connection.reader.read(int(headers["content-length"]))
    body = b""
    while size := int(connection.line(), 16):
        body += connection.reader.read(size)
        connection.line()
    connection.line()
    return body


def fetch_once(path, url, encoding):
    with Line(path) as connection:
        status = connection.ask(f"GET /{url} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\n"
                                "Connection: close\r\n\r\n")
        headers = {}
        while header := connection.line():
            name, value = header.split(": ", 1)
            headers[name.lower()] = value
        body = read_body(connection, headers)
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return f"{url} {status} {hashlib.sha256(body).hexdigest()[:16]}"


def fetch(path, urls):
    requests = [(path, url, encoding) for url in urls for encoding in ("identity", "gzip") for _ in range(10)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda request: fetch_once(*request), requests))
    print("\n".join(sorted(set(answers))), len(answers), sep="\n")


def use_memcached(path, number):
    """What one client does; no two share a key. Returns a digest of all the answers."""
    answers = hashlib.sha256()
    with Line(path) as connection:
        for i in range(2000):
            value = f"{number}-{i}-" + "x" * (i % 700)
            answers.update(connection.ask(f"set {number}:{i % 500} 0 0 {len(value)}\r\n{value}\r\n").encode())
            head = connection.ask(f"get {number}:{i * 7 % 500}\r\n")
            while head != "END":
                answers.update(head.encode())
                head = connection.line()
            if i % 5 == 0:
                answers.update(connection.ask(f"delete {number}:{i % 500}\r\n").encode())
        connection.ask(f"set {number}:counter 0 0 1\r\n5\r\n")
        return f"{answers.hexdigest()[:16]} {connection.ask(f'incr {number}:counter 37' + chr(13) + chr(10))}"


def memcached(path):
    with ThreadPoolExecutor(4) as pool:
        print("\n".join(pool.map(lambda number: use_memcached(path, number), range(4))))
    with Line(path) as connection:
        stats = [connection.ask("stats\r\n")]
        while stats[-1] != "END":
            stats.append(connection.line())
    wanted = ("curr_items", "cmd_set", "cmd_get", "get_hits", "delete_hits", "evictions")
    print("\n".join(stat for stat in stats if stat.split()[1:2] and stat.split()[1] in wanted))


if __name__ == "__main__":
    if sys.argv[1] == "fetch":
        fetch(sys.argv[2], sys.argv[3:])
    else:
        memcached(sys.argv[2])
