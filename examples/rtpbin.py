#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends a tone as RTP with RTCP reports: rtpbin.py send|receive [GROUP [INTERFACE,...]]

The audio uses port 5004 of the group, the reports of the sender 5005, and those of the receivers
5007. Each side prints the reports of the other until Ctrl-C. The environment variables SOURCE and
SINK replace the test tone and the audio output."""

import os
import sys

import gi
gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst

CAPS = 'application/x-rtp,media=audio,clock-rate=48000,encoding-name=L16,channels=2'
SEND = '''
    rtpbin name=rtpbin
    {source} ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2
      ! rtpL16pay ! rtpbin.send_rtp_sink_0
    rtpbin.send_rtp_src_0 ! mcastsink host={group} port=5004 {interfaces}
    rtpbin.send_rtcp_src_0
      ! mcastsink host={group} port=5005 {interfaces} sync=false async=false
    mcastsrc address={group} port=5007 {interfaces} ! rtpbin.recv_rtcp_sink_0'''
RECEIVE = '''
    rtpbin name=rtpbin latency=50
    mcastsrc address={group} port=5004 {interfaces} caps="{caps}" ! rtpbin.recv_rtp_sink_0
    rtpbin. ! rtpL16depay ! audioconvert ! {sink}
    mcastsrc address={group} port=5005 {interfaces} ! rtpbin.recv_rtcp_sink_0
    rtpbin.send_rtcp_src_0
      ! mcastsink host={group} port=5007 {interfaces} sync=false async=false'''


def on_report(rtpbin, session_id, ssrc):
    session = rtpbin.emit('get-internal-session', session_id)
    stats = session.emit('get-source-by-ssrc', ssrc).get_property('stats')
    value = stats.get_value
    if value('have-rb'):
        print(f'{value("rtcp-from")} lost {value("rb-fractionlost") / 2.56:.0f} % of my datagrams, '
              f'jitter {value("rb-jitter")} samples', flush=True)
    elif value('have-sr'):
        print(f'{value("rtcp-from")} has sent {value("sr-packet-count")} datagrams', flush=True)


def main():
    words = dict(enumerate(sys.argv))
    if words.get(1) not in {'send', 'receive'}:
        sys.exit(__doc__.splitlines()[0])
    Gst.init(None)
    line = SEND if words[1] == 'send' else RECEIVE
    pipeline = Gst.parse_launch(line.format(
        caps=CAPS, group=words.get(2, '239.1.2.3'),
        interfaces=f'interfaces={words[3]}' if 3 in words else '',
        source=os.environ.get('SOURCE', 'audiotestsrc is-live=true'),
        sink=os.environ.get('SINK', 'autoaudiosink')))
    pipeline.get_by_name('rtpbin').connect('on-ssrc-active', on_report)
    loop = GLib.MainLoop()
    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect('message::error', lambda _, message: sys.exit(message.parse_error()[0].message))
    bus.connect('message::eos', lambda *_: loop.quit())
    pipeline.set_state(Gst.State.PLAYING)
    try:
        loop.run()
    except KeyboardInterrupt:
        pass
    pipeline.set_state(Gst.State.NULL)


if __name__ == '__main__':
    main()
