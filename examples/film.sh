#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs what is missing, builds mcast, and streams a film through it.
set -eu

usage='Usage: examples/film.sh [FILE]
Sends a film to a multicast group, receives it at the same time, and checks that all of it arrived.
FILE is any film or sound that GStreamer can play; without it, 12 seconds are generated.
Ctrl-C ends the film early: what was sent until then is checked.'

fail () {
  echo "film.sh: $1" >&2
  exit 1
}

case ${1:-} in
  -h | --help) echo "$usage"; exit 0 ;;
  -*) echo "$usage" >&2; exit 2 ;;
esac
[ $# -le 1 ] || { echo "$usage" >&2; exit 2; }
if [ $# = 1 ]; then
  [ -e "$1" ] || fail "there is no file '$1': give another, or none for a generated film"
  { [ -f "$1" ] && [ -r "$1" ]; } || fail "'$1' is no file that can be read: give another"
  set -- "$(realpath -- "$1")"
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root"
sent=$root/build/film/sent.ts
received=$root/build/film/received.ts
{ [ "${1:-}" != "$sent" ] && [ "${1:-}" != "$received" ]; } \
  || fail "'$1' is what this command writes: give a copy of it elsewhere"
for folder in build .; do
  [ ! -e $folder ] || [ -w $folder ] \
    || fail "$root/$folder is not yours to write: run this as its owner, or in a clone of your own"
done

run_meson () {
  mkdir -p build
  meson "$@" >build/film.log 2>&1 && return
  cat build/film.log >&2
  fail "meson $* failed: see above, remove $root/build and try again"
}

# What is built is used, unless it is of another place or lacks the film.
configure () {
  if ! grep -qsF "\"source\": \"$root\"" build/meson-info/meson-info.json; then
    echo "== Configuring build"
    rm -rf build
    run_meson setup build -Dtests=false
  fi
  ninja -C build -t query examples/film >/dev/null 2>&1 \
    || run_meson configure build -Dgst=enabled -Dexamples=true
}

build () {
  ! ninja -C build -n | grep -q 'no work to do' || return 0
  echo "== Building in build (the first time takes about half a minute)"
  # On a terminal its progress is one line.
  quiet=--quiet
  [ ! -t 1 ] || quiet=
  ninja -C build $quiet || fail "the build failed: see above"
}

# Starts a program where it has a network to itself, if that is allowed.
isolate () {
  for option in -n -rn; do
    if unshare $option ip link set lo up 2>/dev/null; then
      echo "== Streaming, in a network namespace so that nothing leaves this machine"
      unshare $option sh -c 'ip link set lo up && exec "$@"' sh "$@"
      return
    fi
  done
  echo "== Streaming on lo with TTL 0, so that nothing leaves this machine" \
    "(network namespaces are forbidden here)"
  "$@"
}

stream () {
  mkdir -p build/film
  # The program ends the film on Ctrl-C; there is still something to do here.
  trap : INT
  isolate env GST_PLUGIN_PATH="$root/build/gst" \
    build/examples/film "$sent" "$received" "$@" || exit 1
}

compare () {
  echo "== Comparing what was sent with what arrived"
  sha256sum "$sent" "$received"
  cmp -s "$sent" "$received" \
    || fail "they differ, datagrams were lost: try again with less load on this machine"
}

packaging/setup.sh build
configure
build
stream "$@"
compare
echo "The film arrived whole. Any player shows it: $received"
