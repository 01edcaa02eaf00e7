#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`leakwatch watch` in a real terminal (tmux) and in lines, on a real leaky service under load, and what else a terminal
decides: the pager. Each test is a sentence; `run.py WORD…` runs those that contain one of the words. The last line is
`N passed, N failed`.
"""
import concurrent.futures
import contextlib
import glob
import json
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schema"))
from scene import (BUILT, COMMAND, LEAK, PATIENCE_S, Unexpected, is_as_it_was, place, terminal, wait_for, watched,
                   watched_on_screen)
from validate import mistakes


# --- the screen ----------------------------------------------------------------------------------------------------------

def test_the_leak_is_on_top_of_the_screen_with_its_curve_and_the_keys_at_the_bottom():
    with watched_on_screen() as (there, service, shown):
        seen = shown.sees(r"leaks?, the fastest|1 leak — ")
        lines = seen.split("\n")
        assert f"pid {service.pid}" in lines[0] and "running" in lines[0], lines[0]
        assert "RSS" in seen and "█ alive" in seen, seen
        first = next(line for line in lines if "remember" in line and line.startswith("!"))
        assert re.search(r"[▁▂▃▄▅▆▇█]{8}", first) and "MiB" in first, first
        assert " q  quit" in lines[23] and " ?  help" in lines[23], lines[23]
        assert max(len(line) for line in lines) <= 80, seen
        shown.press("q")
        is_as_it_was(shown, there)


def test_keys_sort_open_mark_find_and_explain():
    with watched_on_screen() as (there, _, shown):
        shown.sees(r"course +alive ▼")
        shown.press("5")
        shown.sees(r"growth ▼")
        shown.press("?")
        shown.sees(r"ctrl-C +quit, from everywhere")
        shown.press("q")
        shown.press("Home", "Enter")
        shown.sees(r"growing, [0-9.]+ % sure")
        shown.press("End")
        shown.sees(r"stack \d+ of \d+ · ")
        shown.sees(r"▸ ")
        shown.press("Escape")
        shown.press("m")
        shown.sees(r"since mark, .*▼")
        shown.sees(r"! .*\+[0-9.]+ [KM]iB ±.*:22", "what came since the mark")
        shown.press("u")
        shown.sees(r"growth ▼")
        shown.press("/")
        shown.press("-l", "lrucache")
        shown.press("Enter")
        shown.sees(r"\A(?!(?s:.*)remember:)(?s:.*)LruCache", "the leak filtered away")
        shown.press("Escape")
        shown.sees(r"! .*remember")
        shown.press("Space")
        shown.sees(r"held at ")
        shown.press("Space", "t")
        shown.sees(r"watched for ")
        shown.press("p")
        shown.sees(r"all together")
        shown.press("Escape", "q")
        is_as_it_was(shown, there)


def test_the_screen_follows_the_size_of_its_terminal():
    with watched_on_screen() as (there, _, shown):
        shown.tmux("resize-window", "-t", "t", "-x", "200", "-y", "50")
        # A terminal paints from the top down, and may be looked at in the middle of it.
        shown.sees(r"verdict +place(?s:.*)growing.*session_registry\.h:22")
        shown.sees(r"\A(.*\n){49}.* q  quit", "the keys in the last line")
        shown.tmux("resize-window", "-t", "t", "-x", "40", "-y", "10")
        shown.sees(r"course +alive ▼(?s:.*) q  quit")
        assert max(len(line) for line in shown.screen().split("\n")) <= 40
        shown.tmux("resize-window", "-t", "t", "-x", "80", "-y", "24")
        shown.sees(r"█ alive")
        shown.press("q")
        is_as_it_was(shown, there)


def test_a_killed_process_leaves_its_last_view_and_how_it_ended():
    with watched_on_screen() as (there, service, shown):
        service.kill()
        seen = shown.sees(r"killed after .*: it did not get to its exit")
        assert LEAK in seen, seen
        shown.press("Enter")
        shown.sees(r"growing, [0-9.]+ % sure")
        shown.press("q", "q")
        is_as_it_was(shown, there)


def test_a_process_that_exits_is_said_to_have_ended_by_itself():
    with watched_on_screen() as (there, service, shown):
        service.terminate()
        shown.sees(r"exited after ")
        shown.press("q")
        is_as_it_was(shown, there)


def watcher_of(there):
    listed = subprocess.run(["pgrep", "-f", f"^{COMMAND} watch"], capture_output=True, text=True, check=False).stdout
    for pid in listed.split():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
            if f"LEAKWATCH_DIR={there.path}".encode() in file.read():
                return int(pid)
    return None


def test_signals_that_end_it_leave_the_terminal_as_it_was():
    with watched_on_screen() as (there, service, shown):
        for how in (signal.SIGTERM, signal.SIGHUP, None):
            if how is None:
                shown.press("C-c")
            else:
                os.kill(wait_for("the watcher", lambda: watcher_of(there)), how)
            is_as_it_was(shown, there)
            shown.run("clear")
            if how is not None:
                shown.run(f"{COMMAND} watch {service.pid} --every 500ms")
                shown.sees(r"! .*remember", "the leak in the table again")


def test_it_can_be_stopped_and_resumed():
    with watched_on_screen() as (there, _, shown):
        shown.press("C-z")
        wait_for("the alternate screen to be left", lambda: not shown.in_alternate_screen())
        shown.run("stty -a | diff before - && echo 'the' same")
        shown.sees(r"\nthe same\n")
        shown.run("fg")
        shown.sees(r"! .*remember", "the leak in the table again")
        shown.press("q")
        is_as_it_was(shown, there)


def test_colours_are_for_those_who_want_them():
    for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        with watched_on_screen(**environment) as (_, _, shown):
            codes = shown.screen("-e")
            assert bool(re.search(r"\033\[(\d+;)*3[1-7]m", codes)) == coloured, codes


def test_without_unicode_the_screen_is_ascii():
    with watched_on_screen(LC_ALL="C") as (there, _, shown):
        seen = shown.screen()
        assert seen.isascii() and "#" in seen, seen
        shown.press("q")
        is_as_it_was(shown, there)


def test_a_folder_shows_its_processes_and_those_that_come():
    with place() as there, terminal(there) as shown:
        first = there.service("--without-leaks", load=False)
        shown.run("stty -a >before")
        shown.run(f"{COMMAND} watch {there.path} --every 500ms")
        shown.sees(rf"pid {first.pid}|1 process")
        second = there.service()
        shown.press("p")
        shown.sees(rf"leaky_service +{second.pid} ")
        seen = shown.sees(rf"leaky_service +{second.pid} .*leak", "the verdict on the second")
        assert re.search(rf"leaky_service +{first.pid} ", seen) and "all together" in seen, seen
        shown.press("Home", "Enter")
        shown.sees(r"2 processes together")
        shown.sees(r"! .*remember")
        shown.press("q")
        is_as_it_was(shown, there)


# --- the pager -----------------------------------------------------------------------------------------------------------

def lines_on(shown):
    return shown.screen().rstrip("\n").split("\n")


def test_what_is_longer_than_the_screen_goes_through_a_pager_which_leaves_the_terminal_as_it_was():
    with place() as there, terminal(there) as shown:
        service = there.service(load=False, LEAKWATCH_INTERVAL="1")
        shown.run("stty -a >before; clear")
        shown.run(f"{COMMAND} sites {service.pid}")
        wait_for("the pager to wait for a key", lambda: lines_on(shown)[-1] == ":" and len(lines_on(shown)) == 24)
        first = lines_on(shown)
        assert "leaky_service" in first[0] or "leaky_service" in first[1], first
        shown.press("Space")
        wait_for("its second page", lambda: len(lines_on(shown)) == 24 and lines_on(shown)[0] != first[0])
        assert re.search(r"\033\[(\d+;)*\d*m", shown.screen("-e")), "the colours are lost on the way"
        shown.press("q")
        shown.run("echo left with $?")
        shown.sees(r"\nleft with 0\n")
        is_as_it_was(shown, there)


def test_there_is_no_pager_for_what_fits_for_a_pipe_and_for_who_wants_none():
    with place() as there, terminal(there) as shown:
        service = there.service(load=False, LEAKWATCH_INTERVAL="1")
        for number, command in enumerate((
                f"{COMMAND} top -n 3 {service.pid}", f"{COMMAND} sites {service.pid} | cat",
                f"PAGER=cat {COMMAND} sites {service.pid}", f"PAGER= {COMMAND} sites {service.pid}",
                f"PAGER=/nowhere/less {COMMAND} sites {service.pid}")):
            shown.run(f"{command}; echo end of {number}, status $?")
            shown.sees(rf"(?m)^end of {number}, status 0$", f"the end of {command}")


# --- lines ---------------------------------------------------------------------------------------------------------------

def test_lines_tell_of_a_finding_once_and_of_the_end():
    with place() as there:
        service = there.service()
        watcher = there.watch(service.pid)
        wait_for("the leak", lambda: re.search(rf"^\S+Z leaky_service\[{service.pid}\] appears growing {LEAK}.*: "
                                               r"[0-9.]+ MiB/min \([0-9.]+ to [0-9.]+\), .* sure$", there.said(), re.M))
        service.kill()
        assert watcher.wait(PATIENCE_S) == 0
        lines = there.said().splitlines()
        assert re.search(rf"\[{service.pid}\] watched: running ", lines[0]), lines
        assert re.search(r"ended: killed after .*leaks?", lines[-1]), lines
        appearances = [line.split(": ")[0].split(" ", 1)[1] for line in lines if " appears " in line]
        assert len(appearances) == len(set(appearances)), lines
        assert there.said("err") == "", there.said("err")


def test_lines_of_json_are_as_the_schema_has_them_and_hold_the_finding_of_the_report():
    with place() as there:
        service = there.service()
        watcher = there.watch(service.pid, "--json", "--for", "1h")
        wait_for("the leak", lambda: '"appears"' in there.said())
        report = json.loads(subprocess.run([COMMAND, "report", "--json", str(service.pid)], env=there.environment,
                                           capture_output=True, text=True, check=True).stdout)
        service.kill()
        assert watcher.wait(PATIENCE_S) == 0
        events = [json.loads(line) for line in there.said().splitlines()]
        wrong = list(mistakes(events, ["event"], "line"))
        assert not wrong, wrong
        assert events[0]["event"] == "watched" and events[0]["pid"] == service.pid, events[0]
        assert events[-1]["event"] == "ended" and events[-1]["ended"] == "killed", events[-1]
        assert all("finding" in event for event in events if event["event"] in ("appears", "changes")), events
        finding = next(event["finding"] for event in events if event["event"] == "appears")
        same = [f for f in report["processes"][0]["findings"] if f["site"] == finding["site"]]
        assert same and set(same[0]) == set(finding), (finding, report["processes"][0]["findings"])


def test_a_command_gets_each_finding_once_as_json():
    with place() as there:
        service = there.service()
        command = 'cat >>found; echo "$LEAKWATCH_FINDING_PID $LEAKWATCH_FINDING_PROCESS" >>who'
        watcher = there.watch(service.pid, "--on-finding", f"cd {there.path}; {command}")
        wait_for("two changes", lambda: there.said().count(" changes ") >= 2)
        service.kill()
        assert watcher.wait(PATIENCE_S) == 0
        found = [json.loads(line) for line in there.said("found").splitlines()]
        assert {f["verdict"] for f in found} == {"growing"}, found
        places = [(f["verdict"], f["site"]["function"], f["site"]["line"]) for f in found]
        assert len(places) == len(set(places)) and any(LEAK in place[1] for place in places), places
        assert there.said().count(" appears ") >= len(places), there.said()
        assert set(there.said("who").splitlines()) == {f"{service.pid} leaky_service"}, there.said("who")


def test_a_command_that_hangs_or_fails_does_not_stop_the_watching():
    with place() as there:
        service = there.service()
        # Each hangs until it is told to go on, and fails then; none reads its input.
        watcher = there.watch(service.pid, "--on-finding", f"while [ ! -e {there.path}/go ]; do sleep 0.05; done; exit 3")
        wait_for("changes while it hangs", lambda: there.said().count(" changes ") >= 2)
        open(os.path.join(there.path, "go"), "w").close()
        wait_for("its failure to be told", lambda: "ended with status 3, for " in there.said("err"))
        service.kill()
        assert watcher.wait(PATIENCE_S) == 0


def test_blocks_that_nothing_points_to_are_told_as_lost():
    with place() as there:
        service = there.service()
        there.watch(service.pid, "--reach", "--looks", "2", "--look-every", "100")
        wait_for("the lost buffers", lambda: " appears lost Service::reply_with_error" in there.said())
        assert " lost SessionRegistry" not in there.said(), there.said()


def test_watching_ends_after_its_time_and_says_what_cannot_be_watched():
    with place() as there:
        service = there.service("--without-leaks", load=False)
        watcher = there.watch(service.pid, "--for", "1s")
        assert watcher.wait(PATIENCE_S) == 0
        assert service.poll() is None and " appears " not in there.said(), there.said()
        for target, status, words in ((str(os.getpid()), 3, "is not watched"), ("nothing", 3, "neither the PID"),
                                      ("2000000000", 3, "there is no process")):
            watcher = there.watch(target)
            assert watcher.wait(PATIENCE_S) == status and words in there.said("err"), there.said("err")
        watcher = there.watch(service.pid, "--for", "long")
        assert watcher.wait(PATIENCE_S) == 2 and "is not a time" in there.said("err"), there.said("err")


def test_a_folder_in_lines_tells_of_processes_that_come_and_go():
    with place() as there:
        watcher = there.watch(there.path)
        service = there.service("--without-leaks", load=False)
        wait_for("the process to be seen", lambda: f"[{service.pid}] watched: running" in there.said())
        service.terminate()
        wait_for("its end", lambda: re.search(rf"\[{service.pid}\] ended: exited after ", there.said()))
        assert watcher.poll() is None
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(PATIENCE_S) == 0 and there.said("err") == "", there.said("err")


def test_a_process_is_followed_through_an_exec():
    with place() as there:
        script = "for i in {1..20000}; do a[i]=$i; done; read; exec " + os.path.join(BUILT, "examples/leaky_service")
        shell = there.start(["bash", "-c", script], stdin=subprocess.PIPE, **watched())
        wait_for("a live file", lambda: glob.glob(f"{there.path}/leakwatch.bash.*.live"))
        watcher = there.watch(shell.pid)
        wait_for("the shell to be seen", lambda: f"bash[{shell.pid}] watched: running" in there.said())
        shell.stdin.write("\n")
        shell.stdin.flush()
        wait_for("its end", lambda: f"bash[{shell.pid}] ended: became another program" in there.said())
        wait_for("the service", lambda: f"leaky_service[{shell.pid}] watched: running" in there.said())
        shell.kill()
        assert watcher.wait(PATIENCE_S) == 0
        assert f"leaky_service[{shell.pid}] ended: killed after " in there.said(), there.said()


def test_the_target_pays_nothing_and_is_left_alone():
    with place() as there:
        service = there.service(load=False)
        status = lambda: open(f"/proc/{service.pid}/status", encoding="utf-8").read()
        switches = lambda: re.findall(r"ctxt_switches:\s+(\d+)", status())
        wait_for("the process to rest", lambda: re.search(r"State:\s+S", status()))
        before, live = switches(), [os.stat(f).st_mtime_ns for f in glob.glob(there.path + "/*.live")]
        watcher = there.watch(service.pid, "--for", "2s")
        assert watcher.wait(PATIENCE_S) == 0
        assert switches() == before, "it was woken"
        assert [os.stat(f).st_mtime_ns for f in glob.glob(there.path + "/*.live")] == live, "its live file was written to"


def outcome_of(test):
    """Nothing, or what is wrong; and how long it took."""
    began = time.monotonic()
    try:
        test()
        return None, time.monotonic() - began
    except (AssertionError, Unexpected, OSError, subprocess.SubprocessError) as problem:
        return str(problem) or repr(problem), time.monotonic() - began


def main():
    wanted = sys.argv[1:]
    tests = [(name[5:].replace("_", " "), test) for name, test in globals().items() if name.startswith("test_")]
    tests = [(name, test) for name, test in tests if not wanted or any(word in name for word in wanted)]
    failed = 0
    # A leak takes ten seconds to be told from a start-up: they wait for it together.
    with concurrent.futures.ThreadPoolExecutor(max_workers=9) as pool:
        for (name, _), (problem, took_s) in zip(tests, pool.map(outcome_of, [test for _, test in tests])):
            failed += problem is not None
            if problem is None:
                print(f"ok {name} ({took_s:.1f} s)", flush=True)
            else:
                print(f"FAILED: {name}\n    " + problem.replace("\n", "\n    "), flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
