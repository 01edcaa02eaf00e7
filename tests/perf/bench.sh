#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures what leakwatch costs, beside what its peers cost, and writes the tables into docs/overhead.md.
#
#   make bench                   everything, an hour; --rounds 3 takes 25 minutes; six more count instructions
#   BENCH_QUICK=1 make bench     fewer rounds and fewer peers, about 2 minutes
#   tests/perf/bench.sh --only redis --stdout     one workload, to the screen (see --help)
#
# A benchmark is no test: it passes no judgement and always ends with 0 unless it could not measure at all.
set -eu
cd "$(dirname "$0")/../.."

quick=()
if [ "${BENCH_QUICK:-0}" != 0 ]; then quick=(--quick); fi
exec python3 -B tests/perf/bench.py ${quick[@]+"${quick[@]}"} "$@"
