#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the fault tests at their full counts, beside the peers.
set -eu

usage='Usage: tests/faults/run.sh [--publish] [BUILD]
Writes BUILD/reliability.md, where BUILD is a build of mcast with tests (build). --publish writes
docs/reliability.md instead. The last line counts the tests. It takes a quarter of an hour, and
needs a machine that does nothing else.'

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
publish=''
case ${1:-} in
  --publish) publish=yes; shift ;;
  -h | --help) echo "$usage"; exit 0 ;;
  -*) echo "$usage" >&2; exit 2 ;;
esac
build=$(CDPATH='' cd -- "${1:-$root/build}" && pwd)
page=${publish:+$root/docs/reliability.md}
page=${page:-$build/reliability.md}
log=$build/meson-logs/faults-all.json

export MCAST_FAULTS_JSON="$build/faults.json"
rm -f "$MCAST_FAULTS_JSON" "$log"
meson compile -C "$build"
# One after another: what one does to the machine must not be in the figures of the next. A failure
# takes no figures from the others, and is counted from the log.
meson test -C "$build" --setup all --logbase faults --no-rebuild --num-processes 1 --print-errorlogs \
  fault-links-long fault-send-long fault-refuse-long fault-switch-long fault-limits-long \
  fault-restart-long || true
if [ -f "$MCAST_FAULTS_JSON" ]; then
  python3 "$root/tests/faults/table.py" "$MCAST_FAULTS_JSON" > "$page.new"
  mv "$page.new" "$page"
fi
exec python3 "$root/tests/summary.py" "$log"
