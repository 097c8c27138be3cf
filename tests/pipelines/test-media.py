#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The media examples, between two machines: what is decoded is what was sent."""

import array
import math
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'python'))
from mcasttest import DEADLINE, SOURCE, Program, wait_joined, wait_until
import tap

EXAMPLES = SOURCE.parent / 'examples'
MEDIA = EXAMPLES / 'gst-media.sh'
GROUP, INTERFACE = '239.1.2.3', 'eth0'
PLACE = [GROUP, INTERFACE]

FRAMES = 'video/x-raw,format=I420,width=640,height=480,framerate=30/1'
FRAME_SIZE = 640 * 480 * 3 // 2
# The ball moves; each run makes the same of it.
VIDEO = 'videotestsrc is-live=true num-buffers={} pattern=ball'
# Half a second. From 16 bits nothing is rounded on the way to 24.
AUDIO = 'audiotestsrc is-live=true num-buffers=50 samplesperbuffer=480 ! audio/x-raw,format=S16LE'
SOUND = 'audio/x-raw,format={},rate=48000,channels=2'

SO_RCVBUFFORCE = 33
# Two frames of 720p; with less a loaded machine loses some.
LEAST_BUFFER = 4000000


def launch(*words):
    subprocess.run(['gst-launch-1.0', '-q', *' '.join(words).split()], check=True,
                   timeout=DEADLINE)


def on_peer(*command):
    """A command on the other machine, which is where all is sent."""
    return ['nsenter', f'--net={os.environ["NETNS_PEER"]}', *command]


