# SPDX-License-Identifier: Apache-2.0
"""A real server under a real load: redis-server alone on one cpu, redis-benchmark on another where there is one."""

import glob
import os
import socket
import subprocess
import tempfile
import time

from measure import Cost, Failed, clean_environment

TESTS = ("set", "get", "lpush")
# Sixteen requests a packet: without that, the kernel's work for the socket hides that of the server.
SHAPE = ["-r", "100000", "-d", "64", "-P", "16", "-c", "50"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_of(pid):
    """Seconds that all threads of the process have run, to the nanosecond."""
    total_ns = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with open(path, encoding="ascii") as file:
            total_ns += int(file.read().split()[0])
    return total_ns / 1e9


def stay_on_cpu(number):
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) > 1:
        os.sched_setaffinity(0, {allowed[number]})


class RedisLoad:
    name = "redis"
    rows = [f"redis {test.upper()}" for test in TESTS]
    in_quick = True

    def __init__(self, requests):
        self.requests = requests

    def run(self, peer):
        """Cost of one request per test: cpu of the server, wall clock of the whole."""
        with tempfile.TemporaryDirectory() as directory:
            port = free_port()
            server = subprocess.Popen(
                ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"],
                cwd=directory, env=clean_environment(peer.environment()), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: stay_on_cpu(0))
            try:
                self.wait_until_ready(server, port)
                requests = self.requests // 10 if peer.is_slow else self.requests
                return {row: self.run_test(server, port, test, requests) for row, test in zip(self.rows, TESTS)}
            finally:
                server.terminate()
                server.wait()

    @staticmethod
    def wait_until_ready(server, port):
        for _ in range(200):
            if server.poll() is not None:
                raise Failed(f"redis-server ended with {server.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise Failed("redis-server did not listen within 4 seconds")

    @staticmethod
    def run_test(server, port, test, requests):
        cpu_before, wall_before = cpu_of(server.pid), time.monotonic()
        client = subprocess.run(["redis-benchmark", "-h", "127.0.0.1", "-p", str(port), "-t", test, "-n",
                                 str(requests), *SHAPE, "-q"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, preexec_fn=lambda: stay_on_cpu(1))
        wall_s, cpu_s = time.monotonic() - wall_before, cpu_of(server.pid) - cpu_before
        if client.returncode != 0 or server.poll() is not None:
            raise Failed(f"redis-benchmark -t {test} ended with {client.returncode}")
        return Cost(cpu_s / requests, wall_s / requests)
