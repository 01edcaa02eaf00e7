# SPDX-License-Identifier: Apache-2.0
"""Instructions for one pair of malloc and free, counted by callgrind: the same number on any machine, busy or idle.

Two runs that differ in nothing but the number of pairs; start-up and end fall out of the difference. But by chance, by
which samples are drawn, these alone differ by half a million instructions: so there must be many pairs."""

import re
import subprocess

from measure import Failed, clean_environment

FEW, MANY = 100_000, 2_000_000


def instructions_of(command, settings):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                         env=clean_environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    collected = re.search(rb"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not collected:
        raise Failed(f"callgrind ended with {run.returncode}")
    return int(collected.group(1))


def instructions_per_pair(program, size, peer, many=MANY):
    def count(pairs):
        return instructions_of([program, str(pairs), str(size)], {"LEAKWATCH_PERIOD": "0", **peer.environment()})
    return (count(many) - count(FEW)) / (many - FEW)
