#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Programs that keep an account of their own memory, against leakwatch's estimate of it: redis on jemalloc, which asks
# malloc_usable_size() about every block and acts on the answer, and sqlite3 on glibc's malloc. The account counts what
# the allocator rounds up to, the estimate what was asked for, with an error of about 5 % (a standard deviation) at
# 64K: it must lie between 75 % and 130 % of the account.
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

# check_estimate WHAT ACCOUNT: the first snapshot in this folder against the program's own count of bytes.
check_estimate() {
  local estimate
  "$build/leakwatch" report --json leakwatch.*.0.lws >report.json
  estimate=$(python3 -c 'import json
sites = json.load(open("report.json"))["processes"][0]["sites"]
print(round(sum(site["live_bytes"]["estimate"] for site in sites)))')
  if [ "$estimate" -ge $(($2 * 75 / 100)) ] && [ "$estimate" -le $(($2 * 130 / 100)) ]; then
    ok "$1: $((estimate * 100 / $2)) % of the program's own account"
  else
    failed_check "$1: $((estimate * 100 / $2)) % of the program's own account" "$estimate bytes, the program says $2"
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
    "$(redis-cli -s redis.sock info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p')"
  kill "$server"
  wait "$server"
}

sqlite_estimate() {
  (watched "$1" sqlite3 :memory: >out) <<'SQL'
CREATE TABLE orders(id INTEGER PRIMARY KEY, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  INSERT INTO orders SELECT i, hex(randomblob(100)) FROM n;
.stats on
SELECT 1;
.shell kill -USR2 $PPID
SQL
  check_estimate "sqlite3 at LEAKWATCH_INTERVAL=$1" "$(sed -n 's/^Memory Used: *\([0-9]*\).*/\1/p' out)"
}

for interval in auto 64K; do
  for program in redis sqlite; do
    mkdir -p "$scratch/$program.$interval"
    cd "$scratch/$program.$interval" || exit
    "${program}_estimate" "$interval"
  done
done
finish
