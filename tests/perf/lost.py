#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What leakwatch, LeakSanitizer (gcc's and clang's) and valgrind find of the programs of tests/reach that lose memory,
and at what cost. Writes the table of docs/reach.md anew, between its two marks; `lost.py --print` only shows it.

Found means: the program's `bad` life is reported lost at the very line that is marked LOST, and its `good` life is not.
Cost is processor time, user and system, of a good run, least of five, over that of the program alone.
"""
import os
import resource
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests/reach"))
import run as reach  # noqa: E402

BEGIN, END = "<!-- lost.py: begin -->\n", "<!-- lost.py: end -->\n"
TIMES = 5


def run(command, env=None):
    """Output and processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout + done.stderr, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def places_in(text, marked):
    """Which of the marked places a tool's stacks name."""
    return [f"{file}:{line}" for file, line in marked if f"{file}:{line}" in text]


class Plain:
    name = "alone"

    def __init__(self, _):
        pass

    def command(self, name, life):
        return [os.path.join(reach.PROGRAMS, name), life]

    def environment(self):
        return {"PATH": "/usr/bin:/bin"}

    def run(self, name, life):
        return run(self.command(name, life), self.environment())


class Leakwatch(Plain):
    name = "leakwatch, every allocation"

    def run(self, name, life):
        with reach.folder() as place:
            _, cost = run(self.command(name, life), reach.watched(place))
            processes, _ = reach.report(place)
            return "\n".join(f"{file}:{line}" for file, line in reach.lost_findings(processes)), cost


class Sanitizer(Plain):
    def __init__(self, folder, compiler="g++", name="LeakSanitizer, gcc"):
        self.name, self.folder = name, os.path.join(folder, compiler)
        os.mkdir(self.folder)
        for source in os.listdir(reach.SOURCES):
            if source.endswith(".cc"):
                with open(os.path.join(reach.SOURCES, source), encoding="utf-8") as file:
                    first = file.readline()
                flags = first.split(":", 1)[1].split() if first.startswith("// flags:") else []
                subprocess.run([compiler, "-std=c++17", "-O1", "-g", "-w", "-fsanitize=leak", "-pthread",
                                os.path.join(reach.SOURCES, source), "-o", os.path.join(self.folder, source[:-3]),
                                "-ldl", *flags], check=True, capture_output=True)

    def command(self, name, life):
        return [os.path.join(self.folder, name), life]


class Valgrind(Plain):
    name = "valgrind"

    def run(self, name, life):
        text, cost = run(["valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect",
                          "--trace-children=yes", *self.command(name, life)], self.environment())
        return text.replace(" (", " ").replace(")", " "), cost


def judged(tool, name, marked):
    bad, good = tool.run(name, "bad")[0], tool.run(name, "good")[0]
    found, false = places_in(bad, marked), places_in(good, marked)
    if false:
        return "false alarm"
    return "found" if len(found) == len(marked) else f"{len(found)} of {len(marked)} lines" if found else "not named"


def cost_of(tool, names):
    return sum(min(tool.run(name, "good")[1] for _ in range(TIMES)) for name in names)


def table(folder):
    names = sorted({name.split()[0] for name, _ in reach.jobs() if name.endswith((" bad", " good"))})
    tools = [Leakwatch(folder), Sanitizer(folder), Sanitizer(folder, "clang++", "LeakSanitizer, clang"), Valgrind(folder)]
    rows = ["| program | " + " | ".join(tool.name for tool in tools) + " |", "| --- |" + " --- |" * len(tools)]
    for name in names:
        cells = [judged(tool, name, reach.marked_lines(name)) for tool in tools]
        rows.append(f"| {name.replace('_', ' ')} | " + " | ".join(cells) + " |")
    alone = cost_of(Plain(folder), names)
    costs = [f"{cost_of(tool, names) / alone:.1f} ×" for tool in tools]
    rows.append("| *processor time* | " + " | ".join(costs) + " |")
    rows.append("| *built anew for it* | no | yes | yes | no |")
    return "\n".join(rows) + "\n"


def main():
    with tempfile.TemporaryDirectory(prefix="leakwatch-lost-") as folder:
        text = table(folder)
    if "--print" in sys.argv:
        print(text, end="")
        return
    path = os.path.join(ROOT, "docs/reach.md")
    with open(path, encoding="utf-8") as file:
        page = file.read()
    head, rest = page.split(BEGIN)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
