#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real programs, run as people run them: unwatched, watched as installed, and watched with every allocation sampled.
# Whatever they print or leave behind, and how they end, must be the same each time; and no leak is found in them.
#
#   tests/real/programs.sh [SCENARIO…]      all of scenarios.sh unless some are named
set -u
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
. "$(dirname "${BASH_SOURCE[0]}")/scenarios.sh"
require_build libleakwatch.so leakwatch

scratch=$(mktemp -d)
live=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
chmod 755 "$scratch"  # servers that drop their privileges must still get in
trap 'rm -rf "$scratch" "$live"' EXIT

# Puts the programs of a scenario under leakwatch, or not: see run_scenario.
watching=()
watched() { env ${watching[@]+"${watching[@]}"} "$@"; }
exec_watched() { exec env ${watching[@]+"${watching[@]}"} "$@"; }  # for the background, so that $! is the program's

# shellcheck disable=SC2046  # one word for each job
kill_jobs() { kill -9 $(jobs -p) 2>/dev/null; }

# run_scenario NAME MODE: in a folder of its own; all that it leaves in record/ will be compared. Its servers
# are children of the subshell, which ends them if the scenario did not.
run_scenario() {
  local name=$1 mode=$2
  local home=$scratch/$mode/$name
  mkdir -p "$home/record" "$home/snapshots"
  chmod 1777 "$home/snapshots"
  if [ "$mode" != unwatched ]; then
    watching=("LD_PRELOAD=$build/libleakwatch.so" "LEAKWATCH_DIR=$home/snapshots" "LEAKWATCH_LIVE_DIR=$live"
              "LEAKWATCH_INTERVAL=$mode" LEAKWATCH_PERIOD=1s)
  fi
  (
    cd "$home" || exit 1
    trap kill_jobs EXIT
    "scenario_$name"
  ) >"$home/record/stdout" 2>"$home/record/stderr" </dev/null
  printf 'exit status %s\n' "$?" >"$home/record/status"
}

check_scenario() {
  local name=$1 mode difference snapshots read
  run_scenario "$name" unwatched
  if ! grep -q '^exit status 0$' "$scratch/unwatched/$name/record/status"; then
    failed_check "$name, unwatched" "$(cat "$scratch/unwatched/$name/record/"{status,stderr})"
    return
  fi
  for mode in auto 1; do
    run_scenario "$name" "$mode"
    if difference=$(diff -r "$scratch/unwatched/$name/record" "$scratch/$mode/$name/record"); then
      ok "$name at LEAKWATCH_INTERVAL=$mode ends as it does unwatched"
    else
      failed_check "$name at LEAKWATCH_INTERVAL=$mode ends as it does unwatched" "$difference"
    fi
    snapshots=$(find "$scratch/$mode/$name/snapshots" -name "leakwatch.${program_of[$name]}.*.lws" | wc -l)
    if [ "$snapshots" -gt 0 ] && read=$("$build/leakwatch" report "$scratch/$mode/$name/snapshots" 2>&1); then
      ok "$name at LEAKWATCH_INTERVAL=$mode left $snapshots snapshots that can be read"
    else
      failed_check "$name at LEAKWATCH_INTERVAL=$mode left snapshots that can be read" "$snapshots snapshots; ${read:-}"
    fi
  done
  # None of them leaks, and most of their processes are over before anybody could tell.
  if read=$("$build/leakwatch" check "$scratch/auto/$name/snapshots" 2>&1); then
    ok "$name raises no alarm"
  else
    failed_check "$name raises no alarm" "$read"
  fi
}

[ $# -gt 0 ] || set -- "${scenarios[@]}"
for scenario in "$@"; do check_scenario "$scenario"; done
finish
