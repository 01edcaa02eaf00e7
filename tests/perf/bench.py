# SPDX-License-Identifier: Apache-2.0
"""The benchmark from end to end: measure, print, and put the tables into docs/overhead.md. Started by bench.sh."""

import argparse
import datetime
import os
import platform
import re
import shutil
import sys
import tempfile

import tables
from chart import chart
from instructions import instructions_per_pair
from measure import Failed, measure_interleaved, ratio_of
from peers import all_peers
from workloads import Loop, all_workloads

DOCUMENT, PICTURE = "docs/overhead.md", "docs/overhead.svg"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
CHARTED = ["leakwatch", "leakwatch on jemalloc", "jemalloc prof 512K", "tcmalloc sampled 512K", "heaptrack"]
COUNTED_SIZE = 64
COUNTED_PEERS = ["unwatched", "leakwatch 512K", "jemalloc", "leakwatch 512K on jemalloc", "jemalloc prof 512K"]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench.sh", description="What leakwatch costs, beside its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, peers and workloads: about two minutes")
    parser.add_argument("--rounds", type=int, help="how often everything is measured (default: 7, quick: 3)")
    parser.add_argument("--only", default="", metavar="TEXT", help="workloads whose name contains TEXT")
    parser.add_argument("--peers", default="", metavar="A,B", help="these peers only, besides the unwatched program")
    parser.add_argument("--stdout", action="store_true", help=f"leave {DOCUMENT} as it is")
    parser.add_argument("--build", default="out/release", help="folder of libleakwatch.so and perf/")
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 7)
    return arguments


def chosen_peers(arguments, scratch, live_dir):
    wanted = set(filter(None, arguments.peers.split(",")))
    chosen = []
    for peer in all_peers(os.path.abspath(f"{arguments.build}/libleakwatch.so"), scratch, live_dir):
        if peer.name != "unwatched" and (peer.name not in wanted if wanted else arguments.quick and not peer.in_quick):
            continue
        if peer.is_installed():
            chosen.append(peer)
        else:
            print(f"{peer.name} is left out: one of {', '.join(peer.preload)} is missing", file=sys.stderr)
    return chosen


def chosen_workloads(arguments, scratch):
    return [workload for workload in all_workloads(f"{arguments.build}/perf", scratch, arguments.quick)
            if arguments.only in workload.name and (workload.in_quick or not arguments.quick)]


def measure_all(workloads, peers, rounds):
    costs, loops = {}, []
    for number, workload in enumerate(workloads, 1):
        print(f"[{number}/{len(workloads)}] {workload.name}", file=sys.stderr)
        costs.update(measure_interleaved(workload, peers, rounds))
        if isinstance(workload, Loop):
            loops += workload.rows
    return costs, loops


def count_pairs(arguments, peers):
    if not shutil.which("valgrind") or arguments.only not in f"pair of {COUNTED_SIZE} B":
        return {}
    print(f"instructions for a pair of {COUNTED_SIZE} B", file=sys.stderr)
    counts = {}
    # Without the slow ones: heaptrack takes itself out of valgrind's launcher, before the program has even started.
    for peer in (peer for peer in peers if not peer.is_slow):
        try:
            counts[peer.name] = instructions_per_pair(f"{arguments.build}/perf/pairs", COUNTED_SIZE, peer)
        except Failed as failure:
            print(f"  under {peer.name}: {failure}", file=sys.stderr)
    return counts


def count_programs(arguments, workloads, peers):
    """{row: {peer's name: instructions}} of what people run, at an interval that does not depend on the time."""
    if not shutil.which("valgrind") or arguments.quick:
        return {}
    counts = {}
    for workload in workloads:
        if not workload.counted:
            continue
        print(f"instructions of {workload.name}", file=sys.stderr)
        for peer in (peer for peer in peers if peer.name in COUNTED_PEERS):
            try:
                for row, count in workload.instructions(peer).items():
                    counts.setdefault(row, {})[peer.name] = count
            except Failed as failure:
                print(f"  under {peer.name}: {failure}", file=sys.stderr)
    return counts


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    with open("/etc/os-release", encoding="utf-8") as file:
        system = re.search(r'PRETTY_NAME="(.*)"', file.read())
    return ", ".join([f"{os.cpu_count()} × {model.group(1) if model else platform.machine()}",
                      system.group(1) if system else platform.system(), "Linux " + platform.release(),
                      " ".join(platform.libc_ver()), f"load average {os.getloadavg()[2]:.1f} at the end"])


def findings(arguments, costs, loops, pairs, programs):
    """Everything that was measured, as Markdown."""
    command = ("BENCH_QUICK=1 " if arguments.quick else "") + "make bench"
    parts = [f"Measured {datetime.date.today()} by `{command}` on {machine()}; {arguments.rounds} rounds.",
             "### CPU time, as a multiple of the unwatched program's", tables.ratio_table(costs, tables.TOOLS, "cpu_s"),
             "### Wall-clock time, as a multiple of the unwatched program's",
             tables.ratio_table(costs, tables.TOOLS, "wall_s")]
    if loops:
        parts += ["### Nanoseconds of CPU added to one operation", tables.added_table(costs, tables.TOOLS, loops)]
    if pairs:
        parts += [f"### Instructions for one pair of malloc and free of {COUNTED_SIZE} B",
                  tables.instruction_table(pairs, tables.TOOLS)]
    if programs:
        parts += ["### Instructions of a whole program, or of a server for one request",
                  tables.program_instruction_table(programs, tables.TOOLS)]
    if tables.measured(tables.ALLOCATORS, costs):
        parts += ["### CPU time on another allocator, as a multiple of the unwatched program's on glibc's",
                  tables.ratio_table(costs, tables.ALLOCATORS, "cpu_s")]
    return "\n\n".join(parts)


def picture(costs, peers):
    names = {peer.name for peer in peers}
    columns = [column for column in tables.TOOLS if column.peer in CHARTED and column.peer in names]
    columns.sort(key=lambda column: CHARTED.index(column.peer))

    def median_of(row, column):
        ratio = ratio_of(tables.seconds_of(row[column.peer], "cpu_s"), tables.seconds_of(row[column.over], "cpu_s"))
        return ratio and ratio.median

    series = [(name, [(column.title(), median_of(row, column)) for column in columns]) for name, row in costs.items()]
    return chart("CPU time, as a multiple of the unwatched program's", series)


def write_into_document(text):
    with open(DOCUMENT, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main():
    arguments = parse_arguments()
    shared_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory(dir=shared_memory) as live_dir:
        peers = chosen_peers(arguments, scratch, live_dir)
        workloads = chosen_workloads(arguments, scratch)
        costs, loops = measure_all(workloads, peers, arguments.rounds)
        pairs = count_pairs(arguments, peers)
        programs = count_programs(arguments, workloads, peers)
    if not costs:
        sys.exit(f"bench: no workload is named like '{arguments.only}'")
    text = findings(arguments, costs, loops, pairs, programs)
    print(text)
    if not arguments.stdout:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(picture(costs, peers))
        write_into_document(text)


if __name__ == "__main__":
    main()
