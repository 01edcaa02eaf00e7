# SPDX-License-Identifier: Apache-2.0
"""What is done to a watched server while it works. Nothing of it may be seen in its answers or its end."""
import os
import random
import signal
import subprocess
import threading
import time

QUOTA_BYTES = 6 << 20  # of the file system with the snapshots


class Chaos(threading.Thread):
    """Until stopped: every 20 to 150 ms one thing, by chance. `complaints` are sentences on what went wrong."""

    def __init__(self, server, leakwatch, snapshots, can_fill, seed):
        super().__init__()
        self.server, self.leakwatch, self.snapshots = server, leakwatch, snapshots
        self.dice = random.Random(seed)
        self.done, self.pause = threading.Event(), threading.Lock()
        self.complaints, self.deeds = [], {}
        self.acts = [self.signal, self.signal, self.freeze, self.dump, self.look]
        if can_fill:
            self.acts += [self.fill_disk, self.free_disk]

    def run(self):
        while not self.done.wait(self.dice.uniform(0.02, 0.15)):
            act = self.dice.choice(self.acts)
            with self.pause:
                if self.server.process.poll() is None:
                    self.deeds[act.__name__] = self.deeds.get(act.__name__, 0) + 1
                    act()

    def finish(self):
        self.done.set()
        self.join()
        self.free_disk()

    def signal(self):
        self.server.process.send_signal(self.dice.choice(self.server.chaos_signals))

    def freeze(self):
        self.server.process.send_signal(signal.SIGSTOP)
        time.sleep(0.01)
        self.server.process.send_signal(signal.SIGCONT)

    def ask(self, *words):
        done = subprocess.run([self.leakwatch, *words], capture_output=True, text=True, timeout=60)
        # A process that has taken no sample yet has no live file, and a folder that chaos has filled has no room: the
        # command says so with status 3.
        expected = ("no live file", "No space left on device")
        if done.returncode != 0 and not any(reason in done.stderr for reason in expected):
            self.complaints.append(f"leakwatch {words[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")

    def dump(self):
        self.ask("dump", str(self.server.process.pid), "-o", os.path.join(self.server.folder, "asked.lws"))

    def look(self):
        self.ask("report", str(self.server.process.pid), "--json")

    def fill_disk(self):
        try:
            with open(os.path.join(self.snapshots, "filler"), "ab") as filler:
                filler.write(bytes(QUOTA_BYTES))
        except OSError:
            pass

    def free_disk(self):
        try:
            os.unlink(os.path.join(self.snapshots, "filler"))
        except FileNotFoundError:
            pass
