#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tests of `lost`: programs that lose memory in the classic ways and their good twins, in exact mode at the exit;
every kind of pointer that a careless search misses, from outside; and a program that moves its pointers about while it
is looked at. `run.py WORD…` runs those whose names contain one of the words. REACH_REPORTS (default 3) reports are made
of the moving program. The last line is `N passed, N failed`.
"""
import contextlib
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAMS = os.path.join(ROOT, "out/release/reach")
SOURCES = os.path.join(ROOT, "tests/reach/programs")
LIBRARY = os.path.join(ROOT, "out/release/libleakwatch.so")
COMMAND = os.path.join(ROOT, "out/release/leakwatch")
TIMEOUT_S = 60
NOT_TWINS = ("keeps_in_every_way", "shuffles_pointers", "plugin_with_state", "ends_beside_a_thread",
             "rewrites_its_memory")


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="leakwatch-test-")
    try:
        yield path
    finally:
        shutil.rmtree(path)


def watched(place, **settings):
    return {"PATH": "/usr/bin:/bin", "LANG": "C", "LD_PRELOAD": LIBRARY, "LEAKWATCH_DIR": place,
            "LEAKWATCH_LIVE_DIR": place, "LEAKWATCH_INTERVAL": "1", **settings}


def report(*arguments):
    """All processes of a report, and what it had to complain about."""
    done = subprocess.run([COMMAND, "report", "--json", *arguments], capture_output=True, text=True, timeout=TIMEOUT_S)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"report ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)["processes"], done.stderr


def lost_findings(processes):
    found = [finding for process in processes for finding in process["findings"] if finding["verdict"] == "lost"]
    return sorted((os.path.basename(f["site"]["file"]), f["site"]["line"]) for f in found)


def marked_lines(name):
    """Places in the sources that say LOST."""
    sources = [name] + (["plugin_with_state"] if name == "plugin_is_unloaded" else [])
    places = []
    for source in sources:
        with open(os.path.join(SOURCES, source + ".cc"), encoding="utf-8") as file:
            places += [(source + ".cc", n) for n, line in enumerate(file, 1) if line.rstrip().endswith("// LOST")]
    return sorted(places)


def twin(name, life):
    with folder() as place:
        subprocess.run([os.path.join(PROGRAMS, name), life], env=watched(place), check=True, timeout=TIMEOUT_S,
                       stdout=subprocess.DEVNULL)
        processes, complaints = report(place)
        seen, expected = lost_findings(processes), marked_lines(name) if life == "bad" else []
        if complaints:
            yield complaints.strip()
        if seen != expected:
            yield f"lost are {seen}, expected {expected}"


@contextlib.contextmanager
def running(name, place, *arguments, **settings):
    with subprocess.Popen([os.path.join(PROGRAMS, name), *arguments], env=watched(place, **settings), stdout=subprocess.PIPE,
                          text=True) as process:
        try:
            if process.stdout.readline() != "ready\n":
                raise RuntimeError(f"{name} did not get ready")
            yield process
        finally:
            process.kill()


def by_way(processes):
    """{function: what is known of pointers to its blocks}"""
    ways = {}
    for site in processes[0]["sites"]:
        ways[site["site"]["function"].split("(")[0]] = (site["verdict"], site.get("reach"))
    return ways


WAYS = ("interior", "low_tag", "high_tag", "end_of_it", "mapped_table", "shared_table", "protected_table",
        "thread_local_variable", "thread_specific", "epoll_data", "timer_value", "coroutine_local")


def every_way_is_seen(*more):
    with folder() as place, running("keeps_in_every_way", place) as process:
        processes, complaints = report(str(process.pid), "--reach", "--look-every", "20", *more)
        ways = by_way(processes)
        if complaints:
            yield complaints.strip()
        for way in WAYS + (("only_in_a_register",) if more else ()):
            if ways[way][1]["held_samples"] != 1:
                yield f"{way}: {ways[way]}"
        if ways["only_in_a_register"][0] == "lost":
            yield "a block in a register is called lost"
        verdict, reach = ways["lost_control"]
        if verdict != "lost" or reach["lost_samples"] < 390:
            yield f"what nobody holds is {verdict}: {reach}"
        if ways["hidden_by_xor"][1]["lost_samples"] != 1:
            yield "a pointer hidden by XOR is seen: docs/reach.md says it is not"


def on_jemalloc_only_what_can_be_proved_is_lost():
    """What is held is never lost; of what nobody holds, some blocks may be in slots of the thread's cache."""
    with folder() as place, running("keeps_in_every_way", place,
                                    LD_PRELOAD=f"{LIBRARY}:libjemalloc.so.2") as process:
        ways = by_way(report(str(process.pid), "--reach", "--look-every", "20")[0])
        for way in WAYS:
            if ways[way][1]["held_samples"] != 1:
                yield f"{way}: {ways[way]}"
        verdict, reach = ways["lost_control"]
        if verdict != "lost" or reach["lost_samples"] < 100:
            yield f"what nobody holds is {verdict}: {reach}"


