#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The main loop in Python: requests, sources, signals, cancellation, asyncio."""

import asyncio
import subprocess
import unittest

from mcasttest import DEADLINE
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Gio, GLib, Mcast
import tap

GROUP = '239.1.2.3'
PORT = 5004


class MainLoopTest(unittest.TestCase):
    def setUp(self):
        self.rx = Mcast.RxSocket.new([GROUP], PORT, ['lo'])
        self.tx = Mcast.TxSocket.new([GROUP], PORT, ['lo'])
        self.results = []

    def send(self, *payloads):
        for payload in payloads:
            self.tx.send(GLib.Bytes.new(payload))

    def on_received(self, rx, result, number=0):
        try:
            self.results.append((number, rx.receive_finish(result).get_payload().get_data()))
        except GLib.Error as error:
            self.results.append((number, error))

    def wait_for(self, condition):
        late = []
        timer = GLib.timeout_add_seconds(DEADLINE, late.append, True)
        while not condition() and not late:
            GLib.MainContext.default().iteration(True)
        self.assertTrue(condition(), self.results)
        GLib.source_remove(timer)

    def test_receive_async(self):
        self.rx.receive_async(GLib.PRIORITY_DEFAULT, None, self.on_received)
        self.assertEqual(self.results, [])
        self.send(b'one')
        self.wait_for(lambda: self.results)
        self.assertEqual(self.results, [(0, b'one')])

    def test_several_requests(self):
        for number in range(5):
            self.rx.receive_async(GLib.PRIORITY_DEFAULT, None, self.on_received, number)
        self.send(b'a', b'b', b'c', b'd', b'e')
        self.wait_for(lambda: len(self.results) == 5)
        self.assertEqual({number for number, _ in self.results}, set(range(5)))
        self.assertEqual({data for _, data in self.results}, {b'a', b'b', b'c', b'd', b'e'})

    def test_cancelled_request_takes_nothing(self):
        cancellable = Gio.Cancellable()
        self.rx.receive_async(GLib.PRIORITY_DEFAULT, cancellable, self.on_received)
        cancellable.cancel()
        self.wait_for(lambda: self.results)
        self.assertTrue(self.results[0][1].matches(Gio.io_error_quark(),
                                                   Gio.IOErrorEnum.CANCELLED))
        self.send(b'kept')
        self.assertEqual(self.rx.receive().get_payload().get_data(), b'kept')

    def test_timeout_of_a_request(self):
        self.rx.set_timeout_us(1000)
        self.rx.receive_async(GLib.PRIORITY_DEFAULT, None, self.on_received)
        self.wait_for(lambda: self.results)
        self.assertTrue(self.results[0][1].matches(Gio.io_error_quark(),
                                                   Gio.IOErrorEnum.TIMED_OUT))

    def test_closed_under_a_request(self):
        self.rx.receive_async(GLib.PRIORITY_DEFAULT, None, self.on_received)
        self.rx.close()
        self.wait_for(lambda: self.results)
        self.assertTrue(self.results[0][1].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED))

    def test_request_after_closing(self):
        self.rx.close()
        self.rx.receive_async(GLib.PRIORITY_DEFAULT, None, self.on_received)
        self.wait_for(lambda: self.results)
        self.assertTrue(self.results[0][1].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED))

    def test_request_keeps_the_socket(self):
        self.rx.receive_async(GLib.PRIORITY_DEFAULT, None, self.on_received)
        self.rx = None
        self.send(b'still')
        self.wait_for(lambda: self.results)
        self.assertEqual(self.results, [(0, b'still')])

    def test_source(self):
        self.rx.set_timeout_us(0)

        def on_ready(*_):
            self.results += [datagram.get_payload().get_data()
                             for datagram in self.rx.receive_batch(10)]
            return len(self.results) < 3

        source = self.rx.create_source(None)
        source.set_callback(on_ready)
        source.attach(None)
        self.send(b'1')
        self.wait_for(lambda: self.results == [b'1'])
        self.send(b'2', b'3')
        self.wait_for(lambda: self.results == [b'1', b'2', b'3'])
        self.wait_for(source.is_destroyed)

    def test_source_cancelled(self):
        cancellable = Gio.Cancellable()
        source = self.rx.create_source(cancellable)
        source.set_callback(lambda *_: self.results.append('dispatched'))
        source.attach(None)
        cancellable.cancel()
        self.wait_for(lambda: self.results == ['dispatched'])

    def test_source_of_a_closed_socket(self):
        source = self.rx.create_source(None)
        source.set_callback(lambda *_: self.results.append('dispatched'))
        source.attach(None)
        self.rx.close()
        self.wait_for(lambda: self.results == ['dispatched'])
        after = self.rx.create_source(None)
        after.set_callback(lambda *_: self.results.append('at once'))
        after.attach(None)
        self.wait_for(lambda: self.results == ['dispatched', 'at once'])

    def test_signals(self):
        self.rx.add_interface('v1')
        self.tx.add_interface('v1')
        while GLib.MainContext.default().iteration(False):
            pass
        for sock, joined in ((self.rx, 'interface-joined'), (self.tx, 'interface-ready')):
            for name in (joined, 'interface-lost'):
                sock.connect(name, lambda sock, iface, name: self.results.append(
                    (type(sock).__name__, name, iface.get_name())), name)
        self.rx.remove_interface('v1')
        self.tx.remove_interface('v1')
        self.wait_for(lambda: len(self.results) == 2)
        self.rx.add_interface('v1')
        self.tx.add_interface('v1')
        self.wait_for(lambda: len(self.results) == 4)
        self.assertEqual(self.results, [('RxSocket', 'interface-lost', 'v1'),
                                        ('TxSocket', 'interface-lost', 'v1'),
                                        ('RxSocket', 'interface-joined', 'v1'),
                                        ('TxSocket', 'interface-ready', 'v1')])

    def test_events(self):
        for sock in (self.rx, self.tx):
            sock.connect('event', lambda sock, event: self.results.append(
                (type(sock).__name__, event.get_event_type().value_nick, event.get_group(),
                 event.get_interface().get_name(), event.get_interface_name())))
        self.rx.add_interface('v1')
        self.tx.add_interface('v1')
        self.wait_for(lambda: len(self.results) == 2)
        text = f'{GROUP}:{PORT}'
        self.assertEqual(self.results, [('RxSocket', 'ready', text, 'v1', 'v1'),
                                        ('TxSocket', 'ready', text, 'v1', 'v1')])

    def test_event_of_a_path_that_waits(self):
        rx = Mcast.RxSocket(groups=[GROUP], port=PORT, interfaces=['lo'], wait_for_interfaces=True)
        rx.init()
        rx.connect('event', lambda _, event: self.results.append(event))
        rx.join(f'{GROUP}%late0:{PORT}')
        self.wait_for(lambda: self.results)
        event = self.results[0]
        self.assertEqual(event.get_event_type(), Mcast.EventType.WAITING)
        self.assertIsNone(event.get_interface())
        self.assertIn('late0', event.get_reason())

    def test_signal_when_an_interface_comes(self):
        rx = Mcast.RxSocket.new([GROUP], PORT, ['*'])
        rx.connect('interface-joined', lambda _, iface: self.results.append(iface.get_name()))
        rx.connect('interface-lost', lambda _, iface: self.results.append(f'-{iface.get_name()}'))
        subprocess.run(['ip', 'link', 'add', 'br8', 'type', 'bridge'], check=True)
        subprocess.run(['ip', 'link', 'set', 'br8', 'up'], check=True)
        self.wait_for(lambda: self.results == ['br8'])
        subprocess.run(['ip', 'link', 'delete', 'br8'], check=True)
        self.wait_for(lambda: self.results == ['br8', '-br8'])


class AsyncioTest(unittest.TestCase):
    def test_reader(self):
        rx = Mcast.RxSocket.new([GROUP], PORT, ['lo'])
        tx = Mcast.TxSocket.new([GROUP], PORT, ['lo'])
        rx.set_timeout_us(0)
        received = []

        async def receive():
            loop = asyncio.get_running_loop()
            done = loop.create_future()

            def on_readable():
                received.extend(datagram.get_payload().get_data()
                                for datagram in rx.receive_batch(10))
                if len(received) == 3:
                    done.set_result(None)

            loop.add_reader(rx.get_fd(), on_readable)
            loop.call_later(0.01, lambda: [tx.send(GLib.Bytes.new(b'%d' % i)) for i in range(3)])
            await asyncio.wait_for(done, DEADLINE)
            loop.remove_reader(rx.get_fd())

        asyncio.run(receive())
        self.assertEqual(received, [b'0', b'1', b'2'])


if __name__ == '__main__':
    tap.main()
