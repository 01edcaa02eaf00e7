# SPDX-License-Identifier: Apache-2.0
"""What is looked at after a watched run: a list of complaints, empty if there is nothing to say."""
import collections
import json
import os
import re
import stat
import subprocess

import looks
import snapshots as reading

SNAPSHOT_NAME = re.compile(r"leakwatch\.[\w+.-]+\.\d+(-\d+|-dump)?\.\d+\.lws")
LIVE_NAME = re.compile(r"leakwatch\.[\w+.-]+\.\d+(-\d+)?\.live")
WITNESSES = range(80000, 90000)
SURE = ("1", "4K")  # intervals at which every witness is sampled (at 4K all but one in 10^7)


def names_in(folder):
    """The program may have removed the folder."""
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def witnesses(snapshot):
    """{size: count}; of blocks inherited from a parent process the size is negative."""
    found = (s for s in snapshot["live"] if s["size"] in WITNESSES)
    return dict(collections.Counter(-s["size"] if s["flags"] & reading.INHERITED else s["size"] for s in found))


def difference(seen, expected):
    """The first lines in which two texts differ."""
    ours, theirs = seen.splitlines(), expected.splitlines()
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    return f"from line {at + 1}: {ours[at:at + 3]}, expected {theirs[at:at + 3]}"


def words(run, unwatched, case):
    """The program's own output and end, and what leakwatch said."""
    expected = case.expect or {"status": unwatched.status, "stdout": unwatched.stdout}
    if run.status != expected["status"]:
        yield f"ended with {run.status}, expected {expected['status']}"
    if run.stdout != expected["stdout"]:
        yield f"stdout {difference(run.stdout, expected['stdout'])}"
    lines = run.stderr.splitlines(keepends=True)
    ours = [line for line in lines if line.startswith("leakwatch: ")]
    own = "".join(line for line in lines if not line.startswith("leakwatch: "))
    if case.same_stderr and own != unwatched.stderr:
        yield f"stderr {difference(own, unwatched.stderr)}"
    for pattern in case.says:
        if (count := sum(bool(re.search(pattern, line)) for line in ours)) != 1:
            yield f"leakwatch said something like {pattern!r} {count} times: {ours}"
    for line in ours:
        if not any(re.search(pattern, line) for pattern in case.says + case.may_say):
            yield f"leakwatch said {line!r}"


def files(run, case):
    """Where files may be, what they may be called, and that nobody else may read them."""
    places = {run.snapshots: SNAPSHOT_NAME, run.live: LIVE_NAME, run.temporary: None, run.work: None}
    if case.in_tmpdir:
        places[run.temporary] = SNAPSHOT_NAME
    for folder, pattern in places.items():
        for name in names_in(folder):
            status = os.lstat(os.path.join(folder, name))
            if stat.S_ISLNK(status.st_mode) or (folder == run.work and name == "peak_kb") or name == "filler":
                continue
            if pattern is None or not pattern.fullmatch(name):
                if not (case.left != 0 and LIVE_NAME.fullmatch(name) and folder == run.snapshots):
                    yield f"left {name} in its {os.path.basename(folder)} folder"
            elif stat.S_IMODE(status.st_mode) != 0o600:
                yield f"{name} has mode {stat.S_IMODE(status.st_mode):o}"
    left = [name for name in names_in(run.live) if LIVE_NAME.fullmatch(name)
            and not os.path.islink(os.path.join(run.live, name))]
    if case.left is None:
        return
    surely = run.interval in SURE and case.ends != ""
    if len(left) > case.left or (surely and len(left) < case.left):
        yield f"left {len(left)} live files, expected {case.left}: {left}"


def images(snapshots):
    """Snapshots by the program that took them, each in order. One pid may have been several programs."""
    by_image = collections.defaultdict(list)
    for snapshot in snapshots:
        process = snapshot["process"]
        by_image[process["pid"], process["start_unix_ns"], process["parent_pid"]].append(snapshot)
    return [sorted(taken, key=lambda s: s["header"]["sequence"]) for _, taken in sorted(by_image.items(), key=lambda i: i[0][1])]


def accounts(snapshot, case):
    """Exact mode has no excuses: every call counted is a birth or a death in the books, and births less deaths are the
    living. The two sides are counted apart: calls per thread on the hot path, births and deaths per site."""
    drops = {drop["reason"]: drop["count"] for drop in snapshot["drops"]}
    missed = drops.get("missed_free", 0)
    if missed and case.missed_frees == "none" or not missed and case.missed_frees == "some":
        yield f"{missed} frees were missed, expected {case.missed_frees}"
    mismatches = sum(site["mismatches"] for site in snapshot["sites"])
    if mismatches != case.mismatches:
        yield f"{mismatches} mismatched frees, expected {case.mismatches}"
    if not case.quiet_end:
        return
    born = sum(site["allocations"]["samples"] for site in snapshot["sites"])
    died = sum(site["frees"]["samples"] for site in snapshot["sites"])
    alive = sum(not s["flags"] & reading.INHERITED for s in snapshot["live"])
    if born - died != alive:
        yield f"{born} born, {died} freed, but {alive} alive"
    calls = sum(thread["allocations"] for thread in snapshot["threads"])
    if calls != born:
        yield f"{calls} allocations were counted, but {born} recorded; drops {drops}"
    counted_bytes = sum(thread["allocated_bytes"] for thread in snapshot["threads"])
    born_bytes = round(sum(site["allocations"]["bytes"] for site in snapshot["sites"]))
    if calls == born and counted_bytes != born_bytes:
        yield f"{counted_bytes} bytes were counted, but {born_bytes} recorded"
    frees = sum(thread["frees"] for thread in snapshot["threads"])
    if case.missed_frees == "none" and frees != died:
        yield f"{frees} frees were counted, but {died} recorded"


