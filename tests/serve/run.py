#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tests of `leakwatch serve`: on a service that leaks, under load, looked at by the programs that it is for (go tool
pprof, Prometheus) and by clients that mean no good. `run.py WORD…` runs those whose names contain one of the words. The
last line is `N passed, N failed`.
"""
import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import clients
import monitoring
from clients import PAGES, expects
from sidecar import (COMMAND, PATIENCE_S, folder, leaky_service, plain_environment, running, serve, wait_until,
                     watched)


# --- what is shown ---

def every_page_answers(sidecar, _):
    for page in PAGES:
        status, heads, body = sidecar.ask(page)
        if status != 200 or not body:
            yield f"{page}: {status}, {len(body)} bytes"
        if heads.get("X-Content-Type-Options") != "nosniff" or heads.get("Cache-Control") != "no-store":
            yield f"{page}: {heads}"
        status, heads, body = sidecar.ask(page, "HEAD")
        if status != 200 or body:
            yield f"HEAD {page}: {status}, {len(body)} bytes"
    if b"healthz" not in sidecar.ask("/debug/pprof")[2]:
        yield "/debug/pprof without its slash is not the list"


def report_names_the_leak(sidecar, _):
    def named():
        report = json.loads(sidecar.text("/report.json"))
        sites = [f["site"]["function"] for p in report["processes"] for f in p["findings"] if f["verdict"] == "growing"]
        return any(site.startswith("SessionRegistry::remember") for site in sites)

    wait_until(named, "/report.json finds what leaks")
    if "SessionRegistry::remember" not in sidecar.text("/"):
        yield "/ does not name what leaks"


def a_browser_shows_the_report(sidecar, place):
    """The page draws itself, and the headers that come with it forbid it nothing that it needs."""
    browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom",
               "--virtual-time-budget=2000", f"--user-data-dir={place}/browser", sidecar.url + "/"]
    done = subprocess.run(browser, capture_output=True, text=True, env=plain_environment(place), timeout=PATIENCE_S,
                          check=True)
    if 'data-drawn="yes"' not in done.stdout:
        yield "nothing is drawn"
    refused = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    if refused:
        yield f"the browser says {refused}"


def pprof(sidecar, place, page, *options):
    environment = {**plain_environment(place), "PPROF_TMPDIR": place, "GOFLAGS": "-mod=mod"}
    done = subprocess.run(["go", "tool", "pprof", *options, sidecar.url + page], env=environment, capture_output=True,
                          text=True, timeout=PATIENCE_S)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def go_shows_what_is_alive(sidecar, place):
    shown = pprof(sidecar, place, "/debug/pprof/heap", "-top")
    if "Type: inuse_space" not in shown or "SessionRegistry::remember" not in shown:
        yield shown
    shown = pprof(sidecar, place, "/debug/pprof/heap", "-top", "-sample_index=inuse_objects")
    if "Type: inuse_objects" not in shown or "SessionRegistry::remember" not in shown:
        yield shown


def go_shows_what_was_allocated(sidecar, place):
    shown = pprof(sidecar, place, "/debug/pprof/allocs", "-top")
    if "Type: alloc_space" not in shown or "parse_request" not in shown:
        yield shown


def total_of(shown):
    """The bytes behind `of … total` in `-top -unit=bytes`."""
    line = next(line for line in shown.splitlines() if line.startswith("Showing nodes"))
    return float(line.split(" of ")[1].split("B")[0])


def go_shows_what_changed_in_a_second(sidecar, place):
    options = ("-top", "-unit=B", "-sample_index=alloc_space")
    change = pprof(sidecar, place, "/debug/pprof/heap?seconds=1", *options)
    whole = pprof(sidecar, place, "/debug/pprof/heap", *options)
    if "Duration: 1" not in change or "parse_request" not in change:
        yield change
    if not 0 < total_of(change) < total_of(whole) / 2:
        yield f"changed {total_of(change)} of {total_of(whole)} bytes"


def text_profile(sidecar, _):
    text = sidecar.text("/debug/pprof/heap?debug=1&gc=1")
    if not text.startswith("heap profile: ") or "\n#\tSessionRegistry::remember(Request const&)\t" not in text:
        yield text[:500]
    if "@ heapprofile" not in sidecar.text("/debug/pprof/allocs?debug=1&seconds=1"):
        yield "no difference as text"


def metrics_come_quickly(sidecar, _):
    times = []
    for _ in range(5):
        time.sleep(1.05)  # an answer is given again for a second; it is new ones that are measured
        began = time.monotonic()
        sidecar.text("/metrics")
        times.append(time.monotonic() - began)
    if min(times) > 0.1:  # the others may have waited for a busy machine
        yield f"/metrics took {times} s"


# --- what is asked for on the command line ---

def serves_what_it_is_told_to(sidecar, _):
    done = subprocess.run([COMMAND, "serve", str(sidecar.process.pid)], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)
    if done.returncode != 3 or "is not watched" not in done.stderr:
        yield f"a process that is not watched: {done.returncode} {done.stderr}"
    for arguments, status, words in (
            (["99999999"], 3, "there is no process 99999999"),
            (["/nonexistent"], 3, "no process runs that is watched there"),
            (["1", "--listen", "example.com:80"], 2, "numeric address and a port"),
            (["1", "--listen", "127.0.0.1"], 2, "numeric address and a port"),
            (["1", "--listen", ":6060"], 2, "numeric address and a port"),
            (["1", "--listen", "127.0.0.1:70000"], 2, "numeric address and a port")):
        done = subprocess.run([COMMAND, "serve", *arguments], capture_output=True, text=True, timeout=PATIENCE_S,
                              check=False)
        if done.returncode != status or words not in done.stderr or done.stdout:
            yield f"serve {arguments}: {done.returncode} {done.stderr}{done.stdout}"


def taken_port(sidecar, place):
    pid = sidecar.text("/healthz").split()[2]
    done = subprocess.run([COMMAND, "serve", pid, "--listen", f"127.0.0.1:{sidecar.port}"], capture_output=True,
                          text=True, env=plain_environment(place), timeout=PATIENCE_S, check=False)
    if done.returncode != 3 or "another program listens on" not in done.stderr:
        yield f"{done.returncode} {done.stderr}"


# --- beginnings and ends; each with processes of its own ---

def a_folder_serves_its_processes():
    with folder() as place, leaky_service(place) as one, leaky_service(place) as other, serve(place, place) as sidecar:
        pids = {str(one.pid), str(other.pid)}
        if set(sidecar.text("/healthz").split()) & pids != pids:
            yield sidecar.text("/healthz")
        both, alone = sidecar.text("/metrics"), sidecar.text(f"/metrics?pid={one.pid}")
        if not all(f'pid="{pid}"' in both for pid in pids) or f'pid="{other.pid}"' in alone:
            yield "?pid= does not choose one of two"
        profile = pprof(sidecar, place, "/debug/pprof/heap", "-tags")
        if not all(pid in profile for pid in pids):
            yield profile
        with leaky_service(place) as third:
            wait_until(lambda: str(third.pid) in sidecar.text("/healthz"), "a third process is served")


def the_end_is_kept(how, word):
    with folder() as place, leaky_service(place) as service, serve(place, service.pid) as sidecar:
        if sidecar.value("leakwatch_target_up") != 1:
            yield "it runs and is not up"
        wait_until(lambda: sidecar.value("leakwatch_live_bytes") > 300_000, "something has leaked")
        alive = sidecar.value("leakwatch_live_bytes")
        service.send_signal(how)
        # Before its parent, this test, has asked how it ended.
        wait_until(lambda: sidecar.value("leakwatch_target_up") == 0, "the end is seen")
        service.wait(PATIENCE_S)
        for name in os.listdir(place):
            if name.endswith(".live"):
                os.unlink(os.path.join(place, name))
        time.sleep(1.1)  # answers are kept for a second
        report = json.loads(sidecar.text("/report.json"))["processes"]
        if [p["ended"] for p in report] != [word] or "has ended" not in sidecar.text("/healthz"):
            yield f"ended: {[p['ended'] for p in report]}, {sidecar.text('/healthz')}"
        if how == signal.SIGKILL and sidecar.value("leakwatch_live_bytes") < alive / 2:
            yield f"alive were {alive}, and {sidecar.value('leakwatch_live_bytes')} after the end"
        for page in PAGES:
            yield from expects(sidecar, 200, page)


def state_of(pid):
    states = set()
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/stat", encoding="utf-8") as stat:
            states.add(stat.read().rsplit(")", 1)[1].split()[0])
    return "".join(sorted(states))


def the_process_is_left_alone():
    """Its live file is only read: not a byte of it changes, and no signal comes, while the process itself stands still."""
    with folder() as place, leaky_service(place) as service, serve(place, service.pid) as sidecar:
        service.send_signal(signal.SIGSTOP)
        wait_until(lambda: state_of(service.pid) == "T", "the process stands still")
        live = next(os.path.join(place, n) for n in os.listdir(place) if n.endswith(".live"))
        with open(live, "rb") as file:
            before = file.read()
        listed = sorted(os.listdir(place))
        for page in PAGES:
            yield from expects(sidecar, 200, page)
        with open(live, "rb") as file:
            if file.read() != before:
                yield "the live file has changed"
        if sorted(n for n in os.listdir(place) if n != ".cache") != sorted(n for n in listed if n != ".cache"):
            yield f"files came or went: {listed}, {sorted(os.listdir(place))}"
        with open(f"/proc/{service.pid}/status", encoding="utf-8") as status:
            pending = [line for line in status if line.startswith(("ShdPnd", "SigPnd", "TracerPid"))]
        if any(int(line.split()[1], 16) for line in pending):
            yield f"signals or a tracer: {pending}"
        service.send_signal(signal.SIGCONT)


def ends_when_told(how):
    with folder() as place, leaky_service(place) as service, serve(place, service.pid) as sidecar:
        with socket.create_connection((sidecar.host, sidecar.port)) as dawdling, \
                concurrent.futures.ThreadPoolExecutor(1) as pool:
            dawdling.sendall(b"GET ")
            difference = pool.submit(sidecar.ask, "/debug/pprof/heap?seconds=200")
            time.sleep(0.3)  # so that it waits; if it does not yet, it is refused, and that is fine too
            sidecar.process.send_signal(how)
            if sidecar.process.wait(5) != 0:
                yield f"status {sidecar.process.returncode}"
            try:
                difference.result(5)
            except (OSError, http.client.HTTPException):
                pass


def a_process_that_executes_another_program_is_followed():
    with folder() as place:
        command = ["bash", "-c", "echo; read line; exec sqlite3 :memory:"]
        with running(command, env=watched(place), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            with serve(place, process.pid) as sidecar:
                if sidecar.text("/healthz") != f"ok\nbash {process.pid} runs\n":
                    yield sidecar.text("/healthz")
                print("go on", file=process.stdin, flush=True)
                expected = f"ok\nbash {process.pid} has ended\nsqlite3 {process.pid} runs\n"
                wait_until(lambda: sidecar.text("/healthz") == expected, "both programs are known")
                if [sidecar.value("leakwatch_target_up", f'process="{n}"') for n in ("bash", "sqlite3")] != [0, 1]:
                    yield "which of them is up"


def listens_on_ipv6():
    with folder() as place, leaky_service(place) as service:
        command = [COMMAND, "serve", str(service.pid), "--listen", "[::1]:0"]
        with running(command, env=plain_environment(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            line = process.stdout.readline()
            if not line:
                if "no address of this machine" not in process.stderr.read() + "cannot be listened on":
                    yield "no IPv6, and no sentence"
                return
            port = int(line.rsplit(":", 1)[1].strip("/\n"))
            connection = http.client.HTTPConnection("::1", port, timeout=PATIENCE_S)
            connection.request("GET", "/healthz")
            if connection.getresponse().status != 200:
                yield "does not answer on ::1"


ON_ONE_SERVICE = (every_page_answers, *clients.ON_ONE_SERVICE, serves_what_it_is_told_to, taken_port,
                  text_profile, go_shows_what_is_alive, go_shows_what_was_allocated, go_shows_what_changed_in_a_second,
                  metrics_come_quickly, report_names_the_leak, a_browser_shows_the_report, *monitoring.ON_ONE_SERVICE)

BY_THEMSELVES = {
    "a_folder_serves_its_processes": a_folder_serves_its_processes,
    "the_end_is_kept when it exits": lambda: the_end_is_kept(signal.SIGTERM, "exit"),
    "the_end_is_kept when it is killed": lambda: the_end_is_kept(signal.SIGKILL, "killed"),
    "the_process_is_left_alone": the_process_is_left_alone,
    "ends_when_told by SIGTERM": lambda: ends_when_told(signal.SIGTERM),
    "ends_when_told by SIGINT": lambda: ends_when_told(signal.SIGINT),
    "a_process_that_executes_another_program_is_followed": a_process_that_executes_another_program_is_followed,
    "listens_on_ipv6": listens_on_ipv6,
    **monitoring.BY_THEMSELVES,
}


def main():
    words, passed, failed = sys.argv[1:], 0, 0

    def check(name, job):
        nonlocal passed, failed
        began = time.monotonic()
        try:
            complaints = list(job())
        except (subprocess.SubprocessError, OSError, RuntimeError, LookupError, http.client.HTTPException) as error:
            complaints = [repr(error)]
        passed, failed = (passed, failed + 1) if complaints else (passed + 1, failed)
        print("\n  ".join([f"{'FAILED' if complaints else 'ok'} {name}, {time.monotonic() - began:.1f} s", *complaints]))

    def wanted(name):
        return not words or any(word in name for word in words)

    together = [job for job in ON_ONE_SERVICE if wanted(job.__name__)]
    if together:
        with folder() as place, leaky_service(place) as service, serve(place, service.pid) as sidecar:
            for job in together:
                check(job.__name__, lambda job=job: job(sidecar, place))
            if sidecar.process.poll() is not None or service.poll() is not None:
                check("both are still there", lambda: ["one of them has ended"])
    for name, job in BY_THEMSELVES.items():
        if wanted(name):
            check(name, job)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
