#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Counts the instructions of the library's hot paths, the C library and GLib included, the kernel
# not, and compares them with those on record.
set -eu

usage='Usage: tests/bench/callgrind.sh [--record] [--build DIR]
Fails when a path takes over 3 % more instructions than tests/bench/instructions.json says.
--record replaces that file.'

bench=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=$(CDPATH='' cd -- "$bench/../.." && pwd)/build-bench
record=''

while [ $# -gt 0 ]; do
  case $1 in
    --record) record=--record ;;
    --build) build=$2; shift ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift
done

command -v valgrind >/dev/null || { echo "valgrind is missing" >&2; exit 77; }
"$bench/build.sh" "$build"
PYTHONDONTWRITEBYTECODE=1 exec unshare --map-root-user --net sh -c \
  'ip link set lo up && exec "$@"' sh \
  python3 "$bench/instructions.py" --build "$build" $record "$bench/instructions.json"
