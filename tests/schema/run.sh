#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Watches real programs and holds every output for programs against what is promised: JSON against shapes.json, JUnit
# XML against junit.xsd.
#
#   tests/schema/run.sh        last line: N passed, N failed
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../real/checks.sh"
require_build libleakwatch.so leakwatch
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
schema=$repository/tests/schema
unset LEAKWATCH_SUPPRESSIONS LSAN_OPTIONS
export XDG_CACHE_HOME=$scratch/cache LEAKWATCH_LIVE_DIR=$scratch/live
mkdir "$scratch/live" "$scratch/base" "$scratch/new" "$scratch/odd"

# watched FOLDER COMMAND…: every allocation, several snapshots.
watched() {
  env LD_PRELOAD="$build/libleakwatch.so" LEAKWATCH_INTERVAL=1 LEAKWATCH_PERIOD=100ms LEAKWATCH_DIR="$scratch/$1" \
    "${@:2}" >/dev/null
}

sum='WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT sum(i), max(hex(i)) FROM n;'
for run in 1 2 3; do
  watched base sqlite3 :memory: "$sum"
  watched new sqlite3 :memory: "$sum" "CREATE TABLE t$run(x); INSERT INTO t$run VALUES (randomblob(99999)); $sum"
done
watched new bash -c 'for i in 1 2 3; do echo "$i" | sort | wc -l; done'
printf 'a < b & "c" \x01 \xff' >"$scratch/odd/leakwatch.odd.1.0.lws"  # its sentence is quoted in the XML
printf '# known\nleak:sqlite3*\nleak:nowhere\n' >"$scratch/known.supp"

# is_promised SHAPE STATUS COMMAND…: the JSON of a command, and how the command ends.
is_promised() {
  local shape=$1 wanted=$2 status problems what=$3
  shift 2
  (cd "$scratch" && "$build/leakwatch" "$@" >"$scratch/out.json" 2>"$scratch/err")
  status=$?
  if [ $status -ne "$wanted" ]; then
    failed_check "$what ends with $wanted" "status $status"$'\n'"$(cat "$scratch/err")"
  elif problems=$(python3 "$schema/validate.py" "$shape" "$scratch/out.json" 2>&1); then
    ok "leakwatch $*"
  else
    failed_check "leakwatch $*" "$problems"
  fi
}

is_valid_xml() {
  local problems
  if problems=$(xmllint --noout --schema "$schema/junit.xsd" "$1" 2>&1); then ok "$2"; else failed_check "$2" "$problems"; fi
}

is_promised report 0 report --json base
is_promised report 0 report --json --unfreed base new
is_promised report 3 report --json odd base
is_promised explain 0 report --json --explain 1 base
is_promised trend 0 trend --json base
is_promised trend 0 trend --json --ahead 24h -n 3 new
is_promised diff 0 diff --json base base
is_promised diff 0 diff --json base new
is_promised check 0 check --json base --junit passed.xml
is_promised check 1 check --json --unfreed base new --junit failed.xml
is_promised check 1 check --json --unfreed --max-live 1 --suppressions known.supp new odd --junit mixed.xml

# What the page of an HTML report carries.
page_is_promised() {
  local problems
  "$build/leakwatch" export html -o "$scratch/page.html" "$@" 2>"$scratch/err"
  sed -n 's,.*<script type="application/json" id="data">,,;s,</script>.*,,;/^{/p' "$scratch/page.html" >"$scratch/out.json"
  if problems=$(python3 "$schema/validate.py" page "$scratch/out.json" 2>&1); then
    ok "leakwatch export html $*"
  else
    failed_check "leakwatch export html $*" "$problems"
  fi
}
page_is_promised "$scratch/base"
page_is_promised "$scratch/base" "$scratch/new"
for outcome in passed failed mixed; do is_valid_xml "$scratch/$outcome.xml" "JUnit XML of a check that $outcome"; done
(cd "$scratch" && "$build/leakwatch" baseline -o base.json --unfreed base) >/dev/null
cp "$scratch/base.json" "$scratch/out.json"
if problems=$(python3 "$schema/validate.py" baseline "$scratch/base.json" 2>&1); then ok baseline; else failed_check baseline "$problems"; fi
is_promised check 0 check --json --baseline base.json base
head -c 300 "$scratch/base.json" >"$scratch/damaged.json"
"$build/leakwatch" check --baseline "$scratch/damaged.json" "$scratch/base" 2>"$scratch/err"
if [ $? -eq 3 ] && grep -q 'is damaged at byte' "$scratch/err"; then
  ok "a damaged baseline ends with 3"
else
  failed_check "a damaged baseline ends with 3" "$(cat "$scratch/err")"
fi
finish