def core_file():
    """What a core file shows: all registers, and not what the kernel kept."""
    if not shutil.which("gdb"):
        print("skipped core_file: there is no gdb")
        return
    with folder() as place:
        core = os.path.join(place, "core")
        with running("keeps_in_every_way", place) as process:
            subprocess.run(["gdb", "-p", str(process.pid), "-batch", "-ex", f"gcore {core}"], check=True,
                           capture_output=True, timeout=TIMEOUT_S)
        live, = glob.glob(os.path.join(place, "*.live"))
        processes, complaints = report("--core", core, live)
        ways = by_way(processes)
        if complaints:
            yield complaints.strip()
        for way in WAYS + ("only_in_a_register",):
            held = way not in ("epoll_data", "timer_value")
            if ways[way][1]["held_samples"] != held:
                yield f"{way}: {ways[way]}"
        if ways["lost_control"][0] != "lost" or ways["lost_control"][1]["lost_samples"] < 390:
            yield f"what nobody holds is {ways['lost_control']}"
        sure = [f["confidence"] for f in processes[0]["findings"] if f["verdict"] == "lost"]
        if not sure or max(sure) > 0.95 or not ways["lost_control"][1]["kernel_unseen"]:
            yield f"what epoll may keep is called lost, so sure: {sure}"


def beside_threads_nothing_is_certain():
    with folder() as place:
        subprocess.run([os.path.join(PROGRAMS, "ends_beside_a_thread")], env=watched(place), check=True,
                       timeout=TIMEOUT_S)
        processes, complaints = report(place)
        if complaints:
            yield complaints.strip()
        sure = [f["confidence"] for f in processes[0]["findings"] if f["verdict"] == "lost"]
        if len(sure) != 1 or not 0.9 < sure[0] <= 0.96:
            yield f"lost, so sure: {sure}, expected one finding of 95 %"


def copy_on_write_child():
    """The second snapshot carries what the child found that was started with the first."""
    with folder() as place, running("keeps_in_every_way", place, LEAKWATCH_REACH="fork") as process:
        ways = {}
        deadline = time.monotonic() + TIMEOUT_S
        while "lost_control" not in ways or not ways["lost_control"][1]:
            if time.monotonic() > deadline:
                yield "no search was seen to end"
                return
            process.send_signal(signal.SIGUSR2)
            time.sleep(0.05)
            ways = by_way(report(str(process.pid))[0])
        for way in WAYS:
            reach = ways[way][1]
            if reach["held_samples"] != 1:
                yield f"{way}: {ways[way]}"
        if ways["lost_control"][0] != "lost" or ways["lost_control"][1]["lost_samples"] < 390:
            yield f"what nobody holds is {ways['lost_control']}"
        if ways["only_in_a_register"][1]["lost_samples"] != 0:
            yield "a block in a register is called lost"


def search_told_by(process, place, flag):
    """Asks for snapshots until the live file tells of a search in a child with this flag; what it tells then."""
    live, = glob.glob(os.path.join(place, "*.live"))
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        process.send_signal(signal.SIGUSR2)
        time.sleep(0.05)
        done = subprocess.run([COMMAND, "inspect", "--json", live], capture_output=True, text=True, timeout=TIMEOUT_S)
        search = json.loads(done.stdout).get("reach") if done.returncode == 0 else None
        if search and search["flags"] & flag:
            return search
    return None


