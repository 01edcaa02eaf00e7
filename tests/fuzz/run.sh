#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzzer for FUZZ_SECONDS (default 300), or those named: tests/fuzz/run.sh [NAME…]. Starts from the seeds in
# tests/fuzz/corpus/NAME and what earlier runs found (out/fuzz-corpus/NAME). An input that makes one crash is kept
# in out/fuzz-crashes; the status is then 1.
set -u
cd "$(dirname "$0")/../.."
seconds=${FUZZ_SECONDS:-300}
folder=out/${FLAVOUR:-release}/fuzz
mkdir -p out/fuzz-crashes
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for source in tests/fuzz/*.cc; do names+=("$(basename "$source" .cc)"); done
fi
failed=()
for name in "${names[@]}"; do
  seeds=tests/fuzz/corpus/$name
  found=out/fuzz-corpus/$name
  mkdir -p "$found"
  folders=("$found")
  [ -d "$seeds" ] && folders+=("$seeds")
  echo "fuzz: $name for $seconds seconds"
  if ! "$folder/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 \
      -artifact_prefix="out/fuzz-crashes/$name-" "${folders[@]}" >"$found.log" 2>&1; then
    tail -n 40 "$found.log"
    failed+=("$name")
  fi
  grep -E '^stat::number_of_executed_units|^Done|cov:' "$found.log" | tail -n 2
done
if [ ${#failed[@]} -ne 0 ]; then
  echo "fuzz: failed: ${failed[*]}; their inputs are in out/fuzz-crashes"
  exit 1
fi
echo "fuzz: ${#names[@]} fuzzers found nothing"
