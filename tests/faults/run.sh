#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the fault tests at their full counts, beside the peers, and writes docs/reliability.md anew:
# tests/faults/run.sh [BUILD], where BUILD is a build of mcast with tests (build).
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$(CDPATH='' cd -- "${1:-$root/build}" && pwd)
page=$root/docs/reliability.md
status=0

export MCAST_FAULTS_JSON="$build/faults.json"
rm -f "$MCAST_FAULTS_JSON"
meson compile -C "$build"
# One after another: what one does to the machine must not be in the figures of the next. A failure
# takes no figures from the others.
meson test -C "$build" --no-rebuild --num-processes 1 --print-errorlogs \
  fault-links-long fault-send-long fault-refuse-long fault-switch-long fault-limits-long \
  fault-restart-long || status=$?
python3 "$root/tests/faults/table.py" "$MCAST_FAULTS_JSON" > "$page.new"
mv "$page.new" "$page"
exit $status
