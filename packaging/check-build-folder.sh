#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Usage: packaging/check-build-folder.sh FOLDER
# Succeeds if FOLDER may be used to build in: it does not exist, is empty, or is a build folder of
# this tree. Otherwise says what to do.
set -eu

folder=$1
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
info=$folder/meson-info/meson-info.json

refuse () {
  echo "$folder $1." >&2
  echo "Move it away, or remove it if nobody needs it, and run this again." >&2
  exit 1
}

if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then
  exit 0
fi
[ -d "$folder" ] || refuse 'is not a folder'
[ -n "$(ls -A "$folder")" ] || exit 0
[ -d "$folder/meson-private" ] || refuse 'is not a build folder of meson: it holds other files'
[ ! -f "$info" ] || grep -qF "\"source\": \"$root\"" "$info" \
  || refuse "is the build folder of another place than $root"
