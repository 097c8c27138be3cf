#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Other programs send to us and receive from us, byte for byte."""

import contextlib
import functools
import os
import pathlib
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'python'))
from mcasttest import DEADLINE, Program, address_of, is_bound, wait_joined, wait_until
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Gio, GLib, Mcast
import tap

# Few enough to fit into any receive buffer, since not every peer can send slowly.
N_DATAGRAMS = 40
SIZE = 1316
PORT = 5004
INTERFACE_OUT, INTERFACE_IN = 'v0', 'v1'


class Missing(Exception):
    """A peer that is not there; says what it takes."""


def require(program):
    if shutil.which(program) is None:
        raise Missing(f'{program} is missing')


def require_element(name):
    require('gst-launch-1.0')
    found = subprocess.run(['gst-inspect-1.0', '--atleast-version=0.1', '--exists', name],
                           check=False)
    if found.returncode != 0:
        raise Missing(f'element {name} is missing')


def is_ipv6(group):
    return ':' in group


def target(group):
    return f'[{group}]:{PORT}' if is_ipv6(group) else f'{group}:{PORT}'


def chunks(data):
    return [data[i:i + SIZE] for i in range(0, len(data), SIZE)]


def run(*command):
    done = subprocess.run([str(word) for word in command], check=False, capture_output=True,
                          text=True, timeout=DEADLINE)
    if done.returncode != 0:
        raise AssertionError(f'{command[0]}: {done.stdout}{done.stderr}')


# --- Receivers: each yields a function that returns what arrived until now ---------------------

@contextlib.contextmanager
def receive_with_file(directory, *command):
    path = directory / 'received'
    with Program(*(str(word).replace('FILE', str(path)) for word in command)) as program:
        def received():
            program.check()
            return path.read_bytes() if path.exists() else b''
        yield received


@contextlib.contextmanager
def library_receiver(group, _):
    rx = Mcast.RxSocket.new([target(group)], 0, [INTERFACE_IN])
    rx.set_timeout_us(0)
    data = []

    def received():
        with contextlib.suppress(GLib.Error):
            while True:
                data.extend(datagram.get_payload().get_data() for datagram in rx.receive_batch(100))
        return b''.join(data)

    yield received
    rx.close()


def element_receiver(group, directory):
    require_element('mcastsrc')
    return receive_with_file(directory, 'gst-launch-1.0', '-q', 'mcastsrc', f'address={group}',
                             f'port={PORT}', f'interfaces={INTERFACE_IN}', '!', 'filesink',
                             'location=FILE', 'buffer-mode=unbuffered')


def udpsrc_receiver(group, directory):
    require_element('udpsrc')
    return receive_with_file(directory, 'gst-launch-1.0', '-q', 'udpsrc', f'address={group}',
                             f'port={PORT}', f'multicast-iface={INTERFACE_IN}', '!', 'filesink',
                             'location=FILE', 'buffer-mode=unbuffered')


def ffmpeg_receiver(group, directory):
    require('ffmpeg')
    uri = f'udp://{group}:{PORT}?localaddr={address_of(INTERFACE_IN)}'
    return receive_with_file(directory, 'ffmpeg', '-nostdin', '-loglevel', 'error', '-y', '-f',
                             'data', '-i', uri, '-map', '0', '-c', 'copy', '-flush_packets', '1',
                             '-f', 'data', 'FILE')


def socat_receiver(group, directory):
    require('socat')
    return receive_with_file(
        directory, 'socat', '-u',
        f'UDP4-RECV:{PORT},bind={group},ip-add-membership={group}:{INTERFACE_IN},reuseaddr',
        'OPEN:FILE,creat,trunc')


@contextlib.contextmanager
def python_receiver(group, _):
    family = socket.AF_INET6 if is_ipv6(group) else socket.AF_INET
    index = socket.if_nametoindex(INTERFACE_IN)
    address = socket.inet_pton(family, group)
    with socket.socket(family, socket.SOCK_DGRAM) as rx:
        rx.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        rx.bind((group, PORT))
        if is_ipv6(group):
            rx.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                          address + struct.pack('@I', index))
        else:
            rx.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                          address + struct.pack('@4xi', index))
        rx.setblocking(False)
        data = []

        def received():
            with contextlib.suppress(BlockingIOError):
                while True:
                    data.append(rx.recv(65536))
            return b''.join(data)

        yield received


@contextlib.contextmanager
def gsocket_receiver(group, _):
    address = Gio.InetSocketAddress.new_from_string(group, PORT)
    rx = Gio.Socket.new(address.get_family(), Gio.SocketType.DATAGRAM, Gio.SocketProtocol.UDP)
    rx.bind(address, True)
    rx.join_multicast_group(address.get_address(), False, INTERFACE_IN)
    data = []

    def received():
        while rx.condition_check(GLib.IOCondition.IN):
            # Its own receive call has no form that Python could use.
            data.append(os.read(rx.get_fd(), 65536))
        return b''.join(data)

    yield received
    rx.close()