def granted_buffer():
    """How large a receive buffer of LEAST_BUFFER bytes becomes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, LEAST_BUFFER)
        except PermissionError:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LEAST_BUFFER)
        # The kernel reports twice the size.
        return probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


def psnr(ours, theirs):
    """The ratio of the brightest to the mean error, in decibels."""
    error = sum((a - b) ** 2 for a, b in zip(ours, theirs) if a != b) / len(theirs)
    return 10 * math.log10(255 ** 2 / error) if error else math.inf


def snr(ours, theirs, delay):
    """The ratio of sound to error, in decibels, when ours comes later by a number of samples."""
    pairs = list(zip(ours[delay:], theirs))
    error = sum((a - b) ** 2 for a, b in pairs)
    return 10 * math.log10(sum(b * b for _, b in pairs) / error) if error else math.inf


def left_samples(data):
    samples = array.array('h', data)
    return samples[::2]


class MediaTest(unittest.TestCase):
    def require(self, *elements):
        for element in elements:
            found = subprocess.run(['gst-inspect-1.0', '--exists', element], check=False)
            if found.returncode != 0:
                self.skipTest(f'element {element} is missing')

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.input = pathlib.Path(directory.name, 'input')
        self.output = pathlib.Path(directory.name, 'output')

    def make_input(self, *words):
        launch(*words, f'! filesink location={self.input}')
        return self.input.read_bytes()

    def sink(self, caps):
        return f'{caps} ! filesink location={self.output} buffer-mode=unbuffered sync=false'

    def size(self):
        return self.output.stat().st_size if self.output.exists() else 0

    def send(self, kind, source):
        subprocess.run(on_peer('env', f'SOURCE={source}', MEDIA, 'send', kind, *PLACE), check=True,
                       timeout=DEADLINE)

    def receive(self, receiver, kind, source, least):
        """What arrives while all of the source is sent, which is at least this many bytes."""
        with receiver:
            wait_joined(*PLACE)
            self.send(kind, source)
            wait_until(lambda: receiver.check() or self.size() >= least, f'{least} bytes')
            self.assertEqual(receiver.interrupt(), 0)
            return self.output.read_bytes()

    def transmit(self, kind, source, caps, least):
        receiver = Program('env', f'SINK={self.sink(caps)}', MEDIA, 'receive', kind, *PLACE)
        return self.receive(receiver, kind, source, least)

    def check_frames(self, output, wanted):
        self.assertEqual(len(output), len(wanted))
        for frame in range(0, len(wanted), 5 * FRAME_SIZE):
            part = slice(frame, frame + FRAME_SIZE)
            self.assertGreater(psnr(output[part], wanted[part]), 35)

    def check_video(self, kind):
        self.require('x264enc', 'avdec_h264', 'mpegtsmux', 'tsdemux')
        source = VIDEO.format(20)
        wanted = self.make_input(source, '!', FRAMES)
        # Without the end of the stream, the last frame may still be in a parser.
        least = len(wanted) - FRAME_SIZE
        self.check_frames(self.transmit(kind, source, FRAMES.partition(',width')[0], least),
                            wanted)

    def test_ts(self):
        self.check_video('ts')

    def test_h264(self):
        self.check_video('h264')

    def test_jpeg2000(self):
        self.require('openjpegenc', 'jpeg2000parse', 'rtpj2kpay')
        source = VIDEO.format(5)
        wanted = self.make_input(source, '!', FRAMES)
        output = self.transmit('jpeg2000', source, FRAMES.partition(',width')[0], len(wanted))
        self.check_frames(output, wanted)

    def test_raw(self):
        """Not a byte is lost of 720p at its full rate."""
        source = VIDEO.format(10)
        caps = 'video/x-raw,format=UYVY,width=1280,height=720,framerate=25/1'
        if granted_buffer() < LEAST_BUFFER:
            self.skipTest('what waits to be read does not fit into the socket: '
                          f'sysctl -w net.core.rmem_max={LEAST_BUFFER}')
        wanted = self.make_input(source, '!', caps)
        self.assertTrue(self.transmit('raw', source, 'video/x-raw,format=UYVY', len(wanted))
                        == wanted)

    def check_linear(self, kind, sample_format):
        sound = SOUND.format(sample_format)
        wanted = self.make_input(AUDIO, '! audioconvert ! audioresample !', sound)
        output = self.transmit(kind, AUDIO, sound, len(wanted))
        self.assertEqual(len(output), len(wanted))
        self.assertTrue(output == wanted)

    def test_l16(self):
        self.check_linear('l16', 'S16BE')

    def test_l24(self):
        self.check_linear('l24', 'S24BE')

    def check_sound(self, output, wanted):
        ours, theirs = left_samples(output), left_samples(wanted)
        # What a codec adds at the beginning; around it the tone is found.
        self.assertGreater(max(snr(ours[:2000 + delay], theirs, delay)
                               for delay in range(0, 700)), 25)

    def test_opus(self):
        self.require('opusenc', 'rtpopuspay')
        sound = SOUND.format('S16LE')
        wanted = self.make_input(AUDIO, '! audioconvert ! audioresample !', sound)
        output = self.transmit('opus', AUDIO, sound, len(wanted))
        self.check_sound(output, wanted)

    def test_player(self):
        """uridecodebin finds everything out from the URI."""
        self.require('x264enc', 'avdec_h264', 'mpegtsmux', 'tsdemux')
        source = VIDEO.format(20)
        wanted = self.make_input(source, '!', FRAMES)
        uri = f'mcast://{GROUP}:5004?interfaces={INTERFACE}'
        sink = self.sink(FRAMES.partition(',width')[0])
        receiver = Program('gst-launch-1.0', '-q', '-e', 'uridecodebin', f'uri={uri}', '!',
                           'videoconvert', '!', *sink.split())
        output = self.receive(receiver, 'ts', source, len(wanted) - FRAME_SIZE)
        self.check_frames(output, wanted)

    def test_rtpbin(self):
        """Reports go both ways, and the sound is the same."""
        sound = SOUND.format('S16BE')
        wanted = self.make_input(AUDIO, '! audioconvert ! audioresample !', sound)
        example = EXAMPLES / 'rtpbin.py'
        endless = AUDIO.replace('num-buffers=50 ', '')
        with Program('env', f'SINK={self.sink(sound)}', sys.executable, example, 'receive',
                     *PLACE) as receiver:
            wait_joined(*PLACE)
            with Program(*on_peer('env', f'SOURCE={endless}', sys.executable, example, 'send',
                                  *PLACE)) as sender:
                wait_until(lambda: self.size() >= len(wanted), 'sound')
                sender.prints(' lost 0 % of my datagrams')
                receiver.prints(' datagrams\n')
                self.assertEqual(sender.interrupt(), 0)
            self.assertEqual(receiver.interrupt(), 0)
        self.assertTrue(self.output.read_bytes().startswith(wanted))


if __name__ == '__main__':
    tap.main()
