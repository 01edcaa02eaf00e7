# SPDX-License-Identifier: Apache-2.0
"""What is measured: loops that do nothing but allocate, and programs that people run."""

import os
import subprocess
import sys

from instructions import instructions_of
from measure import run_loop, run_process
from server_loads import MemcachedLoad, NginxLoad, RedisLoad

SQL = """
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, amount REAL, note TEXT);
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 60000)
  INSERT INTO orders SELECT n, 'customer ' || (n * 7919 % 5000), n % 997 / 7.0, hex(n * n) || 'x' FROM numbers;
CREATE INDEX by_customer ON orders(customer);
SELECT customer, count(*), sum(amount) FROM orders GROUP BY customer ORDER BY 3 DESC LIMIT 10;
UPDATE orders SET note = note || customer WHERE id % 3 = 0;
SELECT count(DISTINCT substr(note, 1, 3)), group_concat(substr(customer, -2)) FROM orders WHERE id % 50 = 0;
DELETE FROM orders WHERE id % 2 = 0;
SELECT length(group_concat(note)) FROM orders;
"""

PYTHON = """
import json
words = [f"word {n * 7919 % 10007}" for n in range(60000)]
index = {}
for place, word in enumerate(words):
    index.setdefault(word, []).append((place, word.upper()))
text = json.dumps(sorted(index.items()))
again = json.loads(text)
print(len(text), sum(len(places) for _, places in again), "".join(reversed(text[:50])))
"""


class Loop:
    """One of the programs in tests/perf/*.cc; the cost is that of one operation."""

    counted = False

    def __init__(self, name, program, arguments, seconds, in_quick=False):
        self.name, self.rows, self.in_quick = name, [name], in_quick
        self.command = [program, f"{seconds}s", *map(str, arguments)]

    def run(self, peer):
        return {self.name: run_loop(self.command, peer.environment())}


class Program:
    """A command that runs to its end; the cost is that of `times` runs."""

    def __init__(self, name, command, stdin=os.devnull, settings=None, times=1, in_quick=False, counted=True):
        self.name, self.rows, self.in_quick, self.counted = name, [name], in_quick, counted
        self.command, self.stdin, self.settings, self.times = command, stdin, settings or {}, times

    def run(self, peer):
        costs = [run_process(self.command, {**self.settings, **peer.environment()}, self.stdin)
                 for _ in range(self.times)]
        return {self.name: min(costs, key=lambda cost: cost.wall_s)}

    def instructions(self, peer):
        return {self.name: instructions_of(self.command, {**self.settings, **peer.environment()}, self.stdin)}


def write_text(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def ask_compiler(question):
    asked = subprocess.run(["g++", question], stdout=subprocess.PIPE, check=True)
    return asked.stdout.decode().strip()


def all_workloads(programs, scratch, is_quick):
    """Loops first. `programs` is the folder of the built tests/perf/*.cc."""
    seconds = 0.15 if is_quick else 0.4

    def loop(name, program, *arguments, in_quick=False):
        return Loop(name, f"{programs}/{program}", arguments, seconds, in_quick)

    sql = write_text(f"{scratch}/orders.sql", SQL)
    script = write_text(f"{scratch}/words.py", PYTHON)
    # The compiler proper: what the g++ command starts, and heaptrack does not follow into.
    compiler = [ask_compiler("-print-prog-name=cc1plus"), "-quiet", "-imultiarch", ask_compiler("-print-multiarch"),
                "-std=c++17", "-O1", "-D_GNU_SOURCE", "examples/leaky_service.cc", "-o", f"{scratch}/compiled.s"]
    return [
        loop("pair of 16 B", "pairs", 16),
        loop("pair of 64 B", "pairs", 64, in_quick=True),
        loop("pair of 256 B", "pairs", 256),
        loop("pair of 1 KiB", "pairs", 1 << 10),
        loop("pair of 4 KiB", "pairs", 4 << 10),
        loop("pair of 64 KiB", "pairs", 64 << 10, in_quick=True),
        loop("churn, 1 thread", "churn", 1, in_quick=True),
        loop("churn, 2 threads", "churn", 2, in_quick=True),
        loop("churn, 8 threads", "churn", 8, in_quick=True),
        loop("realloc growth", "growth", in_quick=True),
        loop("1 KiB, 20 frames deep", "deep_stacks", 20, 1 << 10),
        loop("1 KiB, 200 frames deep", "deep_stacks", 200, 1 << 10, in_quick=True),
        loop("succession, 1 line", "succession", 1),
        loop("succession, 4 lines", "succession", 4, in_quick=True),
        loop("handover, 1 pair", "handover", 1),
        loop("handover, 4 pairs", "handover", 4),
        loop("scratch, 4 threads", "scratch", 4),
        loop("batches, 1 thread", "batches", 1),
        loop("batches, 4 threads", "batches", 4),
        loop("exchange, 4 threads", "exchange", 4),
        loop("fraction", "fraction"),
        RedisLoad(200_000 if is_quick else 1_000_000),
        MemcachedLoad(50_000 if is_quick else 200_000),
        NginxLoad(20_000 if is_quick else 100_000),
        Program("sqlite3", ["sqlite3", ":memory:"], stdin=sql, in_quick=True),
        Program("python3, PYTHONMALLOC=malloc", [os.path.realpath(sys.executable), "-S", script],
                settings={"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"}, in_quick=True),
        # Not counted: nine minutes in callgrind, or all of the run where start-up is what is measured.
        Program("g++, one file", compiler, in_quick=True, counted=False),
        Program("start-up of true", ["/bin/true"], times=20, in_quick=True, counted=False),
    ]
