#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
# Plays the tone of gst-send.sh: gst-receive.sh [GROUP [INTERFACE,...]]. SINK replaces the output.
caps='application/x-rtp,media=audio,clock-rate=48000,encoding-name=L24,channels=2'
# shellcheck disable=SC2086 # a sink has properties
exec gst-launch-1.0 \
  mcastsrc address="${1:-239.1.2.3}" port=5004 ${2:+interfaces="$2"} caps="$caps" \
  ! rtpjitterbuffer ! rtpL24depay ! audioconvert ! audioresample ! ${SINK:-autoaudiosink}
