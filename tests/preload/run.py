#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the preload tests: every program of cases.py unwatched, then watched at several intervals and on several
allocators, and compares. `run.py WORD…` runs the cases whose names contain one of the words; -v names every run.

Each run has folders of its own, 30 seconds, and its own process group. The last line is `N passed, N failed`.
"""
import argparse
import concurrent.futures
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import scenes
import judge
from cases import ALLOCATORS, CASES, program_on

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAMS = os.path.join(ROOT, "out/release/preload")
LIBRARY = os.path.join(ROOT, "out/release/libleakwatch.so")
COMMAND = os.path.join(ROOT, "out/release/leakwatch")
TIMEOUT_S = 30
SKIPPED = 77
# A tmpfs keeps the disk out of it; a fresh machine may have none.
HOME = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

ALLOCATOR_ENV = {
    "glibc_checking": {"MALLOC_CHECK_": "3", "MALLOC_PERTURB_": "165"},
    # Reports of large requests hold addresses, which no two runs share.
    "tcmalloc": {"TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD": "0"},
    "tcmalloc_minimal": {"TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD": "0"},
    "tcmalloc_checking": {"TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD": "0"},
    "tcmalloc_linked": {"TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD": "0"},
}


def where_it_hangs(pid):
    """Best effort: a state per thread, and stacks where there is a debugger."""
    lines = []
    with contextlib.suppress(OSError):
        for task in sorted(os.listdir(f"/proc/{pid}/task"))[:20]:
            with open(f"/proc/{pid}/task/{task}/syscall") as syscall:
                lines.append(f"thread {task}: system call {syscall.read().strip()}")
    if shutil.which("gdb"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            gdb = subprocess.run(["gdb", "-p", str(pid), "-batch", "-ex", "thread apply all bt 12"], timeout=20,
                                 capture_output=True, text=True)
            lines += [line for line in gdb.stdout.splitlines() if line.startswith(("Thread", "#"))][:120]
    return "\n    ".join(lines)


class Run:
    """One process, its surroundings, and what became of it. `interval` None means unwatched."""

    def __init__(self, case, allocator, interval):
        self.case, self.allocator, self.interval = case, allocator, interval
        self.command_line_tool = COMMAND
        self.base = tempfile.mkdtemp(prefix="leakwatch-test-", dir=HOME)
        self.work, self.snapshots, self.live, self.temporary = (
            os.path.join(self.base, name) for name in ("work", "snapshots", "live", "tmp"))
        for folder in (self.work, self.snapshots, self.live, self.temporary):
            os.mkdir(folder)
        self.command = [os.path.join(PROGRAMS, program_on(case, allocator)), *case.args]
        self.before_exec = []
        self.env = {"PATH": "/usr/bin:/bin", "LANG": "C", "TMPDIR": self.temporary, "LD_PRELOAD": self.preload(),
                    "LEAKWATCH_DIR": self.snapshots, "LEAKWATCH_LIVE_DIR": self.live,
                    **ALLOCATOR_ENV.get(allocator, {})}
        if interval is not None:
            self.env["LEAKWATCH_INTERVAL"] = interval
        self.env.update(case.env)
        self.stdout = self.stderr = ""
        self.status = self.pid = None

    def preload(self):
        ours = [os.path.join(PROGRAMS, name) for name in self.case.before]
        if self.interval is not None:
            ours.append(LIBRARY)
        behind = [os.path.join(PROGRAMS, name) for name in self.case.behind]
        return " ".join([*ours, *behind, *ALLOCATORS[self.allocator]])

    def read_output(self):
        with open(os.path.join(self.base, "stdout"), "rb") as file:
            return file.read()

    def peak_kb(self):
        with open(os.path.join(self.work, "peak_kb")) as file:
            return int(file.read())

    def start(self):
        def prepare():
            for step in self.before_exec:
                step()

        with open(os.path.join(self.base, "stdout"), "wb") as out, open(os.path.join(self.base, "stderr"), "wb") as err:
            return subprocess.Popen(
                ["/usr/bin/env", "-i", *(f"{k}={v}" for k, v in self.env.items()), *self.command], cwd=self.work,
                stdin=subprocess.PIPE if self.case.meanwhile else subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True, env={"PATH": "/usr/bin:/bin"}, preexec_fn=prepare if self.before_exec else None)

    def finish(self, process):
        """Waits; a hang is described, and its whole process group ended."""
        try:
            if self.case.meanwhile:
                getattr(scenes, self.case.meanwhile)(self, process)
            self.status = process.wait(timeout=TIMEOUT_S)
        except (subprocess.TimeoutExpired, TimeoutError) as error:
            self.status = f"a hang ({error})\n    {where_it_hangs(process.pid)}"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.stdout = self.read_output().decode(errors="replace").replace(self.base, "BASE")
        with open(os.path.join(self.base, "stderr"), "rb") as file:
            self.stderr = file.read().decode(errors="replace").replace(self.base, "BASE")

    def go(self, look=lambda run: None):
        """Runs the program in its scene and looks at what it left, while the scene still stands."""
        try:
            scene = getattr(scenes, self.case.scene)(self) if self.case.scene else contextlib.nullcontext()
            with scene:
                process = self.start()
                self.pid = process.pid
                self.finish(process)
                return look(self)
        finally:
            shutil.rmtree(self.base, ignore_errors=True)


class NoPeak:
    """The unwatched run, reduced to what the watched ones are compared with."""

    def __init__(self, run):
        self.status, self.stdout, self.stderr = run.status, run.stdout, run.stderr
        self.kb = run.peak_kb() if run.case.peak_mb else 0

    def peak_kb(self):
        return self.kb


def run_on(case, allocator, intervals):
    """One unwatched run and the watched ones beside it; a list of (name, complaints, seconds), None if skipped."""
    name = f"{case.name} on {allocator}"
    try:
        unwatched = Run(case, allocator, None).go(NoPeak)
        if unwatched.status == SKIPPED:
            return [(name, None, unwatched.stdout.strip())]
        if not isinstance(unwatched.status, int):
            return [(name, [f"unwatched: {unwatched.status}"], 0.0)]
        # Other allocators keep fewer promises; there the watched run must break the same ones.
        if "NOT: " in unwatched.stdout and allocator == "glibc":
            return [(name, [f"unwatched it says {unwatched.stdout!r}"], 0.0)]
        results = []
        for interval in intervals:
            began = time.monotonic()
            found = Run(case, allocator, interval).go(lambda run: list(judge.complaints(run, unwatched, case)))
            results.append((f"{name} at {interval}", found, time.monotonic() - began))
        return results
    except scenes.Skip as why:
        return [(name, None, str(why))]
    except Exception as error:  # one test's accident must not silence the others
        return [(name, [f"the runner failed: {type(error).__name__}: {error}"], 0.0)]


def jobs(filters):
    for case in CASES:
        if filters and not any(word in case.name for word in filters):
            continue
        for allocator, intervals in case.plan.items():
            yield case, allocator, intervals


def strays(before):
    """Files of leakwatch's in the folders that are its defaults; none belongs there."""
    now = {os.path.join(folder, name) for folder in ("/dev/shm", "/tmp", os.getcwd()) if os.path.isdir(folder)
           for name in os.listdir(folder) if name.startswith("leakwatch.") or name.startswith(".leakwatch.")}
    return now if before is None else now - before


