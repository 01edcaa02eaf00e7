# SPDX-License-Identifier: Apache-2.0
"""What the tests of `watch` happen in: a folder, a leaky service under load, a terminal (tmux)."""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILT = os.path.join(ROOT, "out/release")
COMMAND = os.path.join(BUILT, "leakwatch")
LEAK = "SessionRegistry::remember"
PATIENCE_S = 60


class Unexpected(Exception):
    """What a test waited for did not come."""


def wait_for(what, condition):
    """The first true value of condition(), which is asked until then."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise Unexpected(f"gave up waiting for {what}")


def watched():
    """Densely, so that on a busy machine, too, seconds are enough for a verdict that stays."""
    return {"LD_PRELOAD": os.path.join(BUILT, "libleakwatch.so"), "LEAKWATCH_INTERVAL": "4K"}


class Place:
    """A folder of its own for live files and snapshots, and a leaky service that uses it."""

    def __init__(self, path):
        self.path = path
        self.environment = {"PATH": os.environ["PATH"], "HOME": path, "LC_ALL": "C.UTF-8", "LEAKWATCH_DIR": path,
                            "LEAKWATCH_LIVE_DIR": path, "XDG_CACHE_HOME": path}
        self.processes = []

    def start(self, command, stdin=subprocess.DEVNULL, **more):
        self.processes.append(subprocess.Popen(command, env={**self.environment, **more}, stdout=subprocess.PIPE,
                                               stderr=subprocess.DEVNULL, stdin=stdin, text=True))
        return self.processes[-1]

    def service(self, *flags, load=True, **more):
        service = self.start([os.path.join(BUILT, "examples/leaky_service"), *flags], **{**watched(), **more})
        port = service.stdout.readline().rsplit(":", 1)[1].strip()
        if load:
            self.start([os.path.join(BUILT, "examples/service_load"), port, "--requests", "1000000", "--rate", "1500",
                        "--malformed-every", "20"])
        return service

    def watch(self, target, *options, **more):
        """In lines; stdout and stderr are files, so that nobody waits for a reader."""
        out, err = open(os.path.join(self.path, "out"), "w+"), open(os.path.join(self.path, "err"), "w+")
        self.processes.append(subprocess.Popen([COMMAND, "watch", str(target), "--every", "500ms", *options],
                                               env={**self.environment, **more}, stdout=out, stderr=err,
                                               stdin=subprocess.DEVNULL))
        return self.processes[-1]

    def said(self, name="out"):
        with open(os.path.join(self.path, name), encoding="utf-8") as file:
            return file.read()

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


@contextlib.contextmanager
def place():
    there = Place(tempfile.mkdtemp(prefix="leakwatch-test-"))
    try:
        yield there
    finally:
        there.end()
        # A watcher whose terminal has gone may be writing its symbols down still.
        wait_for("an empty folder", lambda: shutil.rmtree(there.path, ignore_errors=True) or not os.path.exists(there.path))


class Terminal:
    """A shell in a tmux of its own, 80 by 24 as over ssh."""

    def __init__(self, there, **environment):
        self.socket = os.path.join(there.path, "tmux")
        self.environment = {**there.environment, "TERM": "xterm-256color", **environment}
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-s", "t", "-c", there.path,
                  "exec env 'PS1=$ ' bash --norc --noprofile")
        self.sees(r"\$")

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], env=self.environment, capture_output=True, text=True,
                              check=True).stdout

    def screen(self, *options):
        return self.tmux("capture-pane", "-p", "-t", "t", *options)

    def in_alternate_screen(self):
        return self.tmux("display-message", "-p", "-t", "t", "#{alternate_on}").strip() == "1"

    def press(self, *keys):
        self.tmux("send-keys", "-t", "t", *keys)

    def run(self, line):
        self.press(line, "Enter")

    def sees(self, pattern, what=None):
        """Waits until the screen has it; returns the screen."""
        seen = ""
        try:
            def look():
                nonlocal seen
                seen = self.screen()
                return seen if re.search(pattern, seen) else None
            return wait_for(what or pattern, look)
        except Unexpected as problem:
            raise Unexpected(f"{problem}; the screen is\n{seen}") from None

    def close(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self.tmux("kill-server")


@contextlib.contextmanager
def terminal(there, **environment):
    shown = Terminal(there, **environment)
    try:
        yield shown
    finally:
        shown.close()


@contextlib.contextmanager
def watched_on_screen(*options, **environment):
    """A leaky service, and a terminal in which it is watched."""
    with place() as there, terminal(there, **environment) as shown:
        service = there.service()
        shown.run("stty -a >before")
        shown.run(f"{COMMAND} watch {service.pid} --every 500ms {' '.join(options)}")
        shown.sees(r"! .*remember", "the leak in the table")
        yield there, service, shown


def is_as_it_was(shown, there):
    """The terminal, after what was run in it, before which `stty -a >before` was."""
    wait_for("the alternate screen to be left", lambda: not shown.in_alternate_screen())
    shown.run("stty -a | diff before - && echo 'the' same")
    shown.sees(r"^the same$|\nthe same\n")
