#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares what libleakwatch.so exports with exports.txt, the list a person has read.
set -eu
cd "$(dirname "$0")/../.."
library=${1:-out/release/libleakwatch.so}
export LC_ALL=C
listed=$(sed 's/#.*//; s/[[:space:]]//g; /^$/d' tests/checks/exports.txt | sort)
exported=$(nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort)
if ! diff <(echo "$listed") <(echo "$exported") >/dev/null; then
  echo "$library and tests/checks/exports.txt disagree (< listed, > exported):"
  diff <(echo "$listed") <(echo "$exported") | grep '^[<>]'
  exit 1
fi
echo "exports: $(echo "$listed" | wc -l) symbols, all of them listed"
