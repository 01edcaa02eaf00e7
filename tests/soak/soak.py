#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real servers and a C++ program under load and chaos, watched: their answers and ends are those of the unwatched ones,
however long it goes on, and leakwatch's own memory stays flat.

    soak.py [--seconds N] [--only NAME] [--seed N]

Each server runs unwatched first, for its right answers, then watched as installed and with every allocation recorded:
rounds of load with chaos meanwhile (signals, freezing, dumps and reports from outside, a full disk), a kill -9 in the
middle of a round and a restart, and at last, while it still works, its live file is truncated. All of it on Unix
sockets. The last line is `N passed, N failed`.
"""
import argparse
import contextlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from chaos import QUOTA_BYTES, Chaos
from servers import ROOT, SERVERS

sys.path.insert(0, os.path.join(ROOT, "tests/checks"))
import read_snapshot  # noqa: E402

LIBRARY = os.path.join(ROOT, "out/release/libleakwatch.so")
LEAKWATCH = os.path.join(ROOT, "out/release/leakwatch")
MOST_OWN_BYTES = 20 << 20  # in exact mode with everything in use: the 16 MiB of the live file and its indexes
MAY_GROW_BYTES = 2 << 20  # after the first half of a process's snapshots
SAYS = re.compile(r"leakwatch: (a snapshot could not be written .*the disk is full|.*truncated by somebody else)")


class Phase:
    """One server, unwatched (`interval` None) or watched."""

    def __init__(self, kind, interval, base):
        self.folder = os.path.join(base, f"{kind.name.split()[0]}-{interval or 'unwatched'}")
        self.snapshots, self.live = os.path.join(self.folder, "snapshots"), os.path.join(self.folder, "live")
        for folder in (self.folder, self.snapshots, self.live):
            os.mkdir(folder)
        env = {"PATH": os.environ["PATH"], "LANG": "C"}
        if interval:
            env |= {"LD_PRELOAD": LIBRARY, "LEAKWATCH_INTERVAL": interval, "LEAKWATCH_DIR": self.snapshots,
                    "LEAKWATCH_LIVE_DIR": self.live, "LEAKWATCH_PERIOD": "500ms", "LEAKWATCH_KEEP": "12"}
        self.server = kind(self.folder, env)

    def right_answers(self):
        self.server.start()
        answers = [self.server.round() for _ in range(2)]
        status = self.server.stop()
        if answers[0] != answers[1]:
            raise RuntimeError(f"{self.server.name} does not answer twice alike, unwatched")
        return answers[0], status

    @contextlib.contextmanager
    def small_disk(self):
        """Snapshots on a file system of a few megabytes, where this machine permits it."""
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={QUOTA_BYTES},mode=1777", "soak", self.snapshots],
                               capture_output=True)
        try:
            yield mount.returncode == 0
        finally:
            if mount.returncode == 0:
                subprocess.run(["umount", "-l", self.snapshots], check=True)

    def kill_in_a_round(self, chaos):
        def doomed():
            with contextlib.suppress(Exception):
                self.server.round()

        worker = threading.Thread(target=doomed)
        worker.start()
        time.sleep(0.1)
        with chaos.pause:
            before = set(os.listdir(self.live))
            self.server.kill()
            worker.join()
            yield from self.crash_report(before)
            self.server.start()

    def crash_report(self, before):
        """What a killed process leaves: a live file that reads as such."""
        done = subprocess.run([LEAKWATCH, "report", "--json", self.live], capture_output=True, text=True, timeout=60)
        if before and (done.returncode != 0 or '"killed"' not in done.stdout):
            yield f"after kill -9 the live files {before} cannot be reported: {done.returncode} {done.stderr[-300:]}"
        for name in os.listdir(self.live):
            os.unlink(os.path.join(self.live, name))

    def rounds(self, right, seconds, chaos):
        deadline = time.monotonic() + seconds
        count, killed = 0, False
        while count < 3 or time.monotonic() < deadline:
            if not killed and (count == 2 or time.monotonic() > deadline - seconds / 2):
                killed = True
                yield from self.kill_in_a_round(chaos)
            answer = self.server.round()
            count += 1
            if answer != right:
                yield f"round {count} answered {answer[:200]!r}, unwatched {right[:200]!r}"
                return
        self.count = count

    def truncate_live_file(self, right):
        for name in os.listdir(self.live):
            os.truncate(os.path.join(self.live, name), 0)
        if (answer := self.server.round()) != right:
            yield f"it answers {answer[:200]!r} after its live file was truncated; it ended with {self.server.process.poll()}"

    def watched(self, right, status, seconds, seed):
        with self.small_disk() as can_fill:
            self.server.start()
            chaos = Chaos(self.server, LEAKWATCH, self.snapshots, can_fill, seed)
            chaos.start()
            try:
                yield from self.rounds(right, seconds, chaos)
            finally:
                chaos.finish()
            self.deeds = chaos.deeds
            chaos.ask("dump", str(self.server.process.pid))  # one at least, however full the disk was
            yield from chaos.complaints
            yield from self.own_memory()
            yield from self.truncate_live_file(right)
            ended = self.server.stop()
            if ended != status:
                yield f"it ended with {ended}, unwatched with {status}"
            yield from self.words()

    def own_memory(self):
        """By the receipts in the snapshots of each process, oldest first."""
        taken = {}
        for name in sorted(os.listdir(self.snapshots)):
            if not name.endswith(".lws"):
                continue
            problems = []
            try:
                with open(os.path.join(self.snapshots, name), "rb") as file:
                    snapshot = read_snapshot.read_snapshot(file.read(), problems.append)
            except FileNotFoundError:  # the server is still alive and thins its snapshots out
                continue
            if problems:
                yield f"{name}: {'; '.join(problems[:3])}"
                continue
            process = snapshot["process"]
            taken.setdefault((process["pid"], process["start_ticks"]), []).append(
                (snapshot["header"]["sequence"], snapshot["receipt"]["own_bytes"]))
        self.snapshots_read = sum(len(series) for series in taken.values())
        for (pid, _), series in taken.items():
            own = [size for _, size in sorted(series)]
            first, second = own[:(len(own) + 1) // 2], own[len(own) // 2:]
            if max(own) > MOST_OWN_BYTES or max(second) > max(first) + MAY_GROW_BYTES:
                yield f"own memory of process {pid} is not flat: {[size >> 10 for size in own]} KiB"
        if not taken:
            yield "it left no snapshot"

    def words(self):
        with open(os.path.join(self.folder, "stderr"), encoding="utf-8", errors="replace") as errors:
            for line in errors:
                if line.startswith(("a child ended", "leakwatch: ")) and not SAYS.match(line):
                    yield f"it said {line.strip()!r}"


def soak(kind, seconds, base, seed):
    """(what, complaints) for the server at both intervals."""
    right, status = Phase(kind, None, base).right_answers()
    results = []
    for interval in ("auto", "1"):
        phase = Phase(kind, interval, base)
        try:
            complaints = list(phase.watched(right, status, seconds / 2, seed))
            told = f"{phase.count} rounds, {phase.snapshots_read} snapshots, {phase.deeds}" if not complaints else ""
        except Exception as error:  # one server's accident must not silence the others
            complaints, told = [f"{type(error).__name__}: {error}"], ""
        finally:
            if phase.server.process is not None and phase.server.process.poll() is None:
                phase.server.kill()
        results.append((f"{kind.name} at LEAKWATCH_INTERVAL={interval} {told}", complaints))
    return results


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = arguments.parse_args()
    kinds = [kind for kind in SERVERS if options.only in kind.name]
    absent = [kind.name for kind in kinds if shutil.which(kind.program) is None and kind.program != "workload"]
    print(f"seed {options.seed}" + (f"; not installed: {', '.join(absent)}" if absent else ""))
    kinds = [kind for kind in kinds if kind.name not in absent]
    base = tempfile.mkdtemp(prefix="leakwatch-soak-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    os.chmod(base, 0o755)
    passed = failed = 0
    try:
        # Two at a time, so each gets half of the servers' share twice over.
        with ThreadPoolExecutor(2) as pool:
            share = options.seconds * 2 / max(1, len(kinds))
            for results in pool.map(lambda kind: soak(kind, share, base, options.seed), kinds):
                for what, complaints in results:
                    passed, failed = (passed + 1, failed) if not complaints else (passed, failed + 1)
                    print(f"{'FAILED' if complaints else 'ok'} {what}", *complaints, sep="\n    ", flush=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
