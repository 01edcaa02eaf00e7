#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A canary beside its baseline: leaky_service built twice, optimised, and not optimised from sources whose lines have
# moved, so that addresses, lines and inlining all differ. Under the same load `diff` must see no change where there is
# none, and name what leaks only in the new one.
#
#   tests/real/canary.sh [REQUESTS]     at 1500 a second; default 27000
set -u
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
require_build libleakwatch.so leakwatch examples/service_load

requests=${1:-27000}
scratch=$(mktemp -d)
live=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
# shellcheck disable=SC2046  # one word for each job
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$scratch" "$live"' EXIT

cp -r "$repository/examples" "$scratch/moved"
find "$scratch/moved" -name '*.h' -o -name '*.cc' | while read -r file; do
  sed -i '1i // A line more\n// and another one.\n\n\n\n' "$file"
done
g++ -std=c++20 -O2 -g "$repository/examples/leaky_service.cc" -o "$scratch/leaky_service.base" -pthread &
g++ -std=c++20 -O0 -g "$scratch/moved/leaky_service.cc" -o "$scratch/leaky_service.new" -pthread || exit 1
wait

# run_watched NAME BUILD [FLAG…]: its program has the same name whichever build it is.
run_watched() (
  home=$scratch/$1
  mkdir -p "$home/snapshots" "$home/bin"
  ln "$scratch/leaky_service.$2" "$home/bin/leaky_service"
  env LD_PRELOAD="$build/libleakwatch.so" LEAKWATCH_DIR="$home/snapshots" LEAKWATCH_LIVE_DIR="$live" \
    LEAKWATCH_PERIOD=500ms "$home/bin/leaky_service" "${@:3}" >"$home/out" 2>"$home/err" &
  server=$!
  trap 'kill "$server" 2>/dev/null' EXIT
  wait_until grep -q listening "$home/out" || exit
  "$build/examples/service_load" "$(sed 's/.*://' "$home/out")" --requests "$requests" --rate 1500 \
    --malformed-every 20 >"$home/load" 2>&1 || exit
  kill -TERM "$server"
  wait "$server"
)

run_watched base base --without-leaks &
run_watched same new --without-leaks &
run_watched leaky new &
wait

# changed NEW: the functions in which NEW differs from the base, sorted.
changed() {
  "$build/leakwatch" diff --json "$scratch/base/snapshots" "$scratch/$1/snapshots" >"$scratch/$1.json" &&
    python3 -c 'import json, sys
for function in sorted({f["site"]["function"].split("(")[0] for f in json.load(open(sys.argv[1]))["findings"]}):
    print(function)' "$scratch/$1.json"
}

difference=$(changed same 2>&1)
if [ -z "$difference" ]; then
  ok "another build of the same program is no change"
else
  failed_check "another build of the same program is no change" \
    "$("$build/leakwatch" diff "$scratch/base/snapshots" "$scratch/same/snapshots" 2>&1)"
fi
difference=$(changed leaky 2>&1)
# Sessions that never expire are not expired any more: that is a change as well.
if [ "$difference" = $'Service::reply_with_error\nSessionRegistry::expire_oldest\nSessionRegistry::remember' ]; then
  ok "what leaks only in the new build is named"
else
  failed_check "what leaks only in the new build is named" "$difference
$("$build/leakwatch" diff "$scratch/base/snapshots" "$scratch/leaky/snapshots" 2>&1)"
fi
finish
