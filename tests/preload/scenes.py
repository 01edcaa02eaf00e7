# SPDX-License-Identifier: Apache-2.0
"""Surroundings in which a program of the preload tests runs, and what is done to it from outside meanwhile.

A scene is a context manager over the Run that is about to start: it changes the command, the environment, the folders
or the limits, and puts back what lies outside of them. A meanwhile function gets the Run and the running process.
Either raises Skip where this machine does not permit it.
"""
import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import time

import snapshots


DEADLINE_S = 25
NOBODY = 65534


class Skip(Exception):
    pass


# --- scenes -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def mounted(folder, options):
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "leakwatch-test", folder], capture_output=True)
    if mount.returncode != 0:
        raise Skip("mounting a tmpfs is not permitted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def leaf_by_another_name(run):
    copy = os.path.join(run.base, "another_name")
    shutil.copy(run.command[0], copy)
    run.command.append(copy)
    yield


@contextlib.contextmanager
def limited(run, which, limit):
    run.before_exec.append(lambda: resource.setrlimit(which, limit))
    yield


@contextlib.contextmanager
def in_valgrind(run):
    if not shutil.which("valgrind"):
        raise Skip("there is no valgrind")
    run.command[:0] = ["valgrind", "--quiet"]
    yield


def address_space_20m(run):
    return limited(run, resource.RLIMIT_AS, (20 << 20, 20 << 20))


def no_file_size(run):
    return limited(run, resource.RLIMIT_FSIZE, (0, 0))


def unlimited_stack(run):
    return limited(run, resource.RLIMIT_STACK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def small_folder(run):
    return mounted(run.snapshots, "size=48k,mode=755")


def small_live_folder(run):
    return mounted(run.live, "size=512k,mode=755")


def full_live_folder(run):
    return mounted(run.live, "size=4k,mode=755")


LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 1, 32, 4096, 16384, 1 << 18


def mount(source, target, kind, flags, options=b""):
    if LIBC.mount(source.encode(), target.encode(), kind, flags, options) != 0:
        raise OSError(ctypes.get_errno(), f"mounting {target}")


@contextlib.contextmanager
def another_shared_memory(run, options, flags):
    """The program alone sees another /dev/shm; its own folders, which may lie there, stay where they are."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        raise Skip("mount namespaces are not permitted here")
    run.env.pop("LEAKWATCH_LIVE_DIR")

    def prepare():
        LIBC.unshare(CLONE_NEWNS)
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        base = os.open(run.base, os.O_PATH)
        mount("leakwatch-test", "/dev/shm", b"tmpfs", 0, options)
        os.makedirs(run.base, exist_ok=True)
        mount(f"/proc/self/fd/{base}", run.base, None, MS_BIND)
        os.close(base)
        mount("leakwatch-test", "/dev/shm", None, MS_REMOUNT | flags, options)
        os.chdir(run.work)

    run.before_exec.append(prepare)
    yield


def no_shared_memory(run):
    return another_shared_memory(run, b"size=64k", MS_RDONLY)


def full_shared_memory(run):
    return another_shared_memory(run, b"size=8k", 0)


@contextlib.contextmanager
def full_folders(run):
    with mounted(run.live, "size=4k,mode=755"), mounted(run.snapshots, "size=4k,mode=755"):
        for folder in (run.live, run.snapshots):
            filler = os.open(os.path.join(folder, "filler"), os.O_WRONLY | os.O_CREAT)
            os.write(filler, bytes(8192))  # what fits
            os.close(filler)
        yield


@contextlib.contextmanager
def read_only_folder(run):
    with mounted(run.snapshots, "size=64k,ro"):
        yield


@contextlib.contextmanager
def open_folders(run):
    for folder in (run.base, run.snapshots, run.live):
        os.chmod(folder, 0o777)
    yield


@contextlib.contextmanager
def nobody_in_a_private_folder(run):
    if os.getuid() != 0:
        raise Skip("only root can start a program as nobody")
    for folder in (run.base, run.live, run.temporary, run.work):
        os.chmod(folder, 0o777)
    run.before_exec.append(lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY)))
    yield


@contextlib.contextmanager
def no_libunwind(run):
    """An empty file of that name, found before the real one, is as good as none."""
    folder = os.path.join(run.base, "libraries")
    os.mkdir(folder)
    for name in ("libunwind.so.8", "libunwind-x86_64.so.8"):
        open(os.path.join(folder, name), "wb").close()
    run.env["LD_LIBRARY_PATH"] = folder
    yield


@contextlib.contextmanager
def leakwatch_run(run):
    """Started by the command instead of by LD_PRELOAD."""
    if not os.path.exists(run.command_line_tool):
        raise Skip("the leakwatch command is not built")
    run.env.pop("LD_PRELOAD")
    if run.interval is not None:
        run.command[:0] = [run.command_line_tool, "run", "--"]
    yield


@contextlib.contextmanager
def valgrind(run):
    if shutil.which("valgrind") is None:
        raise Skip("valgrind is not installed")
    run.command[:0] = ["valgrind", "-q", "--leak-check=no", "--log-file=/dev/null"]
    yield


# --- meanwhile ----------------------------------------------------------------------------------------------------


def until(condition, what):
    """Polls for something that another process does; time is only a limit on patience."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise TimeoutError(f"waited {DEADLINE_S} s for {what}")


def ready(run):
    until(lambda: b"ready" in run.read_output(), "the program to say ready")


def reasons(run):
    found = []
    for name in os.listdir(run.snapshots):
        if name.endswith(".lws"):
            with contextlib.suppress(FileNotFoundError):  # retention may be faster
                found.append(snapshots.load(os.path.join(run.snapshots, name))["reason"])
    return found


def only_watched(function):
    """An unwatched run is told to go on at once; so is one whose expected result is written in the table."""

    def meanwhile(run, process):
        ready(run)
        if run.interval is not None:
            function(run, process)
        process.stdin.close()

    return meanwhile


@only_watched
def wait_for_periods(run, _):
    until(lambda: reasons(run).count("period") >= 3, "three snapshots of the period")


def ask(run, process, number):
    process.send_signal(number)
    until(lambda: "signal" in reasons(run), "a snapshot by signal")
    process.send_signal(number)
    until(lambda: reasons(run).count("signal") == 2, "a second snapshot by signal")


@only_watched
def ask_by_signal(run, process):
    ask(run, process, signal.SIGUSR2)


@only_watched
def ask_by_real_time_signal(run, process):
    ask(run, process, signal.SIGRTMIN + 3)


@only_watched
def ask_by_command(run, process):
    if not os.path.exists(run.command_line_tool):
        raise Skip("the leakwatch command is not built")
    until(lambda: os.listdir(run.live), "the live file")
    done = subprocess.run([run.command_line_tool, "dump", str(process.pid)], capture_output=True, text=True,
                          timeout=DEADLINE_S)
    assert done.returncode == 0, f"leakwatch dump said {done.returncode}: {done.stdout}{done.stderr}"
    until(lambda: "request" in reasons(run), "a snapshot by request")


def kill_by_usr2(run, process):
    ready(run)
    process.send_signal(signal.SIGUSR2)


def kill_9(run, process):
    ready(run)
    if run.interval in ("1", "4K"):
        until(lambda: os.listdir(run.live), "the live file")
    process.kill()
