#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Golden tests of the `leakwatch` command. The name of a file in expected/ is the command that makes it: its stdout, its
# stderr behind "stderr:", its exit status last. The snapshots it looks at are made anew by make_snapshots.
#
#   tests/golden/run.sh                      check; last line: N passed, N failed
#   tests/golden/run.sh --record             record all of them anew
#   tests/golden/run.sh --record 'top leaky' record, or begin, some of them
set -u
cd "$(dirname "$0")/../.."
root=$PWD
make -s -j2 build out/release/golden/server || exit 1
record=
if [ "${1:-}" = --record ]; then record=yes; shift; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache LC_ALL=C.UTF-8 TZ=UTC LEAKWATCH_LIVE_DIR=$work/live
unset LD_PRELOAD LEAKWATCH_DIR LEAKWATCH_SUPPRESSIONS LSAN_OPTIONS NO_COLOR DEBUGINFOD_URLS
mkdir "$work/live" "$work/data"
out/release/golden/server "$work/data" || exit 1
cp tests/golden/known.supp "$work/data/"
head -c 430 "$work/data/plain.lws" >"$work/data/truncated.lws"  # in the middle of LIVE
echo 'not a snapshot' >"$work/data/text.lws"
: >"$work/data/empty.lws"
mkdir "$work/data/nothing"
(cd "$work/data" && "$root/out/release/leakwatch" baseline -o healthy.json healthy >/dev/null) || exit 1
head -c 300 "$work/data/healthy.json" >"$work/data/damaged.json"

# What a command says, without what differs between two checkouts or versions.
output_of() {
  local status
  (cd "$work/data" && eval "\"$root/out/release/leakwatch\" $1" >"$work/stdout" 2>"$work/stderr")
  status=$?
  cat "$work/stdout"
  if [ -s "$work/stderr" ]; then echo "stderr:"; cat "$work/stderr"; fi
  echo "exit status $status"
}
cleaned() { sed -e "s,$root,ROOT,g" -e "s,$work,WORK,g" -e 's/leakwatch [0-9]*\.[0-9]*\.[0-9]*/leakwatch VERSION/' \
  -e 's/"leakwatch": "[0-9.]*"/"leakwatch": "VERSION"/'; }

passed=0 failed=0
if [ $# -gt 0 ]; then names=("$@"); else names=(); for f in tests/golden/expected/*; do names+=("${f##*/}"); done; fi
for name in "${names[@]}"; do
  expected=tests/golden/expected/$name
  output_of "$name" | cleaned >"$work/got"
  if [ -n "$record" ]; then
    cp "$work/got" "$expected"
  elif diff -u "$expected" "$work/got" >"$work/difference" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: leakwatch $name"
    cat "$work/difference"
  fi
done
if [ -n "$record" ]; then echo "recorded ${#names[@]} files"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
