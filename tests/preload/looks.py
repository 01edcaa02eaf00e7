# SPDX-License-Identifier: Apache-2.0
"""What single preload tests look at in the snapshots of the process, beside what judge.py asks of all. Each takes the
snapshots of the last image, in order, and the run, and yields complaints."""
import collections
import json
import os
import subprocess

import snapshots as reading


def who_freed(taken, run):
    """4,000 blocks from one place, three quarters given back from one other place and one quarter from a third."""
    last = taken[-1]
    sites = [i for i, site in enumerate(last["sites"]) if site["allocations"]["bytes"] > 60e6]
    if len(sites) != 1:
        yield f"{len(sites)} sites allocated a lot, expected 1"
        return
    releases = sorted((r["count"] for r in last["releases"] if r["site"] == sites[0]), reverse=True)
    if len(releases) != 2:
        yield f"blocks were freed from {len(releases)} stacks, expected 2"
    elif run.interval in ("1", "4K"):  # every free is of a sample, one in eight asked for its stack
        for seen, expected in zip(releases, (3000, 1000)):
            if not 0.6 * expected < seen < 1.4 * expected:
                yield f"freed {releases} blocks from each stack, expected about 3000 and 1000"
    if any(not last["stacks"][r["stack"]]["frames"] for r in last["releases"]):
        yield "a release has no stack"


def who_made_the_threads(taken, _):
    """Five threads made in one place, three in another, all of them still there."""
    threads = [t for t in taken[-1]["threads"] if t["tid"] and t["tid"] != taken[-1]["process"]["pid"]]
    made = collections.Counter(t["made_by"] for t in threads)
    if sorted(made.values()) != [3, 5] or 0 in made:
        yield f"threads by the stack that made them: {dict(made)}, expected 5 and 3"
    if {t["stack_bytes"] for t in threads if t["stack_bytes"] != 1 << 20} - {threads[0]["stack_bytes"], threads[-1]["stack_bytes"]}:
        yield f"stacks of {[t['stack_bytes'] for t in threads]} bytes"
    if sum(t["stack_bytes"] == 1 << 20 for t in threads) != 3:
        yield "three threads were given stacks of 1 MiB, the snapshot does not say so"
    parents = {taken[-1]["threads"][t["parent"]]["tid"] for t in threads}
    if parents != {taken[-1]["process"]["pid"]}:
        yield f"threads were made by {parents}"


def all_threads_have_makers(taken, run):
    """Threads of which no record says who made them: the first, and no other. In exact mode each thread has a record."""
    threads = [t for t in taken[-1]["threads"] if t["tid"] and t["tid"] != taken[-1]["process"]["pid"]]
    orphans = sum(t["made_by"] == 0 for t in threads)
    if len(threads) < (300 if run.interval == "1" else 30) or orphans:
        yield f"{orphans} of {len(threads)} threads have no maker"


def resident(taken, _):
    """A block of 16 MiB of which 1 MiB was touched, and one that was touched as a whole."""
    seen = {s["size"]: s["resident"] for s in taken[-1]["live"] if s["size"] >= 8 << 20}
    little, whole = seen.get(16 << 20), seen.get(8 << 20)
    if little is None or not 1 << 20 <= little <= 2 << 20:
        yield f"{little} bytes of the block of 16 MiB are resident, expected one MiB"
    if whole is None or whole < (8 << 20) - 8192:
        yield f"{whole} bytes of the block of 8 MiB are resident, expected all"


def looks_on_the_receipt(taken, _):
    """Two million looks for a block's size; the quickest clock takes ten nanoseconds for one."""
    slow_ns = taken[-1]["receipt"]["slow_ns"]
    if slow_ns < 2_000_000 * 10:
        yield f"{slow_ns} ns are on the receipt, too few for two million looks"


