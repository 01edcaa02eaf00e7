#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All tests, one suite after the other; `make test` calls it. Each suite's full output goes to out/logs/, failures are
# shown, and the last line is `N passed, N failed`. `tests/run.sh preload golden` runs the named suites only.
#
# A suite counts its own checks and says so in its last line (Catch2's own words are understood too); one that does not
# is a single check, by its exit status. A suite whose files are not there yet is named and passed over.
set -u
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 MAKEFLAGS=
wanted=" $* "
total_passed=0 total_failed=0 failures=()
mkdir -p out/logs

# counts LOG STATUS: prints "passed failed".
counts() {
  local line
  if line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -1) && [ -n "$line" ]; then
    echo "$line" | sed 's/[^0-9 ]//g'
  elif line=$(grep -E '^All tests passed \(' "$1" | tail -1) && [ -n "$line" ]; then
    echo "$line" | sed -E 's/.* in ([0-9]+) test cases?\).*/\1 0/'
  elif line=$(grep -E '^test cases:' "$1" | tail -1) && [ -n "$line" ]; then
    echo "$(echo "$line" | grep -oE '[0-9]+ passed' | grep -oE '[0-9]+' || echo 0)" \
      "$(echo "$line" | grep -oE '[0-9]+ failed' | grep -oE '[0-9]+' || echo 0)"
  elif [ "$2" -eq 0 ]; then
    echo 1 0
  else
    echo 0 1
  fi
}

# suite NAME COMMAND…
suite() {
  local name=$1 log=out/logs/${1//\//-}.log began=$SECONDS status passed failed
  shift
  [ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || return 0
  "$@" >"$log" 2>&1 </dev/null
  status=$?
  read -r passed failed <<<"$(counts "$log" $status)"
  # A suite that says all is well and then fails, or dies before it has counted, is not well.
  if [ $status -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed))
  printf '%-28s %5d passed, %d failed   (%d s)\n' "$name" "$passed" "$failed" $((SECONDS - began))
  if [ "$failed" -ne 0 ]; then
    what_failed "$log" 120
    echo "    (all of it: $log)"
    failures+=("$name")
  fi
  return 0
}

# what_failed LOG LINES: what went wrong, in at most so many lines.
what_failed() { { grep -E -A12 'FAILED|: error:|^NOT|: FAILED:' "$1" || tail -40 "$1"; } | head -"$2" | sed 's/^/    /'; }

# absent NAME: says that a suite is passed over.
absent() { [ "$wanted" = "  " ] && echo "$1: not there yet"; }
any() { compgen -G "$1" >/dev/null; }
have_command() { [ -f analyzer/main.cc ]; }

build() {
  local goals=(out/release/libleakwatch.so preload-programs reach-programs out/release/perf/pairs out/release/perf/mapping_pairs
    examples unit)
  ! have_command || goals+=(build)
  make -s -j2 "${goals[@]}"
}
# built FLAVOUR: the unit tests of that flavour.
built() { make -s -j2 FLAVOUR="$1" unit; }
stress_in_tsan() { make -s -j2 FLAVOUR=tsan stress && out/tsan/stress-tests '[stress]'; }
# Without those that search a whole process for pointers: here it has terabytes of the sanitizer's own.
unit_in_asan() { built asan && UBSAN_OPTIONS=print_stacktrace=1 out/asan/unit-tests '~[reach]'; }
# A quarter of what `make score` plays, about 20 s of CPU; what misses a target by chance alone passes.
simulator() { make -s -j2 simulator && out/release/simulator; }
fuzz_shortly() { make -s -j2 fuzzers && FUZZ_SECONDS=10 bash tests/fuzz/run.sh; }

suite build build
if any 'tests/unit/*.cc' || any 'tests/unit/*/*.cc'; then
  suite unit out/release/unit-tests
  [ "$wanted" = "  " ] || suite unit-asan unit_in_asan
else
  absent unit
fi
suite simulator simulator
# The sanitizer flavours take as long as all the rest: `tests/run.sh unit-asan stress-tsan` runs them.
[ "$wanted" = "  " ] || suite stress-tsan stress_in_tsan
suite preload python3 tests/preload/run.py
suite reach python3 tests/reach/run.py
suite pair-cost python3 tests/perf/pair_cost.py
analyzer_memory() { make -s -j2 build out/release/perf/many_snapshots && python3 tests/perf/analyzer_memory.py; }
suite analyzer-memory analyzer_memory
if [ -f tests/golden/run.sh ]; then suite golden bash tests/golden/run.sh; else absent golden; fi
suite watch python3 tests/watch/run.py
suite schema bash tests/schema/run.sh
page() { make -s -j2 build out/release/golden/server out/release/perf/many_snapshots && /usr/bin/python3 tests/page/run.py; }  # the distribution's: it has its selenium
suite page page
suite serve python3 tests/serve/run.py
if [ -f tests/fuzz/run.sh ]; then suite fuzz fuzz_shortly; else absent fuzz; fi
suite checks bash tests/checks/lint.sh --quick
soak() { make -s -j2 out/release/soak/workload && python3 tests/soak/soak.py --seconds 60; }
suite soak soak
for script in tests/real/*.sh; do
  # Those that begin with #! are suites, the others are parts of them.
  if [ -f "$script" ] && [ "$(head -c 2 "$script")" = '#!' ]; then
    suite "real/$(basename "$script" .sh)" bash "$script"
  fi
done
any 'tests/real/*.sh' || absent real

# Once more at the end: of a long log, the end is what people see.
for name in ${failures[@]+"${failures[@]}"}; do
  echo "failed in $name:"
  what_failed "out/logs/${name//\//-}.log" 12
done
echo "all of it took $((SECONDS / 60)) min $((SECONDS % 60)) s"
echo "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ]
