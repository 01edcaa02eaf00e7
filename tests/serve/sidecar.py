# SPDX-License-Identifier: Apache-2.0
"""A watched service under load, and `leakwatch serve` beside it, on free ports of this machine only."""
import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.path.join(ROOT, "out/release")
COMMAND = os.path.join(BUILD, "leakwatch")
PATIENCE_S = 60


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="leakwatch-test-")
    try:
        yield path
    finally:
        shutil.rmtree(path)


def plain_environment(place):
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": place, "LEAKWATCH_LIVE_DIR": place}


@contextlib.contextmanager
def running(command, **more):
    """Ends it by SIGTERM, or harder."""
    with subprocess.Popen(command, text=True, **more) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()


def watched(place):
    return {**plain_environment(place), "LD_PRELOAD": os.path.join(BUILD, "libleakwatch.so"), "LEAKWATCH_DIR": place,
            "LEAKWATCH_INTERVAL": "4K", "LEAKWATCH_PERIOD": "500ms"}


@contextlib.contextmanager
def leaky_service(place, requests=200_000, rate=4000):
    """Watched, and under load until it ends."""
    with running([os.path.join(BUILD, "examples/leaky_service")], env=watched(place), stdout=subprocess.PIPE,
                 stderr=subprocess.DEVNULL) as service:
        port = service.stdout.readline().rsplit(":", 1)[1].strip()
        load = [os.path.join(BUILD, "examples/service_load"), port, "--requests", str(requests), "--rate", str(rate)]
        with running(load, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            yield service


class Sidecar:
    def __init__(self, process, address):
        self.process = process
        self.host, port = address.rsplit(":", 1)
        self.port = int(port)
        self.url = f"http://{address}"

    def ask(self, path, method="GET", **heads):
        """Status, headers, body. A connection of its own; the path goes out as it is."""
        connection = http.client.HTTPConnection(self.host.strip("[]"), self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, headers=heads)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def text(self, path):
        status, _, body = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:200]}")
        return body.decode()

    def value(self, metric, *labels):
        """Of the only series of that name that has these labels."""
        lines = [line for line in self.text("/metrics").splitlines()
                 if line.startswith(metric + "{") and all(label in line for label in labels)]
        if len(lines) != 1:
            raise RuntimeError(f"{len(lines)} series of {metric} {labels}")
        return float(lines[0].rsplit(" ", 1)[1])

    def send(self, head, wait=True):
        """Bytes as they are; what comes back."""
        with socket.create_connection((self.host, self.port), timeout=PATIENCE_S) as connection:
            connection.sendall(head)
            return connection.recv(200) if wait else b""


@contextlib.contextmanager
def serve(place, *arguments):
    command = [COMMAND, "serve", *[str(a) for a in arguments], "--listen", "127.0.0.1:0"]
    with running(command, env=plain_environment(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        line = process.stdout.readline()
        if "http://" not in line:
            raise RuntimeError(f"serve said {line!r} {process.stderr.read()}")
        yield Sidecar(process, line.split("http://", 1)[1].strip().rstrip("/"))


def wait_until(holds, what):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {PATIENCE_S} s in vain: {what}")
        time.sleep(0.05)
