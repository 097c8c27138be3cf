#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds mcast as it is released, measures it against plain sockets and its peers in network
# namespaces of its own, and writes the figures.
set -eu

usage='Usage: tests/bench/run.sh [OPTION...]
  --repeat N     repetitions, 5 unless said
  --seconds S    length of a run, 1.5 unless said
  --only KEYS    rows whose key matches one of these, as in "mcastsrc-*,udpsrc-*"
  --build DIR    where to build, build-bench unless said
  --publish      puts the figures of all rows into docs/ and README.md
Writes DIR/bench/bench.json, and from it performance.md, measurements.md and the chart. All
rows take some twelve minutes, and want the machine for themselves.'

bench=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$bench/../.." && pwd)
build=$root/build-bench
only=''
repeat=5
seconds=1.5
publish=''

while [ $# -gt 0 ]; do
  case $1 in
    --repeat) repeat=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --only) only=$2; shift ;;
    --build) build=$2; shift ;;
    --publish) publish=yes ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift
done

if [ -n "$publish" ] && [ -n "$only" ]; then
  echo "--publish is for all rows: leave --only out" >&2
  exit 2
fi

"$bench/build.sh" "$build"

# What is installed for the system's own Python, introspection above all, others do not see.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

arguments="--repeat $repeat --seconds $seconds"
[ -z "$only" ] || arguments="$arguments --only '$only'"
status=0
meson test --benchmark -C "$build" --no-rebuild --verbose \
  --test-args="$arguments" || status=$?
"$python" "$bench/report.py" "$build/bench/bench.json" "$build/bench"
if [ -n "$publish" ] && [ "$status" = 0 ]; then
  "$python" "$bench/report.py" "$build/bench/bench.json" "$root/docs" "$root/README.md"
fi
exit "$status"