def run_all(wanted, workers):
    """The results of all jobs. What a busy machine made late, or a rare turn of events made fail, is tried once more,
    with the machine to itself: it is told, and what fails twice has failed."""
    again = []
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for job, results in zip(wanted, pool.map(lambda job: run_on(*job), wanted)):
            bad = [(name, complaints) for name, complaints, _ in results if complaints]
            if not bad:
                yield from results
                continue
            again.append(job)
            for name, complaints in bad:
                print(f"once more: {name}", *complaints, sep="\n  ", flush=True)
    for job in again:
        yield from run_on(*job)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("words", nargs="*")
    arguments.add_argument("-v", "--verbose", action="store_true")
    arguments.add_argument("-j", "--jobs", type=int, default=2)
    options = arguments.parse_args()
    began, before = time.monotonic(), strays(None)
    passed = failed = 0
    slow = []
    for name, complaints, spent in run_all(list(jobs(options.words)), options.jobs):
        if complaints is None:
            print(f"skipped {name}: {spent}")
            continue
        slow.append((spent, name))
        passed, failed = (passed + 1, failed) if not complaints else (passed, failed + 1)
        if complaints:
            print(f"FAILED {name}", *complaints, sep="\n  ")
        elif options.verbose:
            print(f"passed {name} ({spent:.2f} s)")
        sys.stdout.flush()
    for path in sorted(strays(before)):
        print(f"FAILED: {path} was left behind")
        failed += 1
    if options.verbose:
        print("slowest:", *(f"\n  {spent:.2f} s {name}" for spent, name in sorted(slow, reverse=True)[:12]))
    print(f"preload: {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
