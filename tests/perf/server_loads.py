# SPDX-License-Identifier: Apache-2.0
"""Real servers under a real load: the server alone on one cpu, its client on another where there is one."""

import glob
import os
import socket
import subprocess
import tempfile
import time

from instructions import counting, instructions_of
from measure import Cost, Failed, clean_environment

# Sixteen requests a packet: without that, the kernel's work for the socket hides that of the server.
AT_ONCE = 16

# Requests of which the instructions are counted, at a fiftieth of the speed.
COUNTED = 160_000


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


class ServerLoad:
    """What a server costs for one request: its cpu time, and the wall clock of client and server together."""

    in_quick = counted = True
    not_counted = 32_000  # requests before those that are: what a server does for its first ones it does once

    def __init__(self, requests):
        self.requests = requests

    def command(self, port, directory):
        raise NotImplementedError

    def ask(self, row, port, requests):
        """Sends that many requests and waits for their answers."""
        raise NotImplementedError

    def run(self, peer):
        with tempfile.TemporaryDirectory() as directory:
            port = free_port()
            server = subprocess.Popen(
                self.command(port, directory), cwd=directory, env=clean_environment(peer.environment()),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                preexec_fn=lambda: stay_on_cpu(0))
            try:
                self.wait_until_ready(server, port)
                requests = self.requests // 10 if peer.is_slow else self.requests
                return {row: self.measure(server, row, port, requests) for row in self.rows}
            finally:
                server.terminate()
                server.wait()

    def instructions(self, peer):
        """{row: the server's own instructions for one request}"""
        return {row: self.count(peer, row) / COUNTED for row in self.rows}

    def count(self, peer, row):
        with tempfile.TemporaryDirectory() as directory:
            port = free_port()

            def load(server):
                self.wait_until_ready(server, port)
                self.ask(row, port, self.not_counted)
                counting(server, True)
                self.ask(row, port, COUNTED)
                counting(server, False)
            return instructions_of(self.command(port, directory), peer.environment(), load=load)

    def wait_until_ready(self, server, port):
        for _ in range(1000):
            if server.poll() is not None:
                raise Failed(f"{self.name} ended with {server.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise Failed(f"{self.name} did not listen within 20 seconds")

    def measure(self, server, row, port, requests):
        cpu_before, wall_before = cpu_of(server.pid), time.monotonic()
        self.ask(row, port, requests)
        wall_s, cpu_s = time.monotonic() - wall_before, cpu_of(server.pid) - cpu_before
        if server.poll() is not None:
            raise Failed(f"{self.name} ended with {server.returncode}")
        return Cost(cpu_s / requests, wall_s / requests)


class RedisLoad(ServerLoad):
    name = "redis"
    rows = ["redis SET", "redis GET", "redis LPUSH"]
    not_counted = 400_000  # nearly all keys are there then; what a new one costs goes by when redis moves its table

    def command(self, port, directory):
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]

    def ask(self, row, port, requests):
        client = subprocess.run(
            ["redis-benchmark", "-h", "127.0.0.1", "-p", str(port), "-t", row.split()[1].lower(), "-n", str(requests),
             "-r", "100000", "-d", "64", "-P", str(AT_ONCE), "-c", "50", "-q"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: stay_on_cpu(1))
        if client.returncode != 0:
            raise Failed(f"redis-benchmark for {row} ended with {client.returncode}")


def pipeline(port, requests, request_of, bytes_of_answer):
    """Sends `request_of(number)` for each number, AT_ONCE in a packet, and reads answers of `bytes_of_answer` bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for first in range(0, requests, AT_ONCE):
            connection.sendall(b"".join(request_of(number) for number in range(first, first + AT_ONCE)))
            missing = bytes_of_answer * AT_ONCE
            while missing > 0:
                answer = connection.recv(1 << 16)
                if not answer:
                    raise Failed("the server closed the connection")
                missing -= len(answer)


class MemcachedLoad(ServerLoad):
    """Sets of 100,000 keys with values of 200 bytes; the slabs are memcached's own, its connections are not."""
    name = "memcached"
    rows = ["memcached set"]
    counted = False  # it lowers its limit of open files, and valgrind does not let it
    value = b"v" * 200

    def command(self, port, directory):
        return ["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "64", "-t", "2"]

    def ask(self, row, port, requests):
        pipeline(port, requests, lambda number: b"set key%d 0 0 200\r\n%s\r\n" % (number % 100000, self.value),
                 len(b"STORED\r\n"))


class NginxLoad(ServerLoad):
    """Requests for a small file over connections that stay; every request has a pool of its own."""
    name = "nginx"
    rows = ["nginx GET"]
    request = b"GET /page HTTP/1.1\r\nHost: localhost\r\nUser-Agent: pipeline\r\n\r\n"

    def command(self, port, directory):
        with open(f"{directory}/page", "w", encoding="ascii") as page:
            page.write("x" * 500)
        with open(f"{directory}/conf", "w", encoding="ascii") as conf:
            conf.write(f"""daemon off; master_process off; user root; pid {directory}/pid; error_log /dev/null;
                events {{ worker_connections 64; }}
                http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 60s;
                        client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
                        uwsgi_temp_path {directory}; scgi_temp_path {directory};
                        server {{ listen 127.0.0.1:{port}; root {directory}; }} }}""")
        return ["nginx", "-c", f"{directory}/conf"]

    def ask(self, row, port, requests):
        pipeline(port, requests, lambda number: self.request, self.bytes_of_answer(port))

    def bytes_of_answer(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(self.request)
            answer = b""
            while answer.count(b"x") < 500:
                answer += connection.recv(1 << 16)
            return len(answer)
