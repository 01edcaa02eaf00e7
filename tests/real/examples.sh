#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The examples, each with the flags of examples/expectations.txt, watched; then the report's verdicts are compared with
# the expected ones. All of them run at the same time, most of which they spend waiting. leaky_service is put under load
# and ended as an operator would end it; the others have a day's work of their own and end when it is done.
#
#   tests/real/examples.sh [REQUESTS]     for leaky_service, at 3000 a second; default 60000
#
# One request in twenty is malformed, for twenty seconds: the rare leak then leaves ten times as many samples as with one
# in a hundred for ten seconds, when a busy machine, on which leakwatch samples more sparsely, left too few to tell.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
mapfile -t examples < <(sed -n 's,^\([a-z_]*\).*:.*,examples/\1,p' "$(dirname "${BASH_SOURCE[0]}")/../../examples/expectations.txt" |
                        sort -u)
require_build libleakwatch.so leakwatch examples/service_load "${examples[@]}"

requests=${1:-60000}
scratch=$(mktemp -d)
live=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
# shellcheck disable=SC2046  # one word for each job
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$scratch" "$live"' EXIT

# run_watched HOME EXAMPLE [FLAG…]
run_watched() (
  home=$1
  shift
  env LD_PRELOAD="$build/libleakwatch.so" LEAKWATCH_DIR="$home/snapshots" LEAKWATCH_LIVE_DIR="$live" \
    LEAKWATCH_PERIOD=500ms "$build/examples/$1" "${@:2}" >"$home/out" 2>"$home/err" &
  server=$!
  trap 'kill "$server" 2>/dev/null' EXIT
  if [ "$1" = leaky_service ]; then
    wait_until grep -q listening "$home/out" || exit
    port=$(sed 's/.*://' "$home/out")
    "$build/examples/service_load" "$port" --requests "$requests" --rate 3000 --malformed-every 20 || exit
    kill -TERM "$server"
  fi
  wait "$server"
)

commands=() expectations=()
while IFS=: read -r command expected; do
  commands+=("$command") expectations+=("${expected# }")
done < <(grep '^[a-z]' "$repository/examples/expectations.txt")

for number in "${!commands[@]}"; do
  home=$scratch/$number
  mkdir -p "$home/snapshots"
  # shellcheck disable=SC2086  # the command is a list of words
  { run_watched "$home" ${commands[$number]} >"$home/load" 2>&1; echo $? >"$home/status"; } &
done
wait
for number in "${!commands[@]}"; do
  check_verdicts "${commands[$number]}" "${expectations[$number]}" "$scratch/$number"
done
finish
