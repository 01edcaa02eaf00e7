#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a pair of malloc and free of 64 bytes may cost: at LEAKWATCH_INTERVAL=512K, its share of the samples included, so
many instructions more than unwatched, on each allocator. Counted by callgrind, so neither the machine nor its load
matters. The last line is `N passed, N failed`."""

import os
import sys
import tempfile

from instructions import instructions_per_pair
from peers import JEMALLOC, LIBRARIES, TCMALLOC, Peer

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LEAKWATCH = os.path.join(ROOT, "out/release/libleakwatch.so")
PAIRS = os.path.join(ROOT, "out/release/perf/pairs")
BYTES = 64
# Six for malloc, six for free, and the samples, whose number is drawn: one in 8,192 pairs, a few thousand each.
MOST = {"glibc": 13, "jemalloc": 14, "tcmalloc": 14, "mimalloc": 15}
ALLOCATORS = {"glibc": (), "jemalloc": (JEMALLOC,), "tcmalloc": (TCMALLOC,),
              "mimalloc": (f"{LIBRARIES}/libmimalloc.so.2",)}


def added(allocator, scratch):
    settings = {"LEAKWATCH_INTERVAL": "512K", "LEAKWATCH_DIR": scratch, "LEAKWATCH_LIVE_DIR": scratch}
    libraries = ALLOCATORS[allocator]
    watched = instructions_per_pair(PAIRS, BYTES, Peer("watched", (LEAKWATCH, *libraries), settings))
    return watched - instructions_per_pair(PAIRS, BYTES, Peer("unwatched", libraries))


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for allocator, most in MOST.items():
            cost = added(allocator, scratch)
            good = cost <= most
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'FAILED'} a pair on {allocator}: {cost:.1f} instructions more, at most {most}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