def each_in_its_plugin(taken, run):
    """The blocks of 300 plugins that were kept, and of 50 that came after 1,800 others had gone: each by its own name."""
    last = taken[-1]

    def object_of(sample):
        stack = last["stacks"][last["sites"][sample["site"]]["stack"]]
        inside = [m["path"] for m in last["mappings"] if m["start"] < stack["frames"][0] <= m["start"] + m["length"] and
                  m["loaded_epoch"] <= stack["epoch"] and not 0 < m["unloaded_epoch"] <= stack["epoch"]]
        return os.path.basename(inside[0]).split()[0] if len(inside) == 1 else f"{len(inside)} objects"

    for size, numbers in ((80001, range(300)), (80002, range(2100, 2150))):
        seen = collections.Counter(object_of(s) for s in last["live"] if s["size"] == size)
        expected = {f"plugin_{number}" for number in numbers}
        if set(seen) - expected or (run.interval == "1" and set(seen) != expected):
            yield f"blocks of {size} bytes come from {dict(seen.most_common(5))} and {len(seen)} objects in all"


def work(taken, _):
    """Three threads ticked 1,000 times 7, and asked for a snapshot in between."""
    if [s["reason"] for s in taken] != ["request", "exit"]:
        yield f"snapshots for {[s['reason'] for s in taken]}, expected request, exit"
    done = taken[-1]["memory"][-1]["work"]
    if done != 21000:
        yield f"{done} units of work, expected 21000"


def alarm(taken, _):
    """Memory ran short after a quiet beginning."""
    if "alarm" not in [s["reason"] for s in taken]:
        yield f"snapshots for {[s['reason'] for s in taken]}, expected an alarm among them"


def children_of(run):
    """The last snapshot of each other process."""
    taken = {}
    for name in sorted(os.listdir(run.snapshots)):
        snapshot = reading.load(os.path.join(run.snapshots, name))
        if snapshot["process"]["pid"] != run.pid:
            taken[snapshot["process"]["pid"]] = snapshot
    return taken


def children_of_many(_, run):
    """Of 300 children that were over in a moment, the first 64 leave a snapshot each, and of the later ones ever fewer:
    32 of 64, 32 of 128, 6 of 44; at `auto` none, for they are not watched. The last one lives on and leaves one, too."""
    children = children_of(run)
    strangers = [pid for pid, s in children.items() if not any(b["flags"] & reading.INHERITED for b in s["live"])]
    if run.interval == "1" and strangers:
        yield f"{len(strangers)} children know nothing of what their parent has alive"
    least = 135 if run.interval == "1" else 65
    if not least <= len(children) <= least + 5:  # a busy machine makes a moment long
        yield f"{len(children)} children left a snapshot, expected {least}"


def shared_with_the_child(taken, run):
    """A child has mapped nothing itself."""
    for pid, child in children_of(run).items():
        mapped = child["memory"][-1]["mapped_bytes"]
        if mapped != 0:
            yield f"{mapped} bytes are said to be mapped by child {pid}"


MMAP = 4  # AllocKind


def mapped_by_the_program(taken, run):
    """15 regions of 20 or 21 pages, of which one is shared, and a reservation of a tebibyte with a mebibyte in use, which
    may not have been measured yet."""
    last = taken[-1]
    sizes = {s["size"] for s in last["live"] if s["kind"] == MMAP}
    if run.interval in ("1", "4K") and sizes - {81920, 86016}:
        yield f"regions of {sizes} bytes are counted, expected 81920 and 86016"
    mapped = last["memory"][-1]["mapped_bytes"]
    if run.interval in ("1", "4K") and not 0 < mapped <= 8 << 20:
        yield f"{mapped} bytes are mapped by the program, expected a few MiB at most"
    if run.interval == "1" and run.allocator == "glibc":
        command = [run.command_line_tool, "report", "--json", run.snapshots]
        report = json.loads(subprocess.run(command, capture_output=True, timeout=30).stdout)
        told = [site["evidence"] for site in report["processes"][0]["sites"] if "mapped by mmap" in site["evidence"]]
        if not told:
            yield "no site of the report says that its memory is mapped by mmap"


def nothing_mapped(taken, _):
    """The allocator's own mappings are no business of the program's."""
    regions = [s["size"] for s in taken[-1]["live"] if s["kind"] == MMAP]
    if regions or taken[-1]["memory"][-1]["mapped_bytes"]:
        yield f"regions of {regions} bytes are said to be mapped by the program"
