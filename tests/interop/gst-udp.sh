#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the tests that GStreamer has for udpsrc and udpsink with mcastsrc and mcastsink.
#
#   GST_GOOD=DIR tests/interop/gst-udp.sh [BUILD]
#
# DIR is a checkout of gst-plugins-good of release 1.22, BUILD the build folder of mcast (default:
# build). gst-udp.h replaces the names of the elements, and the unicast addresses by groups, because
# the elements are for multicast only. No case is left out: each of them applies to a group as well.
# They run in a network namespace of their own, where groups are routed to the loopback interface.
# The output is TAP.
set -eu

skip () { echo "1..0 # SKIP $1"; exit 0; }

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd)
[ -n "${GST_GOOD:-}" ] || skip 'GST_GOOD is not set to a checkout of gst-plugins-good 1.22'
sources=$GST_GOOD/tests/check/elements
for name in udpsrc udpsink; do
  [ -f "$sources/$name.c" ] || skip "$sources/$name.c is missing"
done
pkg-config --exists gstreamer-check-1.0 || skip 'gstreamer-check-1.0 is missing'
unshare -rn true 2>/dev/null || skip 'namespaces cannot be created'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for name in udpsrc udpsink; do
  # shellcheck disable=SC2046
  ${CC:-cc} -include "$here/gst-udp.h" "$sources/$name.c" -o "$folder/$name" \
    $(pkg-config --cflags --libs gstreamer-check-1.0 gstreamer-base-1.0 gio-2.0)
done

export GST_PLUGIN_PATH="$build/gst" GST_REGISTRY="$folder/registry.bin"
# check writes its log to files, because its standard output is not TAP.
# shellcheck disable=SC2016
unshare -rn sh -c '
  ip link set lo up
  ip route add 224.0.0.0/4 dev lo
  cd "$1"
  for name in udpsrc udpsink; do
    CK_TAP_LOG_FILE_NAME=$name.tap "./$name" >"$name.log" 2>&1 || sed "s/^/# /" "$name.log"
  done' sh "$folder"
# A program that does not get to its end writes no log.
for name in udpsrc udpsink; do
  grep -E '^(not )?ok' "$folder/$name.tap" || echo "not ok 1 $name::$name"
done | awk -F: '
  /^not ok/ { failed = 1; printf "not " }
  { print "ok " NR " " $3; }
  END { print "1.." NR; exit failed }'
