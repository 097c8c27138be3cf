#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs browse and announce."""

import json
import pathlib
import shlex
import socket
import struct
import tempfile
import unittest

import tap
from command import MCAST, Running, mcast, running, wait_until
from terminal import Terminal

GROUP = '239.255.255.255'
PORT = 9875


def description(number=1, name='Radio', media=''):
    return (f'v=0\r\no=- {number} 1 IN IP4 192.0.2.1\r\ns={name}\r\nc=IN IP4 239.1.2.3/32\r\n'
            't=0 0\r\n' + (media or 'm=audio 5004 RTP/AVP 96\r\na=rtpmap:96 L24/48000/2\r\n'))


def send(text, number=1, is_deletion=False):
    """Announces a session on v0, which v1 receives, as another program does."""
    packet = struct.pack('!BBH4s', 0x24 if is_deletion else 0x20, 0, number,
                         socket.inet_aton('192.0.2.1')) + b'application/sdp\0' + text.encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                          struct.pack('4s4si', bytes(4), bytes(4), socket.if_nametoindex('v0')))
        sender.sendto(packet, (GROUP, PORT))


def browsing(*arguments):
    return running('browse', '--iface', 'v1', *arguments, group=GROUP)


class Browse(unittest.TestCase):
    def test_once(self):
        with browsing('--once', '--timeout', '2') as browse:
            send(description(2, 'Talk'), 2)
            send(description(1, 'Radio'), 1)
            self.assertEqual(browse.wait(), 0)
            lines = browse.stdout.decode().splitlines()
        self.assertEqual(lines[0], '1  Radio  from 192.0.2.1 on v1')
        self.assertEqual(lines[1], '   audio 239.1.2.3:5004 L24/48000/2')
        self.assertEqual(shlex.split(lines[2]), [
            'gst-launch-1.0', 'mcastsrc', 'groups=239.1.2.3:5004',
            'caps=application/x-rtp, media=audio, payload=96, clock-rate=48000, '
            'encoding-name=L24, encoding-params=(string)2, channels=2',
            '!', 'rtpjitterbuffer', '!', 'decodebin', '!', 'autoaudiosink'])
        self.assertEqual(lines[3], '2  Talk  from 192.0.2.1 on v1')

    def test_once_without_sessions(self):
        result = mcast('browse', '--once', '--timeout', '0', '--iface', 'v1')
        self.assertEqual((result.returncode, result.stdout), (0, ''))
        self.assertIn('no session was announced within 0 seconds', result.stderr)

    def test_once_json(self):
        with browsing('--once', '--timeout', '2', '--json') as browse:
            send(description())
            self.assertEqual(browse.wait(), 0)
            [session] = json.loads(browse.stdout)
        self.assertEqual((session['name'], session['origin'], session['message-hash']),
                         ('Radio', '192.0.2.1', 1))
        self.assertEqual(session['interfaces'], ['v1'])
        self.assertEqual(session['sdp'], description())
        self.assertEqual(session['streams'][0]['group'], '239.1.2.3:5004')
        self.assertEqual(session['streams'][0]['encoding'], 'L24')

    def test_sdp(self):
        with browsing('--sdp', '2', '--timeout', '2') as browse:
            send(description(2, 'Talk'), 2)
            send(description(1, 'Radio'), 1)
            self.assertEqual(browse.wait(), 0)
            self.assertEqual(browse.stdout.decode(), description(2, 'Talk'))
        result = mcast('browse', '--sdp', '7', '--timeout', '0', '--iface', 'v1')
        self.assertEqual(result.returncode, 70)
        self.assertIn('there is no session 7', result.stderr)

    def test_changes(self):
        with browsing('--json') as browse:
            send(description())
            wait_until(browse.json_lines, 'the session')
            send(description(1, 'Radio two'), 2)
            wait_until(lambda: len(browse.json_lines()) == 2, 'the change')
            send(description(1, 'Radio two'), 2, is_deletion=True)
            wait_until(lambda: len(browse.json_lines()) == 3, 'the deletion')
            self.assertEqual([(line['event'], line['name']) for line in browse.json_lines()],
                             [('added', 'Radio'), ('changed', 'Radio two'),
                              ('removed', 'Radio two')])
            self.assertEqual(browse.stop(), 130)

    def test_lines(self):
        with browsing() as browse:
            send(description())
            wait_until(lambda: browse.stdout == b'added Radio from 192.0.2.1 on v1\n', 'a line')
            self.assertEqual(browse.stop(), 130)

    def test_terminal(self):
        with browsing('--json') as other:
            terminal = Terminal([MCAST, 'browse', '--iface', 'v1'])
            terminal.wait_for('0 sessions')
            send(description())
            wait_until(other.json_lines, 'the session')
            terminal.wait_for('1 session (.|\n)*Radio  from 192.0.2.1')
            terminal.type('\x03')
            self.assertEqual(terminal.wait_end(), 130)

    def test_hostile(self):
        """Nothing that a host announces controls the terminal or ends up in a shell."""
        media = ('m=audio 5004 RTP/AVP 96\r\na=rtpmap:96 L24$(id)/48000/2\r\n'
                 "a=fmtp:96 x=';id;'; channel-order=SMPTE2110.(ST)\r\n"
                 "m=video 5006 RTP/AVP 97\r\nc=IN IP4 239.1.2.4%';id'/32\r\n"
                 'm=video 5008 RTP/AVP 98\r\na=rtpmap:98 raw/90000\r\n'
                 "a=fmtp:98 sampling=YCbCr-4:2:2; width=1920; depth=`id`\r\n"
                 "m='id' 5010 RTP/AVP 33\r\n")
        with browsing('--once', '--timeout', '2') as browse:
            send(description(1, 'Ra\x1b[2Jdio\u202e', media))
            self.assertEqual(browse.wait(), 0)
            text = browse.stdout.decode()
        self.assertTrue(text.startswith('1  Ra\ufffd[2Jdio\ufffd  from'), text)
        self.assertNotIn('id;', text)
        self.assertNotIn('$(', text)
        self.assertNotIn('`', text)
        self.assertIn('encoding-name=RAW, sampling=(string)"YCbCr-4:2:2", width=(string)"1920"',
                      text)

    def test_source_filter(self):
        media = ('m=video 5004/2 udp 33\r\n'
                 'a=source-filter: incl IN IP4 239.1.2.3 192.0.2.1 192.0.2.2\r\n')
        with browsing('--once', '--timeout', '2') as browse:
            send(description(1, 'Film', media))
            self.assertEqual(browse.wait(), 0)
            lines = browse.stdout.decode().splitlines()
        self.assertEqual(shlex.split(lines[2]), [
            'gst-launch-1.0', 'mcastsrc', 'groups=192.0.2.1+192.0.2.2@239.1.2.3:5004', '!',
            'decodebin', '!', 'autovideosink'])

    def test_wrong_usage(self):
        self.assertEqual(mcast('browse', '--sdp', 'x').returncode, 2)
        self.assertEqual(mcast('browse', '--timeout', 'x').returncode, 2)
        result = mcast('browse', '--iface', 'absent')
        self.assertEqual(result.returncode, 70)
        self.assertIn('absent', result.stderr)


