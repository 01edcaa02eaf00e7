#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares what libleakwatch.so imports with imports.txt, and makes sure that it needs libc and no other library.
set -eu
cd "$(dirname "$0")/../.."
library=${1:-out/release/libleakwatch.so}
export LC_ALL=C
status=0
listed=$(sed 's/#.*//; s/[[:space:]]//g; /^$/d' tests/checks/imports.txt | sort)
# Weak references of the compiler's start-up files stay null in every program and are not ours.
imported=$(nm -D -u "$library" | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -v -e '^_ITM_' -e '^__gmon_start__$' | sort)
if new=$(comm -13 <(echo "$listed") <(echo "$imported")) && [ -n "$new" ]; then
  echo "$library imports what tests/checks/imports.txt does not allow:" $new
  status=1
fi
needed=$(readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
if [ "$needed" != "libc.so.6 " ] && [ "$needed" != "ld-linux-x86-64.so.2 libc.so.6 " ]; then
  echo "$library needs $needed: only libc is allowed"
  status=1
fi
if readelf -W -r "$library" | grep -q R_X86_64_DTPMOD64; then
  echo "$library has thread-local variables that are not initial-exec: their first use would allocate"
  status=1
fi
[ $status -ne 0 ] || echo "imports: $(echo "$imported" | wc -l) symbols, all of them allowed; needs $needed"
exit $status
