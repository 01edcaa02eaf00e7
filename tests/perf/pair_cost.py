#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a pair of malloc and free of 64 bytes, or of 2,000, may cost: at LEAKWATCH_INTERVAL=512K, its share of the samples
included, so many instructions more than unwatched, on each allocator; the same for other calls than malloc; and what a
pair of mmap and munmap may, hardly ever sampled and beside twenty regions that are known. Counted by callgrind, so
neither the machine nor its load matters. The last line is `N passed, N failed`."""

import os
import sys
import tempfile

from instructions import MANY, instructions_per_pair
from peers import JEMALLOC, LIBRARIES, TCMALLOC, Peer

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LEAKWATCH = os.path.join(ROOT, "out/release/libleakwatch.so")
PAIRS = os.path.join(ROOT, "out/release/perf/pairs")
MAPPING_PAIRS = os.path.join(ROOT, "out/release/perf/mapping_pairs")
BYTES = 64
# Six for malloc, six for free, and the samples, whose number is drawn: one in 8,192 pairs, a few thousand each.
MOST = {"glibc": 13, "jemalloc": 14, "tcmalloc": 14, "mimalloc": 15}
# One in 262, and a block that may begin a page.
LARGER_BYTES = 2000
MOST_OF_LARGER = {"jemalloc": 30, "tcmalloc": 30}
# One product more, or the alignment to be looked at; new and delete spare libstdc++'s own way to malloc and free.
MOST_OF_CALL = {"calloc": 18, "posix_memalign": 21, "new": 13}
MOST_OF_MAPPING = 500  # beside some microseconds that the two system calls take
MAPPINGS = 300_000
ALLOCATORS = {"glibc": (), "jemalloc": (JEMALLOC,), "tcmalloc": (TCMALLOC,),
              "mimalloc": (f"{LIBRARIES}/libmimalloc.so.2",)}


def added(program, size, libraries, interval, scratch, many=MANY, call=()):
    settings = {"LEAKWATCH_INTERVAL": interval, "LEAKWATCH_DIR": scratch, "LEAKWATCH_LIVE_DIR": scratch}
    watched = instructions_per_pair(program, size, Peer("watched", (LEAKWATCH, *libraries), settings), many, call)
    return watched - instructions_per_pair(program, size, Peer("unwatched", libraries), many, call)


def costs(scratch):
    for allocator, most in MOST.items():
        yield f"a pair on {allocator}", most, added(PAIRS, BYTES, ALLOCATORS[allocator], "512K", scratch)
    for allocator, most in MOST_OF_LARGER.items():
        cost = added(PAIRS, LARGER_BYTES, ALLOCATORS[allocator], "512K", scratch)
        yield f"a pair of {LARGER_BYTES} bytes on {allocator}", most, cost
    for call, most in MOST_OF_CALL.items():
        yield f"a pair of {call} and {'delete' if call == 'new' else 'free'}", most, added(PAIRS, BYTES, (), "512K", scratch, MANY // 4, (call,))
    yield "a pair of mmap and munmap", MOST_OF_MAPPING, added(MAPPING_PAIRS, 4096, (), "64M", scratch, MAPPINGS)


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, most, cost in costs(scratch):
            good = cost <= most
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'FAILED'} {name}: {cost:.1f} instructions more, at most {most}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
