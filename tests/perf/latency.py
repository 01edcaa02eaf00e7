#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long the slowest of a million requests to redis takes while snapshots are written: one client, one request at a
time, ROUNDS times unwatched and watched in turn, 100,000 keys alive. Prints the percentiles of redis-benchmark in
milliseconds, and what the process itself says about its longest snapshot.

    tests/perf/latency.py [ROUNDS]
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from statistics import median

from peers import all_peers
from server_loads import RedisLoad, free_port, stay_on_cpu
from measure import clean_environment

COLUMNS = ["p50_latency_ms", "p99_latency_ms", "max_latency_ms"]


def latencies(port, requests):
    asked = subprocess.run(
        ["redis-benchmark", "-p", str(port), "-t", "set", "-n", str(requests), "-r", "100000", "-d", "64", "-c", "1",
         "--csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, preexec_fn=lambda: stay_on_cpu(1))
    row = next(csv.DictReader(io.StringIO(asked.stdout.decode())))
    return [float(row[column]) for column in COLUMNS]


def run(environment, folder):
    load, port = RedisLoad(0), free_port()
    server = subprocess.Popen(load.command(port, folder), cwd=folder, env=clean_environment(environment),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: stay_on_cpu(0))
    try:
        load.wait_until_ready(server, port)
        return latencies(port, 300_000)
    finally:
        server.terminate()
        server.wait()


def longest_snapshot_ms(folder):
    newest = max((os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".lws")),
                 key=os.path.getmtime)
    told = subprocess.run(["out/release/leakwatch", "inspect", "--json", newest], stdout=subprocess.PIPE, check=True)
    return json.loads(told.stdout)["receipt"]["longest_dump_ns"] / 1e6


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    found = {"unwatched": [], "a snapshot every 2 s": []}
    snapshots = []
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory(dir="/dev/shm") as live:
        peers = {peer.name: peer for peer in all_peers(os.path.abspath("out/release/libleakwatch.so"), scratch, live)}
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                found["unwatched"].append(run(peers["unwatched"].environment(), folder))
            with tempfile.TemporaryDirectory() as folder:
                settings = {**peers["leakwatch"].environment(), "LEAKWATCH_PERIOD": "2s", "LEAKWATCH_DIR": folder}
                found["a snapshot every 2 s"].append(run(settings, folder))
                snapshots.append(longest_snapshot_ms(folder))
    for name, rows in found.items():
        shown = ", ".join(f"{column.split('_')[0]} {median(values):.3f} ms" for column, values in zip(COLUMNS, zip(*rows)))
        print(f"{name}: {shown} (medians of {rounds} runs)")
    print(f"longest snapshot: {max(snapshots):.2f} ms")


if __name__ == "__main__":
    main()
