#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a site of a large input may cost the analyzer in memory: 20 processes with 1,000 sites of five live samples and ten
snapshots each, against one such process. A peak of resident memory is the same in each run to some hundred KiB, however
busy the machine is. The last line is `N passed, N failed`."""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LEAKWATCH = os.path.join(ROOT, "out/release/leakwatch")
MANY_SNAPSHOTS = os.path.join(ROOT, "out/release/perf/many_snapshots")
PROCESSES, SITES, SNAPSHOTS = 20, 1000, 10
DEPTH, LIVE = 40, 5
# It takes 1,730 (2,090 before the program's symbols are in the cache), and took 3,600 when each site's assessment had room
# for what few have and each named stack its own list of frames.
MOST_BYTES = 2300


def make_input(folder, processes):
    os.mkdir(folder)
    numbers = (processes * SNAPSHOTS, processes * SITES, DEPTH, SNAPSHOTS, LIVE)
    subprocess.run([MANY_SNAPSHOTS, folder] + [str(number) for number in numbers], check=True)
    return folder


def peak_bytes(cache, *words):
    """Of one run, whose output is not looked at."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    child = subprocess.Popen([LEAKWATCH, *words], stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"leakwatch {' '.join(words)} ended with {status}")
    return usage.ru_maxrss * 1024


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        one, many = make_input(f"{scratch}/one", 1), make_input(f"{scratch}/many", PROCESSES)
        peak_bytes(scratch, "report", many)  # reading debug data takes memory too, but once: its names are in the cache now
        for view in ("report", "top"):
            site = (peak_bytes(scratch, view, many) - peak_bytes(scratch, view, one)) / ((PROCESSES - 1) * SITES)
            good = site <= MOST_BYTES
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'NOT'}: a site takes {view} {site:.0f} bytes, at most {MOST_BYTES}")
    print(f"{passed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main())