# --- Senders ----------------------------------------------------------------------------------

def library_sender(group, data, _):
    tx = Mcast.TxSocket.new([target(group)], 0, [INTERFACE_OUT])
    for chunk in chunks(data):
        tx.send(GLib.Bytes.new(chunk))


def element_sender(group, _, path):
    require_element('mcastsink')
    run('gst-launch-1.0', '-q', 'filesrc', f'location={path}', '!', 'mcastsink', f'host={group}',
        f'port={PORT}', f'interfaces={INTERFACE_OUT}', f'packet-size={SIZE}')


def udpsink_sender(group, _, path):
    require_element('udpsink')
    run('gst-launch-1.0', '-q', 'filesrc', f'location={path}', f'blocksize={SIZE}', '!', 'udpsink',
        f'host={group}', f'port={PORT}', f'multicast-iface={INTERFACE_OUT}')


def ffmpeg_sender(group, _, path):
    require('ffmpeg')
    uri = f'udp://{group}:{PORT}?localaddr={address_of(INTERFACE_OUT)}&pkt_size={SIZE}'
    run('ffmpeg', '-nostdin', '-loglevel', 'error', '-f', 'data', '-i', path, '-map', '0', '-c',
        'copy', '-f', 'data', uri)


def socat_sender(group, _, path):
    require('socat')
    run('socat', '-u', f'-b{SIZE}', f'OPEN:{path}',
        f'UDP4-SENDTO:{group}:{PORT},ip-multicast-if={address_of(INTERFACE_OUT)}')


def python_sender(group, data, _):
    family = socket.AF_INET6 if is_ipv6(group) else socket.AF_INET
    index = socket.if_nametoindex(INTERFACE_OUT)
    with socket.socket(family, socket.SOCK_DGRAM) as tx:
        if is_ipv6(group):
            tx.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        else:
            tx.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack('@8xi', index))
        for chunk in chunks(data):
            tx.sendto(chunk, (group, PORT))


def gsocket_sender(group, data, _):
    address = Gio.InetSocketAddress.new_from_string(group, PORT)
    tx = Gio.Socket.new(address.get_family(), Gio.SocketType.DATAGRAM, Gio.SocketProtocol.UDP)
    # The default route of the namespace leads through INTERFACE_OUT.
    for chunk in chunks(data):
        tx.send_to(address, chunk, None)
    tx.close()


OURS = {
    'library': (library_sender, library_receiver),
    'elements': (element_sender, element_receiver),
}
PEERS = {
    'udpsink_udpsrc': (udpsink_sender, udpsrc_receiver),
    'ffmpeg': (ffmpeg_sender, ffmpeg_receiver),
    'socat': (socat_sender, socat_receiver),
    'python': (python_sender, python_receiver),
    'gsocket': (gsocket_sender, gsocket_receiver),
}
IPV6_PEERS = ('udpsink_udpsrc', 'python', 'gsocket')


class InteropTest(unittest.TestCase):
    n_groups = 0

    def check(self, send, receive, is_six):
        InteropTest.n_groups += 1
        group = f'ff15::{self.n_groups:x}' if is_six else f'239.77.0.{self.n_groups}'
        data = random.Random(self.n_groups).randbytes(N_DATAGRAMS * SIZE - 7)
        with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
            path = pathlib.Path(name, 'sent')
            path.write_bytes(data)
            try:
                received = stack.enter_context(receive(group, pathlib.Path(name)))
                # Some peers join before they bind.
                wait_joined(group, INTERFACE_IN)
                wait_until(lambda: is_bound(PORT), 'a receiver')
                send(group, data, path)
            except Missing as missing:
                self.skipTest(str(missing))
            wait_until(lambda: len(received()) >= len(data), 'all bytes')
            self.assertEqual(received(), data)


def add_tests():
    for ours, (send, receive) in OURS.items():
        for peer, (peer_send, peer_receive) in PEERS.items():
            for is_six in (False, True)[:2 if peer in IPV6_PEERS else 1]:
                suffix = '_ipv6' if is_six else ''
                for name, pair in ((f'{peer}_to_{ours}', (peer_send, receive)),
                                   (f'{ours}_to_{peer}', (send, peer_receive))):
                    setattr(InteropTest, f'test_{name}{suffix}', functools.partialmethod(
                        InteropTest.check, *pair, is_six))


add_tests()

if __name__ == '__main__':
    tap.main()
