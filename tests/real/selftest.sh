#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `leakwatch selftest` on real programs and allocators: exact mode knows every block of the leak, sampling comes close
# enough that only one run in a thousand misses. What misses twice has failed.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
require_build libleakwatch.so libleakwatch_selftest.so leakwatch

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

selftest() { "$build/leakwatch" selftest --dir "$scratch/snapshots" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null; }

# check WHAT OPTION…
check() {
  if selftest "${@:2}" || selftest "${@:2}"; then
    ok "selftest of $1"
  else
    failed_check "selftest of $1" "$(cat "$scratch/out" "$scratch/err")"
  fi
  rm -rf "$scratch/snapshots"
}

for allocator in "" jemalloc tcmalloc mimalloc; do
  on=(${allocator:+--allocator "$allocator"})
  for interval in 1 32K; do
    check "sqlite3 on ${allocator:-glibc} at $interval" ${on[@]+"${on[@]}"} --interval "$interval" --leak 20M/s -- \
      sqlite3 :memory: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                        SELECT count(DISTINCT hex(i)) FROM n"
  done
done
check "a pipeline of processes" --interval 32K --leak 20M/s -- bash -c 'seq 3000 | sort -r | md5sum'

# The outcome is told to programs, too, and a leak that is not seen is one that failed.
if selftest --json --interval 1 --leak 5M/s -- true &&
  python3 -c 'import json, sys
result = json.load(open(sys.argv[1]))
process = result["processes"][0]
assert result["passed"] and process["bytes_lie"] == "inside"
assert process["true_bytes"] == process["live_bytes"]["estimate"] > 5e6' "$scratch/out"; then
  ok "selftest --json"
else
  failed_check "selftest --json" "$(cat "$scratch/out" "$scratch/err")"
fi
selftest --interval 64M --leak 1M/s -- true
if [ $? -eq 1 ] && grep -q 'too few samples to compare' "$scratch/err"; then
  ok "a leak too small for the interval is not compared"
else
  failed_check "a leak too small for the interval is not compared" "$(cat "$scratch/out" "$scratch/err")"
fi
finish
