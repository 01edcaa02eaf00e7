#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How long the views take, and how much memory, on a large input: 10,000 snapshots, 200,000 sites, 100-deep stacks of
# wide names (about 2 GB on disk). Prints a line per view. A figure of a busy machine is an upper bound.
#
#   tests/perf/large_inputs.sh [FOLDER [SNAPSHOTS [SITES [DEPTH [OF_EACH [LIVE]]]]]]    FOLDER is kept, and used again
#   if it is there. OF_EACH: snapshots of each process (62); LIVE: live samples of each site (1)
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$folder"' EXIT
make -s out/release/leakwatch out/release/perf/many_snapshots
mkdir -p "$folder"
[ -n "$(ls "$folder")" ] || out/release/perf/many_snapshots "$folder" "${@:2}"
echo "$(ls "$folder" | wc -l) snapshots, $(du -sm "$folder" | cut -f1) MB, load $(cut -d' ' -f1 /proc/loadavg)"
for view in 'top -n 20' 'top -n 20 --by growth' 'tree' 'tree --bottom-up' 'peek handle_request' 'sizes' 'flame' 'export html'; do
  /usr/bin/env python3 - "$view" out/release/leakwatch $view "$folder" <<'PYTHON'
import resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{sys.argv[1]:<24} {time.monotonic() - began:6.1f} s, {usage.ru_utime + usage.ru_stime:6.1f} s of CPU, "
      f"{usage.ru_maxrss / 1024:7.0f} MiB, exit status {done.returncode}")
PYTHON
done
