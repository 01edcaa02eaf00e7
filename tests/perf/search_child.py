#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a search in a copy-on-write child (LEAKWATCH_REACH=fork) costs a program of 16 MiB and one of 1 GiB: its pause
while the page tables are copied, and its page faults until the child is done: copies of pages, and pages that have come
to be its own again. A busy one writes to all its pages all the time, a calm one only before.

  make build reach-programs && python3 tests/perf/search_child.py
"""
import glob
import json
import os
import signal
import statistics
import subprocess
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests/reach"))
import run as reach  # noqa: E402

SEARCHES = 3
ENOUGH_MS = "1000000"  # between two rounds of a calm program


def faults_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return int(file.read().rpartition(")")[2].split()[7])


def told(live):
    done = subprocess.run([reach.COMMAND, "inspect", "--json", live], capture_output=True, text=True, check=False)
    return json.loads(done.stdout).get("reach") if done.returncode == 0 else None


def search(process, live):
    """Pause in ms, duration in ms, faults of the program meanwhile, flags."""
    before = (told(live) or {}).get("began_ns")
    faults = faults_of(process.pid)
    ask_again = 0
    while True:
        # The child before, if it is not gone yet, keeps a new one from being made.
        if time.monotonic() > ask_again:
            process.send_signal(signal.SIGUSR2)
            ask_again = time.monotonic() + 5
        time.sleep(0.02)
        now = told(live)
        if now and now["began_ns"] != before:
            break
    return now["pause_ns"] / 1e6, now["duration_ns"] / 1e6, faults_of(process.pid) - faults, now["flags"]


def main():
    for mib in ("16", "1024"):
        for kind, arguments in (("calm", (mib, ENOUGH_MS)), ("busy", (mib,))):
            settings = {"LEAKWATCH_REACH": "fork", "LEAKWATCH_INTERVAL": "auto", "LEAKWATCH_PERIOD": "0"}
            with reach.folder() as place, reach.running("rewrites_its_memory", place, *arguments, **settings) as process:
                live, = glob.glob(os.path.join(place, "*.live"))
                seen = [search(process, live) for _ in range(SEARCHES)]
            pause, duration, faults, _ = (statistics.median(column) for column in zip(*seen))
            cut = sum(flags & 1 for *_, flags in seen)
            print(f"{mib:>5} MiB, {kind}: pause {pause:.2f} ms, search {duration:.0f} ms, {faults:.0f} faults, "
                  f"{cut} of {SEARCHES} cut short")


if __name__ == "__main__":
    main()