class Announce(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text, encoding='utf-8', newline='')
        return path

    def test_announce(self):
        first = self.write('first.sdp', description(1, 'First'))
        second = self.write('second.sdp', description(2, 'Second'))
        with browsing('--json') as browse:
            with Running('announce', '--iface', 'v0', first, second) as announce:
                wait_until(lambda: len(browse.json_lines()) == 2, 'both sessions')
                self.assertEqual({line['name'] for line in browse.json_lines()},
                                 {'First', 'Second'})
                self.assertEqual(announce.stop(), 130)
                self.assertIn(f'announcing {first}\n', announce.stderr)
            wait_until(lambda: len(browse.json_lines()) == 4, 'the deletions')
            self.assertEqual([line['event'] for line in browse.json_lines()],
                             ['added', 'added', 'removed', 'removed'])

    def test_interval(self):
        file = self.write('radio.sdp', description())
        with browsing('--json', '--once', '--timeout', '3') as browse, \
                Running('announce', '--iface', 'v0', '--interval', '1.1', file):
            self.assertEqual(browse.wait(), 0)
            [session] = json.loads(browse.stdout)
        self.assertGreater(session['last-seen'], session['first-seen'])

    def test_errors(self):
        self.assertEqual(mcast('announce').returncode, 2)
        self.assertEqual(mcast('announce', '--interval', '0', 'x.sdp').returncode, 2)
        result = mcast('announce', '--iface', 'v0', str(self.directory / 'absent.sdp'))
        self.assertEqual(result.returncode, 70)
        self.assertIn('absent.sdp', result.stderr)
        result = mcast('announce', '--iface', 'v0', self.write('text.sdp', 'hello'))
        self.assertEqual(result.returncode, 70)
        self.assertIn('text.sdp: The text is not SDP', result.stderr)


if __name__ == '__main__':
    tap.main()
