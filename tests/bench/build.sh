#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds mcast as it is released, and the programs of this folder, in the folder $1.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$1
options='-Db_ndebug=true -Dtests=enabled -Dexamples=disabled -Ddocs=disabled'

# shellcheck disable=SC2086 # a list of words
if [ -f "$build/build.ninja" ]; then
  meson configure "$build" --buildtype=release $options
else
  meson setup "$build" "$root" --buildtype=release $options
fi
meson compile -C "$build" bench
