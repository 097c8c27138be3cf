#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds mcast as it is released, measures it against plain sockets and its peers in network
# namespaces of its own, and writes the figures.
set -eu

usage='Usage: tests/bench/run.sh [OPTION...]
  --repeat N     repetitions, 5 unless said
  --seconds S    length of a run, 2 unless said
  --only KEYS    rows whose key matches, as in "mcastsrc-*"; then docs/ is left as it is
  --build DIR    where to build, build-bench unless said
Writes DIR/bench/bench.json, and from it docs/performance.md and docs/images/performance.svg.'

bench=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$bench/../.." && pwd)
build=$root/build-bench
only=''
repeat=5
seconds=2

while [ $# -gt 0 ]; do
  case $1 in
    --repeat) repeat=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --only) only=$2; shift ;;
    --build) build=$2; shift ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift
done

"$bench/build.sh" "$build"

# What is installed for the system's own Python, introspection above all, others do not see.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

status=0
PYTHONDONTWRITEBYTECODE=1 unshare --map-root-user --net "$python" "$bench/bench.py" \
  --build "$build" --output "$build/bench/bench.json" \
  --repeat "$repeat" --seconds "$seconds" ${only:+--only "$only"} || status=$?
[ -z "$only" ] || exit "$status"
"$python" "$bench/report.py" "$build/bench/bench.json" "$root/docs"
exit "$status"
