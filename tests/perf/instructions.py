# SPDX-License-Identifier: Apache-2.0
"""Instructions, counted by callgrind: the same number on any machine, busy or idle.

For a pair of malloc and free they are the difference of two runs that differ in nothing but the number of pairs; start-up
and end fall out of it. But by chance, by which samples are drawn, two runs alone differ by half a million instructions: so
there must be many. A server is counted while it answers, and at no other time. Callgrind sees the program and its
libraries, not the kernel, in which a server spends more than half of its time."""

import os
import re
import subprocess
import tempfile

from measure import Failed, clean_environment

FEW, MANY = 100_000, 2_000_000
CALLGRIND = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]


def instructions_of(command, settings, stdin=os.devnull, load=None):
    """Of one run. `load` is called with the running process, which is then asked to end, as a server has to be; of that
    run only what happens between counting(process, True) and counting(process, False) counts."""
    options = ["--instr-atstart=no"] if load else []
    with open(stdin, "rb") as script, tempfile.TemporaryFile() as said:
        process = subprocess.Popen([*CALLGRIND, *options, *command], env=clean_environment(settings), stdin=script,
                                   stdout=subprocess.DEVNULL, stderr=said)
        try:
            if load:
                load(process)
        finally:
            status = end(process) if load else process.wait()
        said.seek(0)
        collected = re.search(rb"Collected : (\d+)", said.read())
    if not collected or (status != 0 and not load):
        raise Failed(f"callgrind ended with {status}")
    return int(collected.group(1))


def counting(process, on):
    subprocess.run(["callgrind_control", "-i", "on" if on else "off", str(process.pid)], check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(server):
    """Asks again every second: valgrind delivers a signal just before the system call that it should have ended."""
    for _ in range(30):
        server.terminate()
        try:
            return server.wait(1)
        except subprocess.TimeoutExpired:
            pass
    server.kill()
    return server.wait()


def instructions_per_pair(program, size, peer, many=MANY, call=()):
    def count(pairs):
        command = [program, str(pairs), str(size), *call]
        return instructions_of(command, {"LEAKWATCH_PERIOD": "0", **peer.environment()})
    return (count(many) - count(FEW)) / (many - FEW)
