#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds mcast as it is released in the directory $1, and the programs of this folder in $1/bench.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
build=$1

[ -f "$build/build.ninja" ] \
  || meson setup "$build" "$root" --buildtype=release -Db_ndebug=true -Dtests=disabled \
    -Dexamples=disabled -Ddocs=disabled
meson compile -C "$build"
build=$(CDPATH='' cd -- "$build" && pwd)

export PKG_CONFIG_PATH="$build/meson-uninstalled${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
out=$build/bench
mkdir -p "$out"

# NAME MODULE SOURCE...: a program that needs the pkg-config module.
compile () {
  name=$1
  module=$2
  shift 2
  # shellcheck disable=SC2046 # a list of words
  (cd "$here" && ${CC:-cc} -std=gnu11 -O2 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wvla \
    -Wno-unused-parameter -Wno-missing-field-initializers -o "$out/$name" "$@" bench.c \
    $(pkg-config --cflags --libs "$module"))
}

compile bench-plain glib-2.0 bench-plain.c
compile bench-mcast mcast-1.0 bench-mcast.c
compile bench-hot mcast-1.0 bench-hot.c
compile bench-gsocket gio-2.0 bench-gsocket.c
if pkg-config --exists gstreamer-base-1.0; then
  compile bench-gst gstreamer-base-1.0 bench-gst.c bench-sink.c bench-src.c
  compile bench-hot-src gstreamer-1.0 bench-hot-src.c
fi
(cd "$here" && ${CC:-cc} -std=gnu11 -O2 -shared -fPIC -o "$out/alloc-count.so" alloc-count.c)
