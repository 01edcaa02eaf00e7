#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make lint: layout, clang-tidy and the checks beside this file. With --quick everything but clang-tidy, which takes
# minutes; the tests run that.
set -u
cd "$(dirname "$0")/../.."
quick=${1:-}
failed=0
step() { # NAME COMMAND…
  local name=$1
  shift
  if "$@"; then return; fi
  echo "lint: $name failed"
  failed=1
}

layout() { git ls-files -- '*.cc' '*.h' '*.c' '*.js' | xargs -d '\n' clang-format --dry-run -Werror; }

# One compiler command for all: the rooms differ in code generation only, which clang-tidy does not look at.
tidy() {
  git ls-files -- 'snapshot/*.cc' 'interposer/*.cc' 'analyzer/*.cc' |
    xargs -d '\n' -n 1 -P "$(nproc)" sh -c 'clang-tidy --quiet "$0" -- -std=c++20 -I. -D_GNU_SOURCE -DLW_VERSION="\"0\"" -DLW_PAGE="\"/dev/null\"" 2>/dev/null'
}

step clang-format layout
step "include directions" python3 tests/checks/include_directions.py
step tree bash tests/checks/tree.sh
if [ -f out/release/libleakwatch.so ]; then
  step exports bash tests/checks/exports.sh
  step imports bash tests/checks/imports.sh
fi
[ "$quick" = --quick ] || step clang-tidy tidy
[ $failed -ne 0 ] || echo "lint: clean"
exit $failed
