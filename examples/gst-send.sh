#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
# Sends a tone to a group, until Ctrl-C: gst-send.sh [GROUP [INTERFACE,...]]
exec gst-launch-1.0 audiotestsrc is-live=true ! audioconvert ! audioresample \
  ! audio/x-raw,rate=48000,channels=2 ! rtpL24pay \
  ! mcastsink host="${1:-239.1.2.3}" port=5004 ${2:+interfaces="$2"}
