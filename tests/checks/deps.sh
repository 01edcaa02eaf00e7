#!/usr/bin/env bash
# Names the Debian packages that are missing and installs them: all, or with `demo` only what building and the demo
# need. Prints nothing but one line when all are there.
set -eu
to_build=(
  g++ make git python3 binutils                                        # the build
  libunwind-dev libxxhash-dev libdw-dev libelf-dev libdebuginfod-dev   # stacks, identity, symbols
  libfmt-dev libcli11-dev nlohmann-json3-dev zlib1g-dev liblzma-dev libprotozero-dev libmicrohttpd-dev  # the analyzer
  node-d3-array node-d3-axis node-d3-collection node-d3-color node-d3-format node-d3-interpolate node-d3-path
  node-d3-scale node-d3-selection node-d3-shape                        # the page of the HTML report
  libncurses-dev                                                       # its live view
)
to_demonstrate=(redis-server redis-tools)
to_test=(
  clang clang-format clang-tidy catch2 libclang-rt-14-dev dwz          # checks, unit tests, fuzzers
  libjemalloc-dev libgoogle-perftools-dev libmimalloc-dev              # the neighbours
  nginx-light memcached sqlite3 libsqlite3-dev python3-dev valgrind heaptrack gdb                 # programs the tests and benchmarks watch
  golang-go prometheus libxml2-utils mandoc man-db zsh fish less tmux  # read what is exported, generated and shown
  chromium chromium-driver python3-selenium                            # look at the HTML report
)
packages=("${to_build[@]}" "${to_demonstrate[@]}")
[ "${1:-all}" = demo ] || packages+=("${to_test[@]}")
missing=()
for p in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "deps: all ${#packages[@]} packages are installed"
  exit 0
fi
echo "deps: missing: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "deps: run as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
# Installing a server must not start it: the tests start their own.
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "deps: installed"
