#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
# Sends or receives audio or video: gst-media.sh send|receive KIND [GROUP [INTERFACE,...]]
# KIND is ts, opus, l16, l24, h264, jpeg2000 or raw. The environment variables SOURCE and SINK
# replace the test source and the output device. Start the receiver first; Ctrl-C ends it.
set -eu
usage='Usage: gst-media.sh send|receive ts|opus|l16|l24|h264|jpeg2000|raw [GROUP [INTERFACE,...]]'
[ $# -ge 2 ] || { echo "$usage" >&2; exit 2; }
verb=$1
kind=$2
group=${3:-239.1.2.3}

video='video/x-raw,format=I420,width=640,height=480,framerate=30/1'
audio='audio/x-raw,rate=48000,channels=2'
video_source=${SOURCE:-videotestsrc is-live=true}
audio_source=${SOURCE:-audiotestsrc is-live=true}
video_sink="videoconvert ! ${SINK:-autovideosink}"
audio_sink="audioconvert ! audioresample ! ${SINK:-autoaudiosink}"
h264="x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 key-int-max=30"
video_rtp='application/x-rtp,media=video,clock-rate=90000'
audio_rtp='application/x-rtp,media=audio,clock-rate=48000,channels=2'
# AES67: one millisecond in each datagram.
linear='min-ptime=1000000 max-ptime=1000000'
to=
from=

case $kind in
  ts) # MPEG transport stream: seven packets of 188 bytes in each datagram
    send="$video_source ! $video ! $h264 ! mpegtsmux alignment=7"
    from='caps=video/mpegts'
    receive="tsparse ! tsdemux ! h264parse ! avdec_h264 ! $video_sink"
    ;;
  h264)
    send="$video_source ! $video ! $h264 ! rtph264pay config-interval=1"
    from="caps=$video_rtp,encoding-name=H264"
    receive="rtpjitterbuffer ! rtph264depay ! avdec_h264 ! $video_sink"
    ;;
  jpeg2000)
    send="$video_source ! $video ! openjpegenc ! rtpj2kpay"
    from="caps=$video_rtp,encoding-name=JPEG2000,sampling=YCbCr-4:2:0"
    receive="rtpjitterbuffer ! rtpj2kdepay ! jpeg2000parse ! openjpegdec ! $video_sink"
    ;;
  raw) # uncompressed 720p, 370 Mbit/s: paced, and with a large receive buffer
    size='width=(string)1280,height=(string)720'
    send="$video_source ! video/x-raw,format=UYVY,width=1280,height=720,framerate=25/1 ! rtpvrawpay"
    to='pacing-rate=500000000'
    from="caps=$video_rtp,encoding-name=RAW,sampling=YCbCr-4:2:2,depth=(string)8,$size"
    from="$from buffer-size=50000000"
    receive="queue max-size-buffers=0 max-size-bytes=0 ! rtpvrawdepay ! $video_sink"
    ;;
  opus)
    send="$audio_source ! audioconvert ! audioresample ! $audio ! opusenc ! rtpopuspay"
    from="caps=$audio_rtp,encoding-name=OPUS"
    receive="rtpjitterbuffer latency=50 ! rtpopusdepay ! opusdec ! $audio_sink"
    ;;
  l16 | l24)
    name=L${kind#l}
    send="$audio_source ! audioconvert ! audioresample ! $audio ! rtp${name}pay $linear"
    to='qos-dscp=34'
    from="caps=$audio_rtp,encoding-name=$name"
    receive="rtpjitterbuffer latency=10 ! rtp${name}depay ! $audio_sink"
    ;;
  *) echo "$usage" >&2; exit 2 ;;
esac

place="port=5004 ${4:+interfaces=$4}"
# shellcheck disable=SC2086 # lists of words
case $verb in
  send) exec gst-launch-1.0 -q $send ! mcastsink host="$group" $place $to ;;
  receive) exec gst-launch-1.0 -q -e mcastsrc address="$group" $place $from ! $receive ;;
esac
echo "$usage" >&2
exit 2
