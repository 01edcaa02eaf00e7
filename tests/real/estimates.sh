#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Programs that keep an account of their own memory, against leakwatch's estimate of it: redis on jemalloc, which asks
# malloc_usable_size() about every block and acts on the answer, and sqlite3 on glibc's malloc. The account counts what
# the allocator rounds up to (up to 15 % more), the estimate what was asked for. The account must lie within four of the
# errors (standard deviations) that the report itself states, and the stated error be small enough to be of use: 7 % at
# 64K, 30 % where the governor chooses, in a program of a second or two.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
require_build libleakwatch.so leakwatch

scratch=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; wait; rm -rf "$scratch"' EXIT

# watched INTERVAL COMMAND…: no snapshots but those that are asked for by signal, and the last one.
watched() {
  exec env LD_PRELOAD="$build/libleakwatch.so" LEAKWATCH_DIR="$PWD" LEAKWATCH_INTERVAL="$1" LEAKWATCH_PERIOD=0 \
    LEAKWATCH_FOLLOW=none "${@:2}"
}

# check_estimate WHAT ACCOUNT PERCENT: the first snapshot in this folder against the program's own count of bytes; its
# error must be at most so many per cent of it.
check_estimate() {
  local said
  "$build/leakwatch" report --json leakwatch.*.0.lws >report.json
  if said=$(python3 - "$2" "$3" <<'PYTHON'
import json, math, sys
account, useful = int(sys.argv[1]), float(sys.argv[2]) / 100
sites = [site["live_bytes"] for site in json.load(open("report.json"))["processes"][0]["sites"]]
estimate = sum(site["estimate"] for site in sites)
below, above = (math.hypot(*(site["estimate"] - site["low"] for site in sites)) / 1.96,
                math.hypot(*(site["high"] - site["estimate"] for site in sites)) / 1.96)
print(f"{estimate / account:.0%} of the program's own account of {account:,} bytes, with an error of {below / account:.0%}")
sys.exit(not (estimate - 4 * below <= account and 0.85 * account <= estimate + 4 * above and below <= useful * account))
PYTHON
  ); then
    ok "$1: $said"
  else
    failed_check "$1: $said"
  fi
}

redis_estimate() {
  watched "$1" redis-server --port 0 --unixsocket redis.sock --save '' --dir . --logfile log &
  server=$!
  wait_until redis-cli -s redis.sock ping || return
  redis-benchmark -s redis.sock -q -n 150000 -P 50 -r 2000000000 \
    set session:__rand_int__ "$(printf '%0220d' 0)" >/dev/null
  kill -USR2 "$server"
  wait_until compgen -G 'leakwatch.*.0.lws'
  check_estimate "redis at LEAKWATCH_INTERVAL=$1" \
    "$(redis-cli -s redis.sock info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p')" "$2"
  kill "$server"
  wait "$server"
}

sqlite_estimate() {
  (watched "$1" sqlite3 :memory: >out) <<'SQL'
CREATE TABLE orders(id INTEGER PRIMARY KEY, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
  INSERT INTO orders SELECT i, hex(randomblob(100)) FROM n;
.stats on
SELECT 1;
.shell kill -USR2 $PPID
SQL
  check_estimate "sqlite3 at LEAKWATCH_INTERVAL=$1" "$(sed -n 's/^Memory Used: *\([0-9]*\).*/\1/p' out)" "$2"
}

for case in "auto 30" "64K 7"; do
  for program in redis sqlite; do
    mkdir -p "$scratch/$program.${case% *}"
    cd "$scratch/$program.${case% *}" || exit
    # shellcheck disable=SC2086  # two words
    "${program}_estimate" $case
  done
done
finish
