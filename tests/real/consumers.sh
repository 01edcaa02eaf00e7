#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Exports, pictures, completions and manual pages, each shown to the program that is to read it. On the snapshots of the
# golden tests, whose numbers are known. A consumer that is not installed is named and passed over.
#
#   tests/real/consumers.sh        last line: N passed, N failed
set -u
cd "$(dirname "$0")/../.."
root=$PWD leakwatch=$PWD/out/release/leakwatch
make -s -j2 out/release/leakwatch out/release/golden/server || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache LC_ALL=C.UTF-8 LEAKWATCH_LIVE_DIR=$work/live
unset LD_PRELOAD PAGER
mkdir "$work/live" "$work/data"
out/release/golden/server "$work/data" || exit 1
cd "$work/data"

passed=0 failed=0
check() { # NAME COMMAND…: passes if the command does
  local name=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    sed 's/^/    /' "$work/said"
  fi
}
have() { command -v "$1" >/dev/null || { echo "$1 is not installed: passed over"; return 1; }; }
says() { # TEXT COMMAND…: the command's output contains the text
  local text=$1
  shift
  "$@" 2>&1 | tee "$work/whole" | grep -qF -- "$text" || { cat "$work/whole"; return 1; }
}
export_as() { "$leakwatch" export "$@"; }

# --- pprof ---
if have go; then
  export PPROF_TMPDIR=$work/pprof HOME=$work
  export_as pprof leaky -o leaky.pb.gz
  export_as pprof healthy -o healthy.pb.gz
  pprof() { go tool pprof -symbolize=none "$@"; }
  check 'pprof shows live bytes when asked for nothing' says 'Type: inuse_space' pprof -top leaky.pb.gz
  check 'pprof blames the leaking function itself' says 'Cache::put' pprof -top -nodecount=1 leaky.pb.gz
  check 'pprof knows the sample types of Go' says 'Type: alloc_objects' pprof -top -sample_type=alloc_objects leaky.pb.gz
  check 'pprof knows growth' says 'Cache::put' pprof -top -sample_type=growth_per_hour -nodecount=1 leaky.pb.gz
  check 'pprof reads the labels' says 'growing' pprof -tags leaky.pb.gz
  check 'pprof focuses by verdict' says 'Cache::put' pprof -top -tagfocus=verdict=growing leaky.pb.gz
  check 'pprof lists source lines' says 'server_code.cc:5' pprof -top -lines leaky.pb.gz
  check 'pprof merges two processes' says 'evict_oldest' pprof -top leaky.pb.gz healthy.pb.gz
  check 'pprof subtracts one from the other' says 'Cache::put' pprof -top -diff_base=healthy.pb.gz leaky.pb.gz
  check 'pprof takes live bytes for the default' says 'inuse_space/bytes[dflt]' pprof -raw leaky.pb.gz
fi

# --- folded, speedscope, trace, tables ---
folded_grammar() { export_as folded leaky | awk '!/^[^ ].* [0-9]+$/ { print; bad = 1 } END { exit bad || NR < 4 }'; }
check 'folded stacks are stacks and a number' folded_grammar
check 'folded stacks begin at the outermost frame' says 'serve_forever();handle_request(Request const&);Cache::put' \
  export_as folded leaky
export_as speedscope leaky -o leaky.speedscope.json
check 'speedscope finds the format it specifies' python3 "$root/tests/checks/speedscope_schema.py" leaky.speedscope.json
trace() {
  export_as perfetto leaky healthy | python3 -c '
import json, sys
events = json.load(sys.stdin)["traceEvents"]
counters = [e for e in events if e["ph"] == "C" and e["name"] == "RSS"]
assert {e["pid"] for e in counters} == {4711, 4712}, "counters of both processes"
assert len([e for e in events if e["ph"] == "i"]) == 24, "an instant per snapshot"
assert all(e["ph"] == "M" or e["ts"] >= 0 for e in events), "no time before the first"'
}
check 'the trace has counters and snapshots of every process' trace
csv() {
  export_as csv leaky | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert len(rows) == 5 and None not in rows[0] and None not in rows[0].values(), rows[:1]
put = [r for r in rows if r["function"].startswith("Cache::put")][0]
assert float(put["live_bytes_low"]) < float(put["live_bytes"]) < float(put["live_bytes_high"])
assert put["verdict"] == "growing" and put["line"] == "5"'
}
check 'the table has a line per site, with limits' csv
check 'json is what report says' says '"findings"' export_as json leaky

# --- Prometheus ---
if have promtool; then
  metrics() { export_as openmetrics leaky healthy exact | promtool check metrics; }
  check 'promtool finds nothing wrong in the metrics' metrics
fi
check 'metrics end as OpenMetrics does' bash -c "'$leakwatch' export openmetrics leaky | tail -1 | grep -qx '# EOF'"

# --- massif ---
export_as massif leaky -o massif.out
if have ms_print; then
  check 'ms_print draws the growth' says '->' ms_print massif.out
  check 'ms_print shows what is alive, innermost first' says 'Cache::put(Request const&) (server_code.cc)' ms_print massif.out
fi
check 'massif wants one process' says 'choose one with --process' export_as massif leaky healthy

# --- pictures ---
for inverted in '' --inverted; do
  "$leakwatch" flame $inverted leaky -o "flame$inverted.svg"
  ! have xmllint || check "the flame graph $inverted is XML" xmllint --noout "flame$inverted.svg"
done
check 'the flame graph names what leaks' grep -q 'Cache::put.*of it leaks' flame.svg

# --- a pipe that closes early, a disk that is full ---
check 'a full disk is no success' bash -c "! '$leakwatch' export folded leaky -o /dev/full"
check 'an output that cannot be made is said' says 'cannot be written' export_as folded leaky -o no/such/folder

# --- completions ---
complete_in_bash() { # WORDS…: what bash offers for the last of them
  bash -c 'eval "$("$0" help --completion bash)"; COMP_WORDS=(leakwatch "$@"); COMP_CWORD=$#; compopt() { :; }
    _leakwatch; printf "%s\n" "${COMPREPLY[@]}"' "$leakwatch" "$@"
}
check 'bash completes a verb' says lifetimes complete_in_bash lif
check 'bash completes an option' says --bottom-up complete_in_bash tree --bo
check 'bash completes the word after --by' says byte_hours complete_in_bash top --by byte
check 'bash completes a format' says speedscope complete_in_bash export speed
for shell in zsh fish; do
  have "$shell" || continue
  "$leakwatch" help --completion "$shell" >"completion.$shell"
  check "$shell takes its completions" "$shell" --no-execute "completion.$shell"
done
if have fish; then
  check 'fish completes the word after --by' says byte_hours \
    fish -c 'source completion.fish; complete -C "leakwatch top --by byte"'
fi

# --- manual pages ---
for verb in '' $("$leakwatch" help --man | sed -n 's/.*leakwatch\\-\([a-z]*\).*/\1/p'); do
  page=leakwatch${verb:+-$verb}.1
  "$leakwatch" help --man $verb >"$page"
  check "man shows $page without a complaint" bash -c "! man --warnings -l $page 2>&1 >/dev/null | grep ."
  check "lexgrog knows what $page is about" lexgrog "$page"
  if command -v mandoc >/dev/null; then
    check "mandoc finds no error in $page" mandoc -T lint -W error "$page"
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
