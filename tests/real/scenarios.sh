# SPDX-License-Identifier: Apache-2.0
# What programs.sh runs. A scenario starts its program by way of `watched`, prints what matters, and leaves in record/
# what is too much to print; both must come out the same on every run, so there are no times, no addresses and no
# random numbers in them. Servers listen on a Unix socket in the scenario's folder: no port to collide with.
# shellcheck shell=bash disable=SC2034,SC2154  # what is named here and there, checks.sh and programs.sh have

scenarios=(redis nginx memcached sqlite python pipelines git compiler)
declare -A program_of=([redis]=redis-server [nginx]=nginx [memcached]=memcached [sqlite]=sqlite3 [python]=python3*
                       [pipelines]=bash [git]=git [compiler]=cc1plus)
clients=$repository/tests/real/clients.py
# The interpreter itself, not a wrapper around it.
python=$(readlink -f "$(python3 -c 'import sys; print(sys.executable)')")

# stop_server PID SIGNAL: prints how it ended.
stop_server() {
  kill -s "$2" "$1"
  wait "$1"
  echo "server ended with $?"
}

# Load, then a data set whose digest is known, a background save in a forked child, and an orderly end.
scenario_redis() {
  exec_watched redis-server --port 0 --unixsocket redis.sock --dir . --logfile log --save '' \
    --enable-debug-command yes &
  local server=$!
  wait_until redis-cli -s redis.sock ping || return
  redis-benchmark -s redis.sock -q -n 20000 -r 5000 -P 8 -t set,get,lpush,lpop,sadd,hset,zadd,lrange_100 >/dev/null
  echo "benchmark ended with $?"
  redis-cli -s redis.sock flushall
  awk 'BEGIN { for (i = 0; i < 40000; ++i) {
         printf "SET key:%d %032d\r\nLPUSH list:%d %d\r\n", i % 9000, i, i % 50, i
         printf "HSET hash:%d f%d v%d\r\n", i % 70, i, i
         if (i % 3 == 0) printf "DEL key:%d\r\nAPPEND text:%d %d\r\n", i % 7000, i % 400, i } }' |
    redis-cli -s redis.sock --pipe | tail -n 1
  redis-cli -s redis.sock debug digest
  redis-cli -s redis.sock bgsave
  wait_until sh -c 'redis-cli -s redis.sock info persistence | grep -q rdb_bgsave_in_progress:0'
  redis-cli -s redis.sock info persistence | grep rdb_last_bgsave_status
  redis-check-rdb dump.rdb | grep -o 'RDB looks OK.*'
  stop_server "$server" TERM
}

# A master and two workers, compressed and plain files, and a reload that replaces the workers in the middle.
scenario_nginx() {
  mkdir files
  local i
  for i in {1..40}; do seq "$i" $((i * 150)) >"files/$i.txt"; done
  chmod 755 . files
  cat >nginx.conf <<CONF
worker_processes 2;
daemon off;
pid $PWD/nginx.pid;
error_log $PWD/record/error.log crit;
events { worker_connections 64; }
http {
  access_log off;
  default_type text/plain;
  gzip on;
  client_body_temp_path $PWD/body; proxy_temp_path $PWD/proxy;
  fastcgi_temp_path $PWD/fastcgi; uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
  server { listen unix:$PWD/nginx.sock; root $PWD/files; }
}
CONF
  exec_watched nginx -e "$PWD/record/error.log" -c "$PWD/nginx.conf" &
  local server=$!
  wait_until test -S nginx.sock -a -s nginx.pid || return
  "$python" "$clients" fetch nginx.sock {1..40}.txt missing.txt
  kill -HUP "$server"
  "$python" "$clients" fetch nginx.sock {1..40}.txt
  stop_server "$server" QUIT
}

scenario_memcached() {
  exec_watched memcached -s "$PWD/memcached.sock" -t 4 -m 32 -u "$(id -un)" &
  local server=$!
  wait_until test -S memcached.sock || return
  "$python" "$clients" memcached memcached.sock
  stop_server "$server" TERM
}

