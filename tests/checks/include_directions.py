#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: fails on an include that the picture below does not allow.

A room is a folder. `room/file.h` on the right stands for that one header, `room/file` on the left for the files of that
stem. Within a room everybody may include everybody.
"""
import collections
import os
import re
import subprocess
import sys

PICTURE = """
interposer/platform   -> snapshot
interposer/state      -> interposer/platform snapshot
interposer/hot        -> interposer/state
interposer/dump       -> interposer/state interposer/platform snapshot interposer/cold/unwind.h
interposer/dump/trigger -> interposer/reach/search.h
interposer/reach      -> interposer/state interposer/platform snapshot interposer/dump/maps_file.h interposer/cold/unwind.h
interposer/cold       -> interposer/state interposer/platform snapshot interposer/dump interposer/reach
interposer/doors      -> interposer/hot interposer/cold interposer/platform
interposer/doors/loader_symbols -> interposer/dump/mappings.h
interposer/doors/signal_symbols -> interposer/state/signal_actions.h interposer/state/sigbus_mask.h
interposer/doors/control_api -> interposer/leakwatch.h
interposer/init       -> interposer/cold interposer/dump interposer/platform interposer/state

analyzer/model/assess  -> analyzer/base/parallel.h
analyzer/model/selftest -> snapshot/truth.h
analyzer/model        -> analyzer/base/file_name.h analyzer/base/rare.h snapshot/layout.h snapshot/live_layout.h snapshot/hash.h snapshot/weight.h
analyzer/model/load_profile -> snapshot/reader.h
analyzer/model/mapping_search -> snapshot/reader.h
analyzer/reach        -> analyzer/base/file_name.h snapshot
analyzer/symbolize    -> snapshot/hash.h
analyzer/render       -> analyzer/model analyzer/base snapshot/layout.h
analyzer/render/export_pprof -> snapshot/weight.h
analyzer/render/html_report -> analyzer/page/page.h
analyzer/render/inspect -> snapshot/reader.h
analyzer/commands     -> analyzer/model analyzer/symbolize analyzer/reach analyzer/render analyzer/http analyzer/base snapshot
analyzer/watch        -> analyzer/model analyzer/render analyzer/base
analyzer/commands     -> analyzer/watch
analyzer/main         -> analyzer/commands analyzer/base
"""

# Headers of the system, by room: a pattern of what must not be included, and why.
FORBIDDEN = (
    ("snapshot/layout.h", r".*", "the agreement on the bytes needs nothing but the compiler"),
    ("analyzer/model/", r"iostream|fstream|ostream|istream|sstream|filesystem|cstdio|stdio\.h|chrono|ctime|time\.h|thread|"
                        r"mutex|atomic|cstdlib|stdlib\.h|unistd\.h|fcntl\.h|sys/.*|fmt/.*",
     "the model is nouns and arithmetic: no I/O, no clock, no environment"),
    ("analyzer/render/", r"fstream|filesystem|chrono|ctime|time\.h|thread|mutex|unistd\.h|fcntl\.h|sys/.*",
     "rendering turns a model into bytes and looks at nothing else"),
    ("analyzer/watch/", r"fstream|filesystem|chrono|ctime|time\.h|thread|mutex|unistd\.h|fcntl\.h|sys/.*|ncurses\.h",
     "what the live view shows depends on a look, keys and a size, and on nothing else"),
    # Of C++'s own headers those that a freestanding compiler has too.
    ("interposer/", r"(?!(?:atomic|bit|cstddef|cstdint|initializer_list|limits|type_traits)$)[a-z_]+|stdio\.h|stdlib\.h|locale\.h|wchar\.h|assert\.h",
     "the quiet house has no libstdc++, no stdio and no allocation"),
)


def own_files():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "snapshot",
                             "interposer", "analyzer"], capture_output=True, text=True, check=True)
    return [f for f in listed.stdout.split() if f.endswith((".h", ".cc", ".def")) and os.path.exists(f)]


def parse_picture():
    arrows = []
    for line in PICTURE.strip().splitlines():
        if line.strip():
            source, targets = line.split("->")
            arrows += [(source.strip(), target) for target in targets.split()]
    return arrows


def below(path, place):
    """Is `path` the header `place`, a file of that stem, or a file in that folder?"""
    return path == place or path.startswith(place + "/") or os.path.splitext(path)[0] == place


def main():
    arrows, used, complaints = parse_picture(), collections.Counter(), []
    for path in own_files():
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for target in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.MULTILINE):
            if os.path.dirname(path) == os.path.dirname(target):
                if path == "snapshot/layout.h":
                    complaints.append(f"{path} includes {target}: it includes nothing")
                continue
            allowing = [arrow for arrow in arrows if below(path, arrow[0]) and below(target, arrow[1])]
            used.update(allowing)
            if not allowing:
                complaints.append(f"{path} includes {target}: no arrow allows it")
        for header in re.findall(r"^\s*#\s*include\s+<([^>]+)>", text, re.MULTILINE):
            for place, pattern, why in FORBIDDEN:
                if path.startswith(place) and re.fullmatch(pattern, header):
                    complaints.append(f"{path} includes <{header}>: {why}")
    for arrow in arrows:
        if not used[arrow] and any(below(path, arrow[0]) for path in own_files()):
            print(f"note: {arrow[0]} -> {arrow[1]} is allowed and unused")
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
