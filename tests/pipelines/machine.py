#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One machine of test-pipelines.py: plays pipelines as gst-launch-1.0 does, and reports what went
through them. Orders come as JSON on stdin, one a line; each is answered with one line."""

import collections
import hashlib
import json
import os
import pathlib
import shlex
import sys
import time

import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstBase', '1.0')
gi.require_version('GstNet', '1.0')
from gi.repository import GLib, Gst, GstBase, GstNet

# Longest wait for something that must happen; only a failing pipeline waits that long.
DEADLINE_S = 20
# How long nothing may come before what is missing counts as lost.
SILENCE_S = 3

SOURCES = {'udpsrc', 'mcastsrc'}
SINKS = {'udpsink', 'multiudpsink', 'mcastsink'}

# A machine that tests has neither screen nor loudspeaker.
STAND_INS = dict.fromkeys(
    ['autovideosink', 'ximagesink', 'xvimagesink', 'autoaudiosink', 'alsasink', 'pulsesink'],
    ['fakesink', 'sync=true', 'async=false'])
STAND_INS['appsink'] = ['fakesink', 'async=false']


class Flow:
    """The buffers that passed a pad: how many, and a digest of their sizes and bytes."""

    def __init__(self):
        self.count = 0
        self.size = 0
        self.ended = False
        self.sender = None
        self._digest = hashlib.sha256()
        self._bytes = hashlib.sha256()

    def add(self, buffer):
        if self.count == 0:
            meta = GstNet.buffer_get_net_address_meta(buffer)
            self.sender = meta.addr.get_address().to_string() if meta else None
        data = buffer.extract_dup(0, buffer.get_size())
        self._digest.update(len(data).to_bytes(4, 'big') + data)
        self._bytes.update(data)
        # The last one becomes visible last: who sees it may read the rest.
        self.size += len(data)
        self.count += 1

    def describe(self):
        return {'count': self.count, 'size': self.size, 'digest': self._digest.hexdigest(),
                'bytes': self._bytes.hexdigest(), 'sender': self.sender}


def watch(pad, flow):
    def on_data(_, info):
        if info.type & Gst.PadProbeType.EVENT_DOWNSTREAM:
            flow.ended = flow.ended or info.get_event().type == Gst.EventType.EOS
        elif info.type & Gst.PadProbeType.BUFFER_LIST:
            buffers = info.get_buffer_list()
            for i in range(buffers.length()):
                flow.add(buffers.get(i))
        else:
            flow.add(info.get_buffer())
        return Gst.PadProbeReturn.OK

    pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST
                  | Gst.PadProbeType.EVENT_DOWNSTREAM, on_data)


def address(group, port):
    return f'[{group.strip("[]")}]:{port}' if ':' in group else f'{group}:{port}'


def destinations(sink):
    """Where a sink sends to; only ours writes IPv6 addresses in brackets."""
    clients = [client.rpartition(':') for client in sink.get_property('clients').split(',')]
    return [address(group, port) for group, _, port in clients]


def elements(pipeline):
    """From left to right; a bin has its last one first."""
    found = []
    pipeline.iterate_recurse().foreach(found.append)
    return found[::-1]


def factory_name(element):
    return element.get_factory().get_name() if element.get_factory() else ''


class Player:
    """A pipeline, from its line on."""

    def __init__(self, line):
        words = []
        for word in shlex.split(line):
            is_option = not words and word.startswith('-')
            words += [] if is_option else STAND_INS.get(word, [word])
        self.pipeline = Gst.parse_launchv(words)
        self.messages = set()
        self.warnings = []
        self.is_over = False
        self.sent = collections.defaultdict(Flow)
        self.received = {}
        self.ends = []
        for element in elements(self.pipeline):
            self._watch_element(element)

    def _watch_element(self, element):
        name = factory_name(element)
        if name in SINKS:
            for key in destinations(element):
                watch(element.get_static_pad('sink'), self.sent[key])
        if name in SOURCES:
            flow = Flow()
            self.received[element] = flow
            watch(element.get_static_pad('src'), flow)
        if isinstance(element, GstBase.BaseSink):
            self.ends.append((name, Flow()))
            watch(element.get_static_pad('sink'), self.ends[-1][1])

    def start(self):
        if self.pipeline.set_state(Gst.State.PLAYING) == Gst.StateChangeReturn.FAILURE:
            self.listen()
            raise RuntimeError('the pipeline does not start')
        # A live source has opened its socket by now.
        self.listen()

    def listen(self):
        """Takes what is on the bus."""
        bus = self.pipeline.get_bus()
        while True:
            message = bus.timed_pop_filtered(
                10 * Gst.MSECOND, Gst.MessageType.ERROR | Gst.MessageType.WARNING
                | Gst.MessageType.EOS | Gst.MessageType.ELEMENT)
            if message is None:
                return
            if message.type == Gst.MessageType.ERROR:
                error, debug = message.parse_error()
                raise RuntimeError(f'{error.message} ({debug})')
            if message.type == Gst.MessageType.WARNING:
                self.warnings.append(message.parse_warning()[0].message)
            elif message.type == Gst.MessageType.EOS:
                self.is_over = True
            elif factory_name(message.src) in SOURCES | SINKS:
                self.messages.add(message.get_structure().get_name())

    def wait(self, condition, progress=lambda: None):
        """FALSE when the deadline passes, or when there is no progress for a while."""
        start = changed = time.monotonic()
        last = progress()
        while not condition():
            self.listen()
            now = time.monotonic()
            if progress() != last:
                last, changed = progress(), now
            if now - start > DEADLINE_S or progress() is not None and now - changed > SILENCE_S:
                return False
        return True

    def received_from(self):
        return {address(source.get_property('address'), source.get_property('port')): flow
                for source, flow in self.received.items()}

    def stop(self):
        self.pipeline.set_state(Gst.State.NULL)

    def describe(self):
        return {
            'sent': {key: flow.describe() for key, flow in self.sent.items()},
            'received': {key: flow.describe() for key, flow in self.received_from().items()},
            'ends': [flow.describe() | {'name': name} for name, flow in self.ends],
            'messages': sorted(self.messages),
            'warnings': self.warnings,
        }


def count_dropped():
    """How many datagrams the kernel has dropped here, for want of room in a socket."""
    lines = pathlib.Path('/proc/net/snmp').read_text(encoding='ascii').splitlines()
    names, values = (line.split() for line in lines if line.startswith('Udp:'))
    lines = pathlib.Path('/proc/net/snmp6').read_text(encoding='ascii').splitlines()
    return int(dict(zip(names, values))['RcvbufErrors']) + sum(
        int(line.split()[1]) for line in lines if line.startswith('Udp6RcvbufErrors'))


class Machine:
    def __init__(self):
        self._player = None
        self._dropped = 0

    def run(self, line):
        """A pipeline that ends by itself, and makes a file."""
        player = Player(line)
        player.start()
        if not player.wait(lambda: player.is_over):
            raise RuntimeError('does not end')
        player.stop()

    def play(self, line):
        self._dropped = count_dropped()
        self._player = Player(line)
        self._player.start()

    def wait_sent(self, rtcp):
        """Until all is sent; a stream of RTCP has no end."""
        player = self._player
        flows = [flow for key, flow in player.sent.items() if key not in rtcp]
        if not player.wait(lambda: all(flow.ended for flow in flows)):
            raise RuntimeError('the sender does not end')
        return player.describe()

    def wait_received(self, counts, messages):
        """Waits until the datagrams and messages have arrived, or nothing arrives any more."""
        player = self._player
        flows = player.received_from()
        player.wait(lambda: all(flow.count >= counts.get(key, 0) for key, flow in flows.items()),
                    lambda: tuple(flow.count for flow in flows.values()))
        player.wait(lambda: player.messages >= set(messages))

    def end(self):
        """Ends it as gst-launch-1.0 -e does, and returns what went through it."""
        player = self._player
        media = [flow for name, flow in player.ends if name not in SINKS]
        # Without its first buffer a sink blocks the source, which cannot take an event then.
        if all(flow.count > 0 for flow in media):
            player.pipeline.send_event(Gst.Event.new_eos())
            # A session of RTCP never ends.
            player.wait(lambda: player.is_over or media and all(flow.ended for flow in media))
        player.listen()
        player.stop()
        return player.describe() | {'dropped': count_dropped() - self._dropped}

    def clear(self):
        """Stops whatever plays."""
        if self._player:
            self._player.stop()
        self._player = None


def main():
    os.chdir(sys.argv[1])
    Gst.init(None)
    machine = Machine()
    for order in sys.stdin:
        verb, *arguments = json.loads(order)
        try:
            answer = {'answer': getattr(machine, verb)(*arguments)}
        except GLib.Error as error:
            is_missing = error.matches(Gst.ParseError.quark(), Gst.ParseError.NO_SUCH_ELEMENT)
            answer = {'missing' if is_missing else 'error': error.message}
        except RuntimeError as error:
            answer = {'error': str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