scenario_sqlite() {
  watched sqlite3 orders.db <<'SQL'
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
  INSERT INTO orders SELECT i, 'customer ' || (i * 7919 % 3000), hex(i * i) FROM n;
CREATE INDEX by_customer ON orders(customer);
SELECT customer, count(*), max(note) FROM orders GROUP BY customer ORDER BY 2 DESC, 1 LIMIT 20;
BEGIN; UPDATE orders SET note = note || customer WHERE id % 3 = 0; ROLLBACK;
SELECT count(*), sum(length(note)) FROM orders WHERE customer IN (SELECT customer FROM orders WHERE id % 7 = 0);
SELECT nonsense FROM orders;
SQL
  echo "sqlite3 ended with $?"
  watched sqlite3 orders.db .dump | sha256sum
}

# libc's malloc instead of Python's own pools, threads, a subprocess, exceptions, and an exit status of its own.
scenario_python() {
  PYTHONMALLOC=malloc watched "$python" - <<'PYTHON'
import gc, json, subprocess, sys, threading
totals = [0] * 4
def count(number):
    words = {}
    for i in range(15000):
        words.setdefault(str(i * 7919 % 5003), []).append(i)
    totals[number] = sum(len(json.dumps(places)) for places in words.values())
threads = [threading.Thread(target=count, args=(number,)) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(totals, subprocess.run(["echo", "child"], capture_output=True).stdout)
caught = 0
for i in range(20000):
    try: {}[i]
    except KeyError: caught += 1
print(caught, gc.collect() >= 0, file=sys.stderr)
sys.exit(7)
PYTHON
  echo "python ended with $?"
  watched "$python" -c 'print(sum(len(str(i)) for i in range(50000)))'
}

scenario_pipelines() {
  watched bash -u <<'BASH'
seq 1 20000 | sort -r | awk '{ sum += $1 } END { print sum }'
for i in {1..15}; do echo "$(printf %s "$i" | tr 0-9 a-j)"; done | tee >(wc -l >lines) | md5sum
diff <(seq 10) <(seq 1 2 10) | grep -c '^<'
false | true | (exit 3) | cat; echo "${PIPESTATUS[@]}"
declare -A seen; for number in $(seq 1 3000); do seen[$((number % 97))]+=x; done; echo "${#seen[@]} ${seen[5]}"
(kill -TERM $BASHPID); echo "killed: $?"
exec 3<<<"here"; read -r line <&3; echo "$line"
echo to stderr >&2
exit 5
BASH
  echo "bash ended with $?"
}

scenario_git() {
  export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
  export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
  export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'
  watched git init -q -b main project
  cd project || return
  local i
  for i in {1..60}; do seq "$i" $((i * 40)) >"file$i"; done
  watched git add . && watched git commit -qm first
  watched git checkout -qb side
  sed -i 's/7/seven/' file2* && watched git commit -qam side
  watched git checkout -q main
  sed -i '1d' file3* && watched git commit -qam third
  watched git merge -q --no-edit side
  watched git log --stat --format='%H %s'
  watched git diff HEAD~1 | sha256sum
  watched git gc -q
  watched git fsck --strict 2>&1
  watched git clone -q . ../clone
  watched git -C ../clone rev-parse HEAD
  watched git checkout nowhere
  echo "git ended with $?"
}

# The driver with the compiler, assembler and linker that it starts; then one that must fail.
scenario_compiler() {
  watched g++ -std=c++17 -O1 "$repository/examples/leaky_service.cc" -o service
  echo "g++ ended with $?"
  sha256sum service
  ./service --no-such-flag
  echo 'int main() { return std::string(1, 2, 3, 4).nothing(); }' | watched g++ -x c++ -include string -c - -o none.o
  echo "g++ ended with $?"
}
