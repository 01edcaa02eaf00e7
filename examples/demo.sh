#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# leakwatch on two servers under load, from the preload to the verdict: a real redis-server, and leaky_service with its
# two leaks. About half a minute; all in a temporary folder, on Unix sockets and loopback, and nothing left running.
#
#   make demo                       builds what it needs first
#   DEMO_SECONDS=60 examples/demo.sh
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

build=$PWD/${OUT:-out/${FLAVOUR:-release}}
seconds=${DEMO_SECONDS:-20}
rate=3000
scratch=$(mktemp -d)
servers=()
# shellcheck disable=SC2046  # one word for each job
clean_up() {
  kill ${servers[@]+"${servers[@]}"} $(jobs -p) 2>/dev/null
  wait
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '\n── %s\n' "$*"; }
give_up() { printf 'demo: %s\n' "$*" >&2; exit 1; }

wait_until() {
  local deadline=$((SECONDS + 10))
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return
    sleep 0.05
  done
}

# start_watched NAME COMMAND…: this is all that it takes to watch a program. Snapshots every second are for the demo's
# short life; in production the default of one a minute does.
start_watched() {
  local name=$1
  shift
  mkdir "$scratch/$name"
  env LD_PRELOAD="$build/libleakwatch.so" LEAKWATCH_DIR="$scratch/$name" LEAKWATCH_PERIOD=1s "$@" \
    >"$scratch/$name.out" 2>"$scratch/$name.err" &
  servers+=($!)
}

# Sessions without an expiry, at a steady rate, in redis' own protocol.
produce_sessions() {
  awk -v ticks=$((seconds * 10)) -v per_tick=$((rate / 10)) 'BEGIN {
    for (tick = 0; tick < ticks; ++tick) {
      for (i = 0; i < per_tick; ++i)
        printf "*3\r\n$3\r\nSET\r\n$16\r\nsession:%08d\r\n$200\r\n%0200d\r\n", tick * per_tick + i, i
      fflush()
      system("sleep 0.1")
    } }' | redis-cli -s "$scratch/redis.sock" --pipe >/dev/null
}

for file in libleakwatch.so leakwatch examples/leaky_service examples/service_load; do
  [ -e "$build/$file" ] || give_up "$build/$file is missing: run make demo"
done

say "redis-server, unmodified, with libleakwatch.so preloaded"
start_watched redis redis-server --port 0 --unixsocket "$scratch/redis.sock" --save '' --appendonly no --dir "$scratch"
wait_until redis-cli -s "$scratch/redis.sock" ping || give_up "redis-server did not start: $(cat "$scratch/redis."*)"
echo "HSET and GET on 10,000 fields and keys, again and again; and $rate sessions a second, stored without an expiry."
timeout "$seconds" redis-benchmark -s "$scratch/redis.sock" -l -q -c 2 -r 10000 -d 100 -t hset,get >/dev/null 2>&1 &
produce_sessions &

say "leaky_service: a registry that never forgets a session, and an error path that forgets a buffer"
start_watched service "$build/examples/leaky_service"
wait_until grep -q listening "$scratch/service.out" || give_up "leaky_service: $(cat "$scratch/service.err")"
echo "$rate requests a second for $seconds seconds, one in a hundred of them malformed."
port=$(sed 's/.*://' "$scratch/service.out")
"$build/examples/service_load" "$port" --requests $((rate * seconds)) --rate "$rate" || give_up "the load failed"

say "both servers are asked to stop"
kill -TERM "${servers[@]}"
wait "${servers[@]}"
servers=()
echo "$(find "$scratch" -name '*.lws' | wc -l) snapshots, $(du -sch "$scratch"/*/*.lws | tail -n 1 | cut -f 1) in all"

say "leakwatch report: redis-server"
"$build/leakwatch" report "$scratch/redis"
say "leakwatch report: leaky_service"
"$build/leakwatch" report "$scratch/service"
