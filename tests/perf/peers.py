# SPDX-License-Identifier: Apache-2.0
"""Who is measured: leakwatch, the tools that a user would pick instead, and the allocators without any tool."""

import os
from dataclasses import dataclass, field

LIBRARIES = "/usr/lib/x86_64-linux-gnu"
HEAPTRACK = "/usr/lib/heaptrack/libheaptrack_preload.so"
JEMALLOC = f"{LIBRARIES}/libjemalloc.so.2"
TCMALLOC = f"{LIBRARIES}/libtcmalloc.so.4"


@dataclass(frozen=True)
class Peer:
    name: str
    preload: tuple = ()             # libraries, in the order of LD_PRELOAD
    settings: dict = field(default_factory=dict)
    is_slow: bool = False           # measured in the first rounds only
    in_quick: bool = False

    def environment(self):
        preload = {"LD_PRELOAD": ":".join(self.preload)} if self.preload else {}
        return {**preload, **self.settings}

    def is_installed(self):
        return all(os.path.exists(library) for library in self.preload)


def all_peers(leakwatch, scratch, live_dir):
    """Everybody, in the order of the tables. `scratch` takes the files that the tools write."""
    sampling = {"LEAKWATCH_DIR": scratch, "LEAKWATCH_LIVE_DIR": live_dir}
    sampling_512k = {**sampling, "LEAKWATCH_INTERVAL": "512K"}
    forwarding = os.path.join(os.path.dirname(leakwatch), "perf/forward")
    jemalloc_prof = f"prof:true,lg_prof_sample:19,prof_prefix:{scratch}/jemalloc"
    return [
        Peer("unwatched", in_quick=True),
        # The same once more: how far its ratio is from 1 is the noise of this machine on this day.
        Peer("unwatched again", in_quick=True),
        Peer("leakwatch", (leakwatch,), sampling, in_quick=True),
        Peer("leakwatch 512K", (leakwatch,), sampling_512k, in_quick=True),
        Peer("jemalloc", (JEMALLOC,), in_quick=True),
        Peer("leakwatch on jemalloc", (leakwatch, JEMALLOC), sampling, in_quick=True),
        Peer("leakwatch 512K on jemalloc", (leakwatch, JEMALLOC), sampling_512k),
        # What any preload costs: one that only hands on.
        Peer("forwarding on jemalloc", (forwarding, JEMALLOC)),
        Peer("jemalloc prof 512K", (JEMALLOC,), {"MALLOC_CONF": jemalloc_prof}, in_quick=True),
        Peer("tcmalloc", (TCMALLOC,)),
        Peer("tcmalloc sampled 512K", (TCMALLOC,), {"TCMALLOC_SAMPLE_PARAMETER": "524288"}),
        # Only the half of heaptrack that runs in the program: its output is thrown away, where a user's is interpreted
        # and compressed by two more processes.
        Peer("heaptrack", (HEAPTRACK,), {"DUMP_HEAPTRACK_OUTPUT": "/dev/null"}, is_slow=True, in_quick=True),
        Peer("tcmalloc heap profile", (TCMALLOC,), {"HEAPPROFILE": f"{scratch}/tcmalloc"}, is_slow=True),
    ]
