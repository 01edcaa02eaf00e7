#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the receipt right? What leakwatch says of its own CPU time in a snapshot, beside what perf saw of the same run.

perf interrupts the program some thousand times a second of CPU time and keeps the stack. Those stacks that have come to
leakwatch's slow path are the truth, whoever was at work: leakwatch itself, the kernel or the clock for it, or the
program's allocator giving the sample its block. What every call pays (the doors) and snapshots are counted apart; the
receipt has no claim to the first, and a line of its own for the second.

    tests/perf/receipt.py [--seconds N]       prints a table; needs perf and the right to use it
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile

from measure import clean_environment
from peers import all_peers
from server_loads import RedisLoad, ServerLoad

INTERVALS = ["auto", "4K", "1"]
LIBRARY = "libleakwatch.so"
PER_SECOND = 3989  # a prime, so that nothing periodic keeps step with it

# How the stacks are told apart, by the first of these that is in one.
DUMPS = ("lw::take_snapshot", "lw::take_last_snapshot", "lw::search_at_exit", "lw::search_in_fork")
STARTS = ("lw::start_stacks", "lw::start_watching", "wake", "start_watching", "last_words")


def perf_record(data):
    return ["perf", "record", "-q", "-e", "task-clock", "-F", str(PER_SECOND), "--call-graph", "dwarf,2048", "-o", data,
            "--"]


class Churn:
    name = "churn, 2 threads"

    def __init__(self, seconds):
        self.seconds = seconds

    def run(self, data, environment):
        subprocess.run([*perf_record(data), "out/release/perf/churn", f"{self.seconds}s", "2"], check=True,
                       env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Redis(RedisLoad):
    name = "redis SET"
    rows = ["redis SET"]

    def __init__(self, seconds):
        super().__init__(int(seconds * 500_000))

    def run(self, data, environment):
        self.data, self.environment_ = data, environment
        ServerLoad.run(self, self)

    is_slow = False

    def environment(self):
        return self.environment_

    def command(self, port, directory):
        return [*perf_record(self.data), *super().command(port, directory)]


def stacks_of(data):
    """Of each interruption [(function, object), …], innermost first."""
    told = subprocess.run(["perf", "script", "-i", data, "--no-inline", "-F", "ip,sym,dso"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout.decode(errors="replace")
    for block in told.split("\n\n"):
        frames = []
        for line in block.splitlines():
            words = line.split(None, 1)
            if len(words) == 2 and words[1].endswith(")"):
                function, _, place = words[1].rpartition(" (")
                frames.append((function.strip(), os.path.basename(place[:-1])))
        if frames:
            yield frames
"""
"""
