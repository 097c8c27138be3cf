#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs missing packages, builds mcast and runs its tests.
set -eu

usage='Usage: tests/run.sh [OPTION...] [TEST...]
Runs all tests but the slow ones, or those named. The last line is the result.
  --install       install missing packages with sudo without asking
  --slow          the slow ones too
  --brief         without the tests that .ci/run runs in the plain build alone
  --sanitize      built in build-asan with the address and undefined behaviour sanitizers
  --threads       built in build-tsan with the thread sanitizer
  --clang         built in build-clang with clang
  --unprivileged  when root, run the tests without privilege, as a user does
  --no-summary    leave the last lines to somebody who adds up several runs'

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

dir=build
groups='test'
install=''
build_options=''
setup_options=''
log_name=testlog
privilege=''
summary=yes

use_setup () {
  setup_options="--setup $1"
  log_name=testlog-$1
}

use_dir () {
  dir=$1
  build_options='-Dwerror=true'
}

# g-ir-scanner would have to load the library without the sanitizer.
use_sanitizer () {
  use_dir "$1"
  build_options="$build_options -Dintrospection=disabled -Db_sanitize=$2 -Db_lundef=false"
}

while [ $# -gt 0 ]; do
  case $1 in
    --install) install=--install ;;
    --slow) use_setup all ;;
    --brief) use_setup brief ;;
    --sanitize) use_sanitizer build-asan address,undefined ;;
    --threads)
      use_sanitizer build-tsan thread
      build_options="$build_options -Dgst=disabled -Dexamples=disabled"
      ;;
    --clang) use_dir build-clang; groups='test clang'; export CC=clang ;;
    --unprivileged)
      # Root without a capability makes user namespaces as everybody does; mapping root into
      # them is the one thing that takes a capability.
      if [ "$(id -u)" = 0 ]; then
        privilege='setpriv --bounding-set=-all,+setfcap --inh-caps=-all'
      fi
      ;;
    --no-summary) summary=no ;;
    -h | --help) echo "$usage"; exit 0 ;;
    -*) echo "$usage" >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
# A slow test that is named runs.
[ $# -eq 0 ] || use_setup all
[ "${CI:-}" != true ] || build_options="$build_options -Dwerror=true"
log=$dir/meson-logs/$log_name.json

install_packages () {
  # shellcheck disable=SC2086 # a list of words
  packaging/setup.sh $install $groups && return
  packaging/setup.sh --check build >/dev/null 2>&1 || exit 1
  echo "== Tests that need the missing packages are skipped."
}

configure () {
  # shellcheck disable=SC2086 # a list of words
  if [ -f "$dir/build.ninja" ] \
    && meson configure "$dir" -Dtests=enabled $build_options >/dev/null 2>&1; then
    return
  fi
  echo "== Configuring $dir"
  wipe=
  [ ! -f "$dir/build.ninja" ] || wipe=--wipe
  # shellcheck disable=SC2086 # lists of words
  meson setup $wipe "$dir" $build_options
}

run_tests () {
  echo "== Testing in $dir"
  # What failed is counted from the log.
  # shellcheck disable=SC2086 # a list of words
  $privilege meson test -C "$dir" --no-rebuild --print-errorlogs $setup_options "$@" || true
}

packaging/check-build-folder.sh "$dir"
# A log of an earlier run must not stand for this one.
rm -f "$log"
install_packages
configure
echo "== Building in $dir"
meson compile -C "$dir"
run_tests "$@"
if [ "$summary" = yes ]; then
  exec python3 tests/summary.py "$log"
fi
