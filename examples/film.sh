#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
#
# Installs missing packages, builds mcast, and streams a film over multicast.
set -eu

usage='Usage: examples/film.sh [--install] [FILE]
Sends a film to a multicast group, receives it at the same time, and checks the received copy.
FILE is any video or audio file that GStreamer can play; without it, 12 seconds are generated.
Ctrl-C ends the film early; the part that was sent is checked.
--install installs missing packages with sudo without asking.'

fail () {
  echo "film.sh: $1" >&2
  exit 1
}

install=''
case ${1:-} in
  --install) install=--install; shift ;;
esac
case ${1:-} in
  -h | --help) echo "$usage"; exit 0 ;;
  -*) echo "$usage" >&2; exit 2 ;;
esac
[ $# -le 1 ] || { echo "$usage" >&2; exit 2; }
if [ $# = 1 ]; then
  [ -e "$1" ] || fail "the file '$1' does not exist: specify another, or none for a generated film"
  { [ -f "$1" ] && [ -r "$1" ]; } || fail "'$1' is not a readable file: specify another"
  set -- "$(realpath -- "$1")"
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root"
sent=$root/build/film/sent.ts
received=$root/build/film/received.ts
{ [ "${1:-}" != "$sent" ] && [ "${1:-}" != "$received" ]; } \
  || fail "this command overwrites '$1': specify a copy in another folder"
for folder in build .; do
  [ ! -e $folder ] || [ -w $folder ] \
    || fail "$root/$folder is not writable: run this command as its owner, or in your own clone"
done

run_meson () {
  ! meson_output=$(meson "$@" 2>&1) || return 0
  echo "$meson_output" >&2
  fail "meson $* failed: see the output above, remove $root/build and try again"
}

# Uses an existing build, unless it lacks the film.
configure () {
  if [ ! -f build/build.ninja ]; then
    echo "== Configuring build"
    run_meson setup build -Dtests=disabled
  fi
  ninja -C build -t query examples/film >/dev/null 2>&1 \
    || run_meson configure build -Dgst=enabled -Dexamples=enabled
}

build () {
  ! ninja -C build -n | grep -q 'no work to do' || return 0
  echo "== Building in build (the first time takes about half a minute)"
  # On a terminal, ninja shows its progress in one line.
  quiet=--quiet
  [ ! -t 1 ] || quiet=
  ninja -C build $quiet || fail "the build failed: see the output above"
}

# Starts a program in a network namespace of its own, if that is allowed.
isolate () {
  for option in -n -rn; do
    if unshare $option ip link set lo up 2>/dev/null; then
      echo "== Streaming, in a network namespace so that nothing leaves this machine"
      unshare $option sh -c 'ip link set lo up && exec "$@"' sh "$@"
      return
    fi
  done
  echo "== Streaming on lo with TTL 0, so that nothing leaves this machine" \
    "(network namespaces are not permitted)"
  "$@"
}

stream () {
  mkdir -p build/film
  # The program ends the film on Ctrl-C; the script continues with the comparison.
  trap : INT
  isolate env GST_PLUGIN_PATH="$root/build/gst" \
    build/examples/film "$sent" "$received" "$@" || exit 1
}

compare () {
  echo "== Comparing the sent and the received film"
  sha256sum "$sent" "$received"
  cmp -s "$sent" "$received" \
    || fail "the files differ because datagrams were lost: try again with less load on this machine"
}

packaging/check-build-folder.sh build
# shellcheck disable=SC2086 # no word, or one
packaging/setup.sh $install build
configure
build
stream "$@"
compare
echo "The film arrived complete. Play it with any player: $received"