CUT_SHORT, COPIED, TOO_LARGE = 1, 8, 16


def a_child_that_costs_too_many_copies_ends():
    with folder() as place, running("rewrites_its_memory", place, "128", LEAKWATCH_REACH="fork",
                                    LEAKWATCH_REACH_COPY="1M") as process:
        search = search_told_by(process, place, COPIED)
        if not search or not search["flags"] & CUT_SHORT or not search["pause_ns"]:
            yield f"the search is told as {search}"
        told = subprocess.run([COMMAND, "report", place], capture_output=True, text=True, timeout=TIMEOUT_S).stdout
        if "copy more pages meanwhile than LEAKWATCH_REACH_COPY allows" not in " ".join(told.split()):
            yield f"the report does not say why the search ended: {told}"


def a_child_that_would_pause_the_program_too_long_is_not_made():
    with folder() as place, running("rewrites_its_memory", place, "128", LEAKWATCH_REACH="fork",
                                    LEAKWATCH_REACH_PAUSE="1ms") as process:
        search = search_told_by(process, place, TOO_LARGE)
        if not search or not search["flags"] & CUT_SHORT or search["words"]:
            yield f"the search is told as {search}"


def holders_have_names():
    with folder() as place, running("keeps_in_every_way", place) as process:
        ways = by_way(report(str(process.pid), "--reach", "--look-every", "20")[0])
        for way, words in {"interior": "global g_interior (keeps_in_every_way, keeps_in_every_way.cc:25)", "mapped_table": "mapped memory",
                           "thread_local_variable": "the stack or thread-local variables of thread ",
                           "coroutine_local": "allocated in main"}.items():
            holders = [holder["holder"] for holder in ways[way][1]["held_by"]]
            if len(holders) != 1 or words not in holders[0]:
                yield f"{way} is held by {holders}"


def moving_pointers_are_not_lost():
    with folder() as place, running("shuffles_pointers", place) as process:
        for number in range(int(os.environ.get("REACH_REPORTS", "3"))):
            processes, _ = report(str(process.pid), "--reach", "--look-every", "1")
            verdict, reach = by_way(processes)["fill"]
            if verdict == "lost" or reach["lost_samples"] != 0:
                yield f"report {number}: {verdict}, {reach}"


def jobs():
    for path in sorted(glob.glob(os.path.join(SOURCES, "*.cc"))):
        name = os.path.basename(path)[:-3]
        if name not in NOT_TWINS:
            yield f"{name} bad", lambda name=name: twin(name, "bad")
            yield f"{name} good", lambda name=name: twin(name, "good")
    yield "every_way_is_seen", every_way_is_seen
    yield "every_way_is_seen with registers", lambda: every_way_is_seen("--registers")
    yield "on_jemalloc_only_what_can_be_proved_is_lost", on_jemalloc_only_what_can_be_proved_is_lost
    yield "core_file", core_file
    yield "beside_threads_nothing_is_certain", beside_threads_nothing_is_certain
    yield "copy_on_write_child", copy_on_write_child
    yield "a_child_that_costs_too_many_copies_ends", a_child_that_costs_too_many_copies_ends
    yield ("a_child_that_would_pause_the_program_too_long_is_not_made",
           a_child_that_would_pause_the_program_too_long_is_not_made)
    yield "holders_have_names", holders_have_names
    yield "moving_pointers_are_not_lost", moving_pointers_are_not_lost


def main():
    words = sys.argv[1:]
    passed = failed = 0
    for name, job in jobs():
        if words and not any(word in name for word in words):
            continue
        try:
            complaints = list(job())
        except (subprocess.SubprocessError, RuntimeError, KeyError, IndexError) as error:
            complaints = [repr(error)]
        passed, failed = (passed, failed + 1) if complaints else (passed + 1, failed)
        if complaints:
            print("\n  ".join([f"FAILED {name}", *complaints]))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
