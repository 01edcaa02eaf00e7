# SPDX-License-Identifier: Apache-2.0
"""How it is measured: processes with their cpu and wall time, rounds that interleave the peers, medians of ratios.

Every round runs each peer once, and a ratio is only ever taken between two runs of the same round, so that a machine
that gets slower in the course of an hour slows down both sides. The order rotates from round to round."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median, quantiles

SLOW_ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """Seconds for one operation, or for one run of a program."""
    cpu_s: float
    wall_s: float


class Failed(Exception):
    """The program did not come to its proper end under this peer."""


def clean_environment(settings):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C", **settings}


def run_process(command, settings, stdin=os.devnull):
    """Runs a command to its end. Its cost includes the processes that it started and waited for."""
    with open(stdin, "rb") as script:
        started = time.monotonic()
        process = subprocess.Popen(command, env=clean_environment(settings), stdin=script, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{command[0]} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall_s)


def run_loop(command, settings):
    """Runs one of the programs in tests/perf/*.cc, which measure themselves and print a line of counts."""
    run = subprocess.run(command, env=clean_environment(settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    words = run.stdout.decode().split()
    counts = dict(zip(words[::2], words[1::2]))
    if run.returncode != 0 or "operations" not in counts:
        raise Failed(f"{command[0]} ended with {run.returncode}")
    operations = int(counts["operations"])
    return Cost(int(counts["cpu_ns"]) / operations / 1e9, int(counts["wall_ns"]) / operations / 1e9)


@dataclass(frozen=True)
class Ratio:
    """A peer's cost divided by its baseline's: the median over the rounds, and half the distance of the quartiles."""
    median: float
    spread: float


def ratio_of(numerators, denominators):
    """Pairs up what was measured in the same round; a round in which one of the two is missing does not count."""
    pairs = [above / below for above, below in zip(numerators, denominators) if above and below]
    if not pairs:
        return None
    spread = (quantiles(pairs, n=4)[2] - quantiles(pairs, n=4)[0]) / 2 if len(pairs) > 1 else 0.0
    return Ratio(median(pairs), spread)


def measure_interleaved(workload, peers, rounds):
    """{row: {peer's name: [Cost or None per round]}}. A peer that fails once is not asked again."""
    costs = {row: {peer.name: [None] * rounds for peer in peers} for row in workload.rows}
    broken = set()
    for number in range(rounds):
        for peer in peers[number % len(peers):] + peers[:number % len(peers)]:
            if peer.name in broken or (peer.is_slow and number >= SLOW_ROUNDS):
                continue
            try:
                for row, cost in workload.run(peer).items():
                    costs[row][peer.name][number] = cost
            except Failed as failure:
                broken.add(peer.name)
                print(f"  {workload.name} under {peer.name}: {failure}", file=sys.stderr)
    return costs
