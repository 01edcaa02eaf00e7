#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Known leaks in real programs: in a module of redis, in an extension of SQLite's shell, in one of Python's HTTP server
# (leaks/), and glibc's own in setenv(), met by plain Python. Each is watched for a while under load, all at the same
# time; the report must name the function and the kind of leak, and nothing else.
#
#   tests/real/leaks.sh [SECONDS]     of load; default 14
set -u
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
require_build libleakwatch.so leakwatch

seconds=${1:-14}
sources=$repository/tests/real/leaks
python=$(readlink -f "$(python3 -c 'import sys; print(sys.executable)')")
scratch=$(mktemp -d)
live=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
# shellcheck disable=SC2046  # one word for each job
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$scratch" "$live"' EXIT

compiled() { gcc -shared -fPIC -O2 -g -Wall -Wextra "$sources/$1.c" -o "$scratch/$1.so" "${@:2}" || exit 1; }
watched() (
  exec env LD_PRELOAD="$build/libleakwatch.so" LEAKWATCH_DIR="$1/snapshots" LEAKWATCH_LIVE_DIR="$live" \
    LEAKWATCH_PERIOD=500ms "${@:2}"
)
until_end() { local end=$((SECONDS + seconds)); while [ $SECONDS -lt $end ]; do "$@" || return; done; }

visit_redis() { redis-benchmark -s "$1/redis.sock" -q -n 400 -r 100000000 -c 5 visit client:__rand_int__ && sleep 0.1; }
leak_redis() {
  watched "$1" redis-server --port 0 --unixsocket "$1/redis.sock" --dir "$1" --save '' \
    --loadmodule "$scratch/redis_visits.so" &
  wait_until redis-cli -s "$1/redis.sock" ping || return
  until_end visit_redis "$1" || return
  redis-cli -s "$1/redis.sock" shutdown nosave
  wait "$!"
}

titles="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  SELECT count(slug('A Title, and Number ' || i || ' of Very Many in This Long, Long List of Titles')) FROM n;"
ask_sqlite() { echo "$titles" && sleep 0.05; }
leak_sqlite() {
  { echo ".load $scratch/sqlite_slug"; until_end ask_sqlite; } | watched "$1" sqlite3 :memory:
}

leak_python() { PYTHONPATH=$scratch watched "$1" "$python" "$sources/form_server.py" "$seconds"; }
leak_setenv() { watched "$1" "$python" "$sources/request_ids.py" "$seconds"; }

declare -A expected=([redis]="remember_visitor growing" [sqlite]="slug_of growing" [python]="via unquote growing"
                     [setenv]="via setenv|__add_to_environ|putenv growing")

compiled redis_visits
compiled sqlite_slug
# shellcheck disable=SC2046  # several words
compiled python_unquote $(python3-config --includes)
for leak in "${!expected[@]}"; do
  mkdir -p "$scratch/$leak/snapshots"
  (leak_"$leak" "$scratch/$leak" >"$scratch/$leak/out" 2>&1; echo $? >"$scratch/$leak/status") &
done
wait
for leak in "${!expected[@]}"; do check_verdicts "$leak" "${expected[$leak]}" "$scratch/$leak"; done
finish
