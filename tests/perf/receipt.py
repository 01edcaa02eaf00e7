#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the receipt right? What leakwatch says of its own time in its last snapshot, beside what perf saw of the same run.

perf interrupts the program four thousand times a second of its CPU time and keeps the stack. A stack that leads through
leakwatch's slow path counts, whoever was at work at its end: leakwatch, the kernel or the clock for it, or the program's
allocator giving a sample its block. Snapshots, the start and the end count on neither side: these are told by numbers
of their own. Nor do the doors, which every call pays and the receipt makes no claim to; they are shown beside.

    tests/perf/receipt.py [--seconds N]       prints a table; needs perf, and the right to use it
"""
import argparse
import glob
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "checks"))
from measure import clean_environment  # noqa: E402
from read_snapshot import read_snapshot  # noqa: E402
from server_loads import RedisLoad, free_port, stay_on_cpu  # noqa: E402

INTERVALS = ["auto", "4K", "1"]
EVERY_NS = 250_000
LIBRARY = "libleakwatch.so"
ELSEWHERE = ("lw::take_snapshot", "lw::take_last_snapshot", "lw::search_", "lw::start_stacks", "lw::start_watching",
             "lw::stop_watching", "wake")


def recorded(data, settings, command):
    """`env`, because perf itself is not to be watched."""
    return ["perf", "record", "-q", "-e", "task-clock", "-c", str(EVERY_NS), "--call-graph", "dwarf,2048", "-o", data,
            "--", "env", *(f"{name}={value}" for name, value in settings.items()), *command]


class Churn:
    name = "churn, 1 thread"

    def run(self, data, settings, seconds, _):
        subprocess.run(recorded(data, settings, ["out/release/perf/churn", f"{seconds}s", "1"]), check=True,
                       env=clean_environment({}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Redis:
    name = "redis SET"

    def run(self, data, settings, seconds, folder):
        load, port = RedisLoad(0), free_port()
        perf = subprocess.Popen(recorded(data, settings, load.command(port, folder)), cwd=folder,
                                env=clean_environment({}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                preexec_fn=lambda: stay_on_cpu(0))
        load.wait_until_ready(perf, port)
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            load.ask("redis SET", port, 100_000)
        subprocess.run(["redis-cli", "-p", str(port), "shutdown", "nosave"], stdout=subprocess.DEVNULL, check=True)
        perf.wait()


def stacks_of(data):
    """Of each interruption [(function, object), …], innermost first."""
    told = subprocess.run(["perf", "script", "-i", data, "--no-inline", "-F", "ip,sym,dso"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout.decode(errors="replace")
    for block in told.split("\n\n"):
        frames = [line.split(None, 1)[1].rpartition(" (") for line in block.splitlines() if line.endswith(")")]
        if frames:
            yield [(function, os.path.basename(place[:-1])) for function, _, place in frames]


def kind_of(stack):
    """Where the time goes: program, doors, look-ups (of blocks that only look like samples, before the live set is asked),
    slow, allocator (the same, but at work in the allocator), elsewhere. Stacks are kept for two kibibytes, which libunwind
    alone may fill."""
    ours = [function for function, place in stack if place == LIBRARY]
    if not ours:
        return "slow" if any(place.startswith("libunwind") for _, place in stack) else "program"
    if any(function.startswith(ELSEWHERE) or "::wake" in function for function in ours):
        return "elsewhere"
    inner = [function for function in ours if "lw::" in function or "_slowly" in function or "look_up" in function]
    if not inner:
        return "doors" if stack[0][1] == LIBRARY else "program"
    if any("look_for_placed" in function for function in inner):
        return "slow"
    if any("shown_usable_size" in function for function in inner):
        return "look-ups"
    if any("look_up" in function for function in inner) and not any("free_sample" in function for function in inner):
        return "look-ups"
    user = next(place for _, place in stack if place != "[kernel.kallsyms]")
    return "allocator" if user.startswith(("libc.so", "libjemalloc")) and not is_clock(stack) else "slow"


def is_clock(stack):
    return any("clock_gettime" in function for function, _ in stack)


def last_receipt(folder):
    newest = max(glob.glob(f"{folder}/*.lws"), key=os.path.getmtime)
    with open(newest, "rb") as file:
        return read_snapshot(file.read(), sys.exit)["receipt"]


def walks_end_in_the_allocator(stacks):
    """In some runs perf finds no way out of libc, and gives what was called by leakwatch to nobody."""
    inside = [stack for stack in stacks if stack[0][1].startswith("libc.so")]
    return sum(len(stack) == 1 for stack in inside) > len(inside) / 10


def measure(program, interval, seconds):
    for _ in range(6):
        row = measure_once(program, interval, seconds)
        if row:
            return row
    raise SystemExit("perf cannot walk out of libc here; see perf-record(1), --call-graph")


def measure_once(program, interval, seconds):
    with tempfile.TemporaryDirectory() as folder:
        settings = {"LD_PRELOAD": os.path.abspath(f"out/release/{LIBRARY}"), "LEAKWATCH_DIR": folder,
                    "LEAKWATCH_INTERVAL": interval}
        data = f"{folder}/perf.data"
        program.run(data, settings, seconds, folder)
        stacks = list(stacks_of(data))
        if walks_end_in_the_allocator(stacks):
            return None
        counts = {}
        for stack in stacks:
            kind = kind_of(stack)
            counts[kind] = counts.get(kind, 0) + EVERY_NS * 1e-9
        receipt = last_receipt(folder)
    total_s = sum(counts.values())
    seen_s, told_s = counts.get("slow", 0) + counts.get("allocator", 0), receipt["slow_ns"] * 1e-9
    share = [100 * counts.get(kind, 0) / total_s for kind in ("allocator", "look-ups", "doors")]
    return (f"| {program.name} | {interval} | {receipt['samples']:,} | {100 * told_s / total_s:.2f} % | "
            f"{100 * seen_s / total_s:.2f} % | {told_s / seen_s if seen_s else 0:.2f} | {share[0]:.2f} % | "
            f"{share[1]:.2f} % | {share[2]:.2f} % |")


def main():
    parser = argparse.ArgumentParser(description="The receipt beside what perf sees.")
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    print("| program | interval | samples | receipt | perf | receipt ÷ perf | of perf's, in the allocator | lookalikes let "
          "go on | doors |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for program in (Churn(), Redis()):
        for interval in INTERVALS:
            print(measure(program, interval, seconds), flush=True)


if __name__ == "__main__":
    main()
