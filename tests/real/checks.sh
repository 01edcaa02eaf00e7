# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts in this folder: counts checks, prints one line for each, waits with a limit, and knows what to
# watch a program with.
# shellcheck shell=bash disable=SC2034  # the variables are for those who source this

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$repository/${OUT:-out/${FLAVOUR:-release}}
passed=0 failed=0

ok() {
  passed=$((passed + 1))
  printf 'ok %s\n' "$1"
}

# failed_check WHAT [DETAILS]: the details come after the line, indented, and not more than a screenful.
failed_check() {
  failed=$((failed + 1))
  printf 'FAILED %s\n' "$1"
  printf '%s\n' "${2:-}" | head -n 25 | sed 's/^/    /'
}

finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

# wait_until COMMAND…: tries it for up to ten seconds.
wait_until() {
  local deadline=$((SECONDS + 10))
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "gave up after 10 s waiting for: $*" >&2; return 1; }
    sleep 0.05
  done
}

# check_verdicts WHAT EXPECTED HOME [OPTION…]: the report on HOME/snapshots says what is expected, as expectations.txt has
# it, of a run that ended well (HOME/status is 0). Options are the report's.
check_verdicts() {
  local what=$1 expected=$2 home=$3 problems
  if ! grep -q '^0$' "$home/status"; then
    failed_check "$what: runs to its end" "$(cat "$home/status" "$home/out" "$home"/err "$home"/load 2>/dev/null)"
    return
  fi
  "$build/leakwatch" report --json "${@:4}" "$home/snapshots" >"$home/report.json" 2>"$home/report.err"
  if problems=$(python3 "$repository/tests/real/compare_verdicts.py" "$home/report.json" "$expected" 2>&1); then
    ok "$what: $expected"
  else
    failed_check "$what: $expected" "$problems"$'\n'"$(cat "$home/report.err")"
  fi
}

require_build() {
  local missing=() file
  for file in "$@"; do [ -e "$build/$file" ] || missing+=("$build/$file"); done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "not built: ${missing[*]}; run make build examples" >&2
    exit 2
  fi
}
