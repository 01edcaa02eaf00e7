# SPDX-License-Identifier: Apache-2.0
"""What the soak test keeps busy: each server is started in a folder of its own, answers rounds of load that come out
the same every time, and ends in an orderly way."""
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests/real"))
import clients  # noqa: E402

PATIENCE_S = 120


class Server:
    """`folder` is the working directory; the environment decides whether it is watched."""

    chaos_signals = ()  # beside STOP and CONT; what the program can bear

    def __init__(self, folder, env):
        self.folder, self.env, self.process = folder, env, None
        self.path = os.path.join(folder, "socket")

    def start(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        with open(os.path.join(self.folder, "stderr"), "ab") as errors:
            self.process = subprocess.Popen(self.command(), cwd=self.folder, env=self.env, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=errors)
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError(f"{self.name} does not answer; it ended with {self.process.poll()}")
            time.sleep(0.02)

    def answers(self):
        probe = socket.socket(socket.AF_UNIX)
        try:
            probe.connect(self.path)
            return True
        except OSError:
            return False
        finally:
            probe.close()

    def stop(self):
        self.process.send_signal(self.end_signal)
        return self.end()

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(timeout=PATIENCE_S)

    def kill(self):
        self.process.kill()
        self.end()


class Redis(Server):
    name, program, end_signal, chaos_signals = "redis", "redis-server", signal.SIGTERM, (signal.SIGUSR2,)

    def command(self):
        return ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", self.folder,
                "--logfile", "log", "--enable-debug-command", "yes"]

    def ask(self, *words, **more):
        done = subprocess.run(["redis-cli", "-s", self.path, *words], capture_output=True, text=True,
                              timeout=PATIENCE_S, check=True, **more)
        return done.stdout

    def round(self):
        self.ask("flushall")
        commands = "".join(
            f"SET key:{i % 2000} {i:060d}\r\nLPUSH list:{i % 50} {i}\r\nHSET hash:{i % 70} f{i} v{i}\r\n"
            f"APPEND text:{i % 400} {i}\r\nSETEX gone:{i % 900} 9000 {i}\r\nDEL key:{i * 7 % 2000} gone:{i * 3 % 900}\r\n"
            for i in range(4000))
        told = self.ask("--pipe", input=commands).splitlines()[-1]
        return told + self.ask("debug", "digest") + self.ask("dbsize")


class Memcached(Server):
    name, program, end_signal, chaos_signals = "memcached", "memcached", signal.SIGTERM, (signal.SIGUSR2,)

    def command(self):
        return ["memcached", "-s", self.path, "-t", "4", "-m", "32", "-u", "root"]

    def round(self):
        with clients.Line(self.path) as line:
            line.ask("flush_all\r\n")
        with ThreadPoolExecutor(4) as pool:
            return "\n".join(pool.map(lambda number: clients.use_memcached(self.path, number), range(4)))


class Nginx(Server):
    """SIGUSR2 and SIGWINCH mean something else to it; SIGHUP replaces its workers in the middle of everything."""

    name, program, end_signal, chaos_signals = "nginx", "nginx", signal.SIGQUIT, (signal.SIGHUP,)

    def command(self):
        os.makedirs(os.path.join(self.folder, "files"), exist_ok=True)
        for i in range(20):
            with open(os.path.join(self.folder, "files", f"{i}.txt"), "w", encoding="ascii") as file:
                file.writelines(f"{i * n}\n" for n in range(i * 300))
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi",
                                                                                   "uwsgi", "scgi"))
        with open(os.path.join(self.folder, "conf"), "w", encoding="ascii") as conf:
            conf.write(f"worker_processes 2; daemon off; pid {self.folder}/pid; error_log {self.folder}/log crit;\n"
                       "user root; events { worker_connections 64; }\n"
                       "http { access_log off; default_type text/plain; gzip on; " + temporary +
                       f" server {{ listen unix:{self.path}; root {self.folder}/files; }} }}\n")
        return ["nginx", "-e", os.path.join(self.folder, "log"), "-c", os.path.join(self.folder, "conf")]

    def round(self):
        requests = [(self.path, url, coding) for url in [f"{i}.txt" for i in range(20)] + ["missing.txt"]
                    for coding in ("identity", "gzip")]
        with ThreadPoolExecutor(8) as pool:
            return "\n".join(pool.map(lambda request: clients.fetch_once(*request), requests))

    def kill(self):
        """Its workers would go on without it and keep the socket."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
            workers = [int(pid) for pid in children.read().split()]
        super().kill()
        for pid in workers:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


class Workload(Server):
    name, program, chaos_signals = "C++ workload", "workload", (signal.SIGUSR2,)

    def command(self):
        return [os.path.join(ROOT, "out/release/soak/workload")]

    def answers(self):
        return self.process.stdout.readline() == b"ready\n"

    def round(self):
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().decode()

    def stop(self):
        return self.end()


SERVERS = (Redis, Memcached, Nginx, Workload)
