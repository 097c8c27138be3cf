#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs each fuzzer, built in build-fuzz with clang and the sanitizers: tests/fuzz/run.sh [SECONDS]
# What it finds, and the inputs that reach new code, stay in build-fuzz/inputs.
set -eu

seconds=${1:-60}
cd "$(dirname "$0")/../.."
packaging/check-build-folder.sh build-fuzz
[ -f build-fuzz/build.ninja ] \
  || CC=clang meson setup build-fuzz -Dfuzz=enabled -Db_sanitize=address,undefined \
    -Db_lundef=false --auto-features=disabled -Dtests=enabled
meson compile -C build-fuzz fuzzers

for fuzzer in build-fuzz/tests/fuzz/fuzz-*; do
  [ -f "$fuzzer" ] || continue
  name=$(basename "$fuzzer")
  inputs=build-fuzz/inputs/$name
  mkdir -p "$inputs"
  echo "== $name"
  "$fuzzer" -max_total_time="$seconds" -artifact_prefix="$inputs/" -print_final_stats=1 \
    -verbosity=0 "$inputs"
done