def snapshots_of_main(run, case, mine):
    last = mine[-1][-1] if mine else None
    if case.ends is None:
        if last is not None and last["reason"] == "exit":
            yield "took a snapshot at exit where none should be"
        return
    if last is None:
        if case.ends:
            yield "left no snapshot"
        return
    if case.ends and last["reason"] != case.ends:
        yield f"the last snapshot was taken for {last['reason']}, expected {case.ends}"
    if bool(last["process"]["flags"] & reading.NOT_COVERED) == case.covered:
        yield f"the snapshot says by its flags that leakwatch is {'not ' if case.covered else ''}blind"
    for reason in case.drops:
        if reason not in {drop["reason"] for drop in last["drops"]}:
            yield f"no drop is counted as {reason}"
    if run.interval in SURE and case.live is not None and witnesses(last) != case.live:
        yield f"witnesses alive {witnesses(last)}, expected {case.live}"
    if last["process"]["interval"] == 1:
        yield from accounts(last, case)


def snapshots(run, case):
    folder = run.temporary if case.in_tmpdir else run.snapshots
    names = [name for name in names_in(folder) if SNAPSHOT_NAME.fullmatch(name)
             and not os.path.islink(os.path.join(folder, name))]
    taken = []
    for name in names:
        try:
            taken.append(reading.load(os.path.join(folder, name)))
        except reading.Damaged as error:
            yield f"{name} cannot be read: {error}"
    if case.most_snapshots and len(names) > case.most_snapshots:
        yield f"{len(names)} snapshots were kept, expected {case.most_snapshots} at most"
    all_images = images(taken)
    mine = [image for image in all_images if image[0]["process"]["pid"] == run.pid]
    others = [image[-1] for image in all_images if image[0]["process"]["pid"] != run.pid]
    yield from snapshots_of_main(run, case, mine)
    if case.look and mine:
        yield from getattr(looks, case.look)(mine[-1], run)
    if run.interval == "1" and case.ends == "exit" and len(mine) != case.images:
        yield f"{len(mine)} programs of the main process left snapshots, expected {case.images}"
    if run.interval == "1" and case.others is not None and len(others) != case.others:
        yield f"{len(others)} other processes left snapshots, expected {case.others}"
    if run.interval in SURE and case.others_live:
        seen = sorted((sorted(witnesses(snapshot).items()) for snapshot in others))
        expected = sorted(sorted(counts.items()) for counts in case.others_live)
        if seen != expected:
            yield f"witnesses of other processes {seen}, expected {expected}"


def peak(run, unwatched, case):
    if not case.peak_mb:
        return
    grown_kb = run.peak_kb() - unwatched.peak_kb()
    if grown_kb > case.peak_mb << 10:
        yield f"the resident peak grew by {grown_kb >> 10} MiB, at most {case.peak_mb} are allowed"


def ask_command(run, *arguments):
    """The JSON that the leakwatch command prints, or a complaint."""
    done = subprocess.run([run.command_line_tool, *arguments, "--json"], capture_output=True, timeout=30)
    if done.returncode != 0:
        return None, f"leakwatch {arguments[0]}: status {done.returncode}, {done.stderr[-300:]!r}"
    try:
        return json.loads(done.stdout), None
    except ValueError as error:
        return None, f"leakwatch {arguments[0]} --json printed no JSON: {error}"


def command_reads(run, case):
    """Our own reader must agree that every file left behind is whole, live files included, and how the process ended."""
    if not os.path.exists(run.command_line_tool):
        return
    for folder, pattern in ((run.snapshots, SNAPSHOT_NAME), (run.live, LIVE_NAME)):
        for name in names_in(folder):
            path = os.path.join(folder, name)
            if case.left is not None and pattern.fullmatch(name) and not os.path.islink(path):
                complaint = ask_command(run, "inspect", path)[1]
                if complaint:
                    yield f"{name}: {complaint}"
    if run.status < 0 and case.left == 1:
        report, complaint = ask_command(run, "report", run.live)
        if complaint or [process["ended"] for process in report["processes"]] != ["killed"]:
            yield complaint or f"reported as {[process['ended'] for process in report['processes']]}, expected killed"


def complaints(run, unwatched, case):
    yield from words(run, unwatched, case)
    yield from files(run, case)
    yield from snapshots(run, case)
    yield from peak(run, unwatched, case)
    if run.interval == "1" and run.allocator == "glibc" and isinstance(run.status, int):
        yield from command_reads(run, case)
