#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""URIs where the command accepts a group, and playlists."""

import shutil
import subprocess
import tempfile
import unittest

import tap
from command import MCAST, group_users, mcast, running, wait_until

GROUP = '239.1.2.3'


def is_joined(interface, group):
    return bool(group_users(group, interface))


class Playlist(unittest.TestCase):
    LINES = (
        ('udp://@239.1.1.1:1234', 'mcast://239.1.1.1:1234'),
        ('UDP://239.1.1.1:1234/', 'mcast://239.1.1.1:1234'),
        ('  rtp://@239.1.1.2:5004', 'mcast://239.1.1.2:5004'),
        ('udp+mpegts://238.0.0.1:1234', 'mcast://238.0.0.1:1234'),
        ('udp+rtp://238.0.0.1:1234', 'mcast://238.0.0.1:1234'),
        ('udp://10.0.0.1@232.1.1.1:1234', 'mcast://10.0.0.1@232.1.1.1:1234'),
        ('udp://232.1.1.1:1234?sources=10.0.0.1,10.0.0.2', 'mcast://10.0.0.1+10.0.0.2@232.1.1.1:1234'),
        ('udp://@239.1.1.1:1234?localaddr=10.0.0.2&interface=',
         'udp://@239.1.1.1:1234?localaddr=10.0.0.2&interface='),
        ('udp://@239.1.1.1:1234?localaddr=10.0.0.2', 'mcast://239.1.1.1:1234?localaddr=10.0.0.2'),
        ('udp://@239.1.1.1:1234?fifo_size=1000&overrun_nonfatal=1', 'mcast://239.1.1.1:1234'),
        ('udp://@[ff15::7]:1234', 'mcast://[ff15::7]:1234'),
        ('udp://[ff12::7%25eth0]:1234', 'mcast://[ff12::7%25eth0]:1234'),
        ('udp://127.0.0.1:1234', 'udp://127.0.0.1:1234'),
        ('http://host/udp/239.1.1.1:1234', 'http://host/udp/239.1.1.1:1234'),
        ('udp://239.1.1.1:1234?lokaladdr=10.0.0.2', 'udp://239.1.1.1:1234?lokaladdr=10.0.0.2'),
        ('mcast://239.1.1.1:1234?merge=none', 'mcast://239.1.1.1:1234?merge=none'),
        ('#EXTINF:-1,udp://@239.1.1.1:1234', '#EXTINF:-1,udp://@239.1.1.1:1234'),
        ('', ''),
    )

    def test_lines(self):
        for end in ('\n', '\r\n'):
            with tempfile.NamedTemporaryFile('w', newline='') as file:
                file.write(''.join(before + end for before, _ in self.LINES))
                file.flush()
                result = subprocess.run([MCAST, 'playlist', file.name], capture_output=True)
            self.assertEqual(result.returncode, 0)
            self.assertEqual(result.stdout.decode(), ''.join(after + end for _, after in self.LINES))
            for name in (b'fifo_size, overrun_nonfatal', b'localaddr', b'given twice'):
                self.assertIn(name, result.stderr)

    def test_stdin_and_errors(self):
        result = mcast('playlist', '-', stdin=b'rtp://@239.1.1.2:5004')
        self.assertEqual((result.returncode, result.stdout), (0, 'mcast://239.1.1.2:5004'))
        self.assertEqual(mcast('playlist').returncode, 2)
        self.assertEqual(mcast('playlist', '/no/such/file').returncode, 70)

    def test_plays(self):
        """Each form plays in uridecodebin."""
        elements = ('uridecodebin', 'audiotestsrc', 'wavenc', 'wavparse')
        if shutil.which('gst-launch-1.0') is None or any(
                subprocess.run(['gst-inspect-1.0', '--exists', name]).returncode != 0
                for name in elements):
            self.skipTest('not every element is installed')
        for form in ('udp://@{}:1234?interface=v1', 'rtp://@{}:1234?iface=v1&fifo_size=1',
                     'udp+mpegts://{}:1234?localaddr=10.1.0.2&ttl=2'):
            uri = mcast('playlist', '-', stdin=form.format(GROUP).encode()).stdout
            self.assertTrue(uri.startswith('mcast://'), uri)
            with subprocess.Popen(['gst-launch-1.0', '-q', 'uridecodebin', f'uri={uri}', '!',
                                   'fakesink', 'num-buffers=5']) as player:
                wait_until(lambda: is_joined('v1', GROUP), 'joined')
                with subprocess.Popen(['gst-launch-1.0', '-q', 'audiotestsrc', 'is-live=true', '!',
                                       'wavenc', '!', 'mcastsink', f'host={GROUP}', 'port=1234',
                                       'packet-size=1400', 'interfaces=v0']) as sending:
                    self.assertEqual(player.wait(20), 0, uri)
                    sending.terminate()
            wait_until(lambda: not is_joined('v1', GROUP), 'left')


class Uri(unittest.TestCase):
    """A URI stands for a group wherever the command accepts one."""

    def receives(self, receiver, sender_text):
        with running('recv', '--use-std', *receiver, group=GROUP) as rx:
            result = mcast('say', *sender_text, 'text')
            self.assertEqual(result.returncode, 0, result.stderr)
            wait_until(lambda: b'text' in rx.stdout, 'received')

    def test_forms(self):
        for form in ('udp://@{}:1234?interface=v1', 'rtp://{}:1234?iface=v1', 'mcast://{}:1234'):
            self.receives([form.format(GROUP)], ['--group', f'udp://@{GROUP}:1234?miface=v0'])

    def test_warning(self):
        result = mcast('say', '--group', f'udp://@{GROUP}:1234?interface=v0&pkt_size=1316&ttl=2', 'x')
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stderr, r'warning: .* ignored: pkt_size, ttl\n')

    def test_errors(self):
        for uri, text in ((f'udp://@{GROUP}:1234?intreface=v0', '“interface”'),
                          ('http://239.1.2.3', 'mcast://'),
                          ('udp://127.0.0.1:1234', 'not a multicast group'),
                          ('udp://@:1234', 'group'),
                          (f'udp://{GROUP}:65536', '65536')):
            for verb in ('say --group', 'recv', 'monitor', 'ping', 'pong', 'hear', 'doctor'):
                result = mcast(*verb.split(), uri, *(['x'] if 'say' in verb else []))
                self.assertEqual(result.returncode, 70, (verb, uri))
                self.assertIn(text, result.stderr, (verb, uri))


if __name__ == '__main__':
    tap.main()
