#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sockets as a program in Python sees them: values, batches, numbers and errors."""

import gc
import os
import pathlib
import resource
import threading
import time
import unittest

from mcasttest import address_of, is_joined
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Gio, GLib, Mcast
import tap

GROUP = '239.1.2.3'
PORT = 5004

# Whether PyGObject found the override; test-override.py tests what it adds.
HAS_OVERRIDE = Mcast.RxSocket.__module__ != 'gi.repository.Mcast'


def pair(group=GROUP, interfaces=('lo',)):
    rx = Mcast.RxSocket.new([group], PORT, list(interfaces))
    rx.set_timeout_us(20 * 1000 * 1000)
    return Mcast.TxSocket.new([group], PORT, list(interfaces)), rx


def send(tx, *payloads):
    for payload in payloads:
        tx.send(GLib.Bytes.new(payload))


def payloads(datagrams):
    return [datagram.get_payload().get_data() for datagram in datagrams]


class McastTestCase(unittest.TestCase):
    def assert_mcast_error(self, code, function, *arguments):
        with self.assertRaises(GLib.Error) as caught:
            function(*arguments)
        error = caught.exception
        self.assertEqual(error.domain, 'mcast-error-quark')
        self.assertEqual(error.code, code, error.message)
        self.assertTrue(error.matches(Mcast.error_quark(), code))
        return error.message

    def assert_io_error(self, code, function, *arguments):
        with self.assertRaises(GLib.Error) as caught:
            function(*arguments)
        error = caught.exception
        self.assertTrue(error.matches(Gio.io_error_quark(), code), error)
        return error.message


class DatagramTest(McastTestCase):
    def test_what_arrived(self):
        before = time.time_ns()
        tx, rx = pair(interfaces=['v0', 'v1'])
        send(tx, b'hello')
        datagrams = {}
        while set(datagrams) != {'v0', 'v1'}:
            datagram = rx.receive()
            if datagram.get_payload().get_data() == b'hello':
                datagrams[datagram.get_interface_name()] = datagram
        for name, datagram in datagrams.items():
            self.assertEqual(datagram.get_group().to_string(), GROUP)
            self.assertEqual(datagram.get_port(), PORT)
            self.assertEqual(datagram.get_hop_limit(), 1)
            self.assertFalse(datagram.is_truncated())
            self.assertGreater(datagram.get_interface_index(), 1)
            self.assertEqual(Mcast.Interface.find([name], None)[0].get_index(),
                             datagram.get_interface_index())
            source = datagram.get_source()
            self.assertIsInstance(source, Gio.InetSocketAddress)
            self.assertIn(source.get_address().to_string(),
                          [address_of('v0'), address_of('v1')])
            arrival = datagram.get_arrival_time()
            self.assertTrue(arrival == 0 or before <= arrival <= time.time_ns())

    def test_source_on_loopback(self):
        """What leaves by lo has its address, as the sender says, and a filter can name it."""
        tx, _ = pair()
        rx = Mcast.RxSocket.new([f'127.0.0.1@{GROUP}'], PORT, ['lo'])
        rx.set_timeout_us(20 * 1000 * 1000)
        send(tx, b'hello')
        self.assertEqual([rx.receive().get_source().to_string()],
                         [address.to_string() for address in tx.get_local_addresses()])

    def test_outlives_the_socket(self):
        tx, rx = pair()
        send(tx, *(b'%d' % i * 500 for i in range(10)))
        datagrams = [rx.receive() for _ in range(10)]
        kept = [(datagram.get_payload(), datagram.get_group(), datagram.get_source())
                for datagram in datagrams]
        rx.close()
        del datagrams, rx, tx
        gc.collect()
        self.assertEqual([payload.get_data() for payload, _, _ in kept],
                         [b'%d' % i * 500 for i in range(10)])
        self.assertEqual({group.to_string() for _, group, _ in kept}, {GROUP})
        self.assertEqual(len({source.to_string() for _, _, source in kept}), 1)

    def test_sizes(self):
        tx, rx = pair()
        for size in (0, 1, 1472, 1473, 9000, 65507):
            send(tx, bytes(size))
            self.assertEqual(rx.receive().get_payload().get_size(), size)

    def test_ipv6(self):
        tx, rx = pair('ff15::1:2:3', ['v0', 'v1'])
        send(tx, b'six')
        self.assertEqual(rx.receive().get_group().to_string(), 'ff15::1:2:3')


class BatchTest(McastTestCase):
    def test_order_and_limit(self):
        tx, rx = pair()
        sent = [b'%d' % i for i in range(150)]
        send(tx, *sent)
        first = rx.receive_batch(100)
        self.assertLessEqual(len(first), 100)
        received = payloads(first)
        while len(received) < len(sent):
            received += payloads(rx.receive_batch(100))
        self.assertEqual(received, sent)

    def test_elements_outlive_the_list(self):
        tx, rx = pair()
        send(tx, *[b'kept'] * 50)
        kept = rx.receive_batch(50)[7:9]
        gc.collect()
        self.assertEqual(payloads(kept), [b'kept'] * 2)

    def test_none_is_there(self):
        _, rx = pair()
        rx.set_timeout_us(0)
        self.assert_io_error(Gio.IOErrorEnum.WOULD_BLOCK, rx.receive_batch, 10)
        self.assert_io_error(Gio.IOErrorEnum.INVALID_ARGUMENT, rx.receive_batch, 0)


class PayloadsTest(McastTestCase):
    def test_joined(self):
        tx, rx = pair()
        send(tx, b'one', b'', b'three')
        joined, sizes = rx.receive_payloads(2)
        self.assertEqual((joined.get_data(), list(sizes)), (b'one', [3, 0]))
        joined, sizes = rx.receive_payloads(100)
        self.assertEqual((joined.get_data(), list(sizes)), (b'three', [5]))

    def test_sent(self):
        tx, rx = pair()
        self.assertEqual(tx.send_payloads(GLib.Bytes.new(b'onethree'), [3, 0, 5]), 3)
        joined, sizes, path_ids = rx.receive_payloads_with_paths(1)
        [path] = rx.get_stats().unpack()['paths']
        self.assertEqual((joined.get_data(), list(sizes), list(path_ids)),
                         (b'one', [3], [path['id']]))
        self.assert_io_error(Gio.IOErrorEnum.INVALID_ARGUMENT, tx.send_payloads,
                             GLib.Bytes.new(b'x'), [2])

    def test_none_is_there(self):
        _, rx = pair()
        rx.set_timeout_us(0)
        self.assert_io_error(Gio.IOErrorEnum.WOULD_BLOCK, rx.receive_payloads, 10)
        self.assert_io_error(Gio.IOErrorEnum.INVALID_ARGUMENT, rx.receive_payloads, 0)


class CallTest(McastTestCase):
    """The calls that spare a program a few lines."""

    def test_receive(self):
        tx, rx = pair()
        self.assertIsNone(rx.try_receive())
        self.assert_io_error(Gio.IOErrorEnum.TIMED_OUT, rx.receive_with_timeout, 1000)
        self.assert_io_error(Gio.IOErrorEnum.TIMED_OUT, rx.receive_batch_with_timeout, 5, 1000)
        send(tx, b'a', b'b')
        datagram = rx.receive_with_timeout(-1)
        self.assertEqual(bytes(datagram.get_data()), b'a')
        self.assertEqual(datagram.get_source_text(), datagram.get_source().to_string())
        self.assertEqual(len(rx.receive_batch_with_timeout(5, -1)), 1)

    def test_send(self):
        tx, rx = pair()
        self.assertTrue(tx.send_data(b'bytes'))
        self.assertEqual(rx.receive().get_payload().get_data(), b'bytes')
        self.assertTrue(tx.send_with_timeout(GLib.Bytes.new(b'x'), 0))
        self.assertEqual(rx.receive().get_payload().get_data(), b'x')

    def test_async(self):
        tx, rx = pair()
        loop = GLib.MainLoop()
        received = []

        def on_batch(_, result):
            received.extend(rx.receive_batch_finish(result))
            loop.quit()

        def on_sent(_, result):
            self.assertTrue(tx.send_finish(result))
            rx.receive_batch_async(5, GLib.PRIORITY_DEFAULT, None, on_batch)

        tx.send_async(GLib.Bytes.new(b'x'), GLib.PRIORITY_DEFAULT, None, on_sent)
        loop.run()
        self.assertEqual(len(received), 1)

    def test_for_receiver(self):
        _, rx = pair()
        tx = Mcast.TxSocket.new_for_receiver(rx, ['239.1.2.3'], ['lo'])
        send(tx, b'x')
        self.assertEqual(rx.receive().get_source().get_port(), rx.get_port())

    def test_lookup(self):
        self.assertEqual(Mcast.Interface.lookup('lo').get_name(), 'lo')
        with self.assertRaises(GLib.Error):
            Mcast.Interface.lookup('nope')


class WaitTest(McastTestCase):
    def test_timeout(self):
        _, rx = pair()
        rx.set_timeout_us(1000)
        self.assertEqual(rx.props.timeout_us, 1000)
        self.assert_io_error(Gio.IOErrorEnum.TIMED_OUT, rx.receive)
        rx.props.timeout_us = 0
        self.assertEqual(rx.get_timeout_us(), 0)
        self.assert_io_error(Gio.IOErrorEnum.WOULD_BLOCK, rx.receive)
        self.assertIn('-2', self.assert_io_error(Gio.IOErrorEnum.INVALID_ARGUMENT,
                                                 rx.set_timeout_us, -2))
        self.assertEqual(rx.get_timeout_us(), 0)

    def test_cancelled_from_another_thread(self):
        """The interpreter runs on while a call waits, and the call ends at once."""
        tx, rx = pair()
        rx.set_timeout_us(-1)
        cancellable = Gio.Cancellable()
        threading.Timer(0.02, cancellable.cancel).start()
        self.assert_io_error(Gio.IOErrorEnum.CANCELLED, rx.receive, cancellable)
        send(tx, b'not lost')
        self.assertEqual(rx.receive().get_payload().get_data(), b'not lost')

    def test_closed_from_another_thread(self):
        _, rx = pair()
        rx.set_timeout_us(-1)
        threading.Timer(0.02, rx.close).start()
        self.assert_io_error(Gio.IOErrorEnum.CLOSED, rx.receive)

    def test_cancelled_before(self):
        tx, _ = pair()
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        self.assert_io_error(Gio.IOErrorEnum.CANCELLED, tx.send, GLib.Bytes.new(b''), cancellable)


class ChangeTest(McastTestCase):
    def test_join_and_leave(self):
        tx, rx = pair()
        self.assertTrue(rx.join('239.7.7.7'))
        self.assertTrue(is_joined('239.7.7.7', 'lo'))
        self.assertEqual(sorted(rx.get_groups()), [GROUP, '239.7.7.7'])
        self.assertEqual(rx.props.groups, rx.get_groups())
        self.assert_io_error(Gio.IOErrorEnum.EXISTS, rx.join, '239.7.7.7')
        self.assertTrue(tx.add_group('239.7.7.7'))
        send(tx, b'both')
        self.assertEqual({rx.receive().get_group().to_string() for _ in range(2)},
                         {GROUP, '239.7.7.7'})
        self.assertTrue(rx.leave('239.7.7.7'))
        self.assertFalse(is_joined('239.7.7.7', 'lo'))
        self.assert_io_error(Gio.IOErrorEnum.NOT_FOUND, rx.leave, '239.7.7.7')
        self.assertTrue(tx.remove_group('239.7.7.7'))
        self.assert_io_error(Gio.IOErrorEnum.NOT_FOUND, tx.remove_group, '239.7.7.7')

    def test_interfaces(self):
        tx, rx = pair()
        self.assertEqual([iface.get_name() for iface in rx.get_active_interfaces()], ['lo'])
        rx.add_interface('v1')
        tx.add_interface('v0')
        self.assertEqual({iface.get_name() for iface in rx.get_active_interfaces()}, {'lo', 'v1'})
        self.assertEqual({iface.get_name() for iface in tx.get_active_interfaces()}, {'lo', 'v0'})
        self.assertEqual(len(tx.get_local_addresses()), 2)
        self.assertIsInstance(tx.get_local_addresses()[0], Gio.InetSocketAddress)
        rx.remove_interface('lo')
        send(tx, b'only v1')
        self.assertEqual(rx.receive().get_interface_name(), 'v1')

    def test_no_group_yet(self):
        rx = Mcast.RxSocket.new(None, PORT, ['lo'])
        self.assertEqual(rx.get_groups(), [])
        rx.join(GROUP)
        tx = Mcast.TxSocket.new(None, 0, ['lo'])
        self.assert_mcast_error(Mcast.Error.NO_GROUPS, tx.send, GLib.Bytes.new(b''))
        tx.send_to(Gio.InetSocketAddress.new_from_string(GROUP, PORT), GLib.Bytes.new(b'to'))
        self.assertEqual(rx.receive().get_payload().get_data(), b'to')

    def test_no_such_interface(self):
        """It is an error at once, also before there are groups."""
        for new in (lambda: Mcast.RxSocket.new(None, PORT, ['nope']),
                    lambda: Mcast.TxSocket.new(None, 0, ['nope'])):
            self.assertIn('nope', self.assert_mcast_error(Mcast.Error.NO_SUCH_INTERFACE, new))
        for sock in (Mcast.RxSocket.new(None, PORT, ['lo']), Mcast.TxSocket.new(None, 0, ['lo'])):
            self.assert_mcast_error(Mcast.Error.NO_SUCH_INTERFACE, sock.add_interface, 'nope')
            self.assertEqual(sock.get_interfaces(), ['lo'])
            sock.add_interface('v0')
        for kind in (Mcast.RxSocket, Mcast.TxSocket):
            # The group has its own interface, and does not use the other one.
            kind.new([f'{GROUP}%lo'], PORT, ['nope'])
            sock = kind(port=PORT, interfaces=['nope'], wait_for_interfaces=True)
            sock.init()
            sock.add_interface('nope2')
            self.assertEqual(sock.get_interfaces(), ['nope', 'nope2'])

    def test_settings(self):
        tx, _ = pair()
        for name, value in (('ttl', 7), ('loopback', False), ('dscp', 46), ('pacing_rate', 10**9)):
            getattr(tx, f'set_{name}')(value)
            self.assertEqual(getattr(tx, f'get_{name}')(), value)
            self.assertEqual(getattr(tx.props, name), value)
        tx.props.ttl = 9
        self.assertEqual(tx.get_ttl(), 9)

    def test_notify(self):
        """A property notifies of each change, however it was made, and of nothing else."""
        tx, rx = pair()
        notified = []
        for sock in (tx, rx):
            sock.connect('notify', lambda _, pspec: notified.append(pspec.name))
        for sock, name, value in ((tx, 'ttl', 7), (tx, 'loopback', False), (tx, 'dscp', 46),
                                  (tx, 'pacing_rate', 10**9), (rx, 'timeout_us', 5)):
            getattr(sock, f'set_{name}')(value)
            self.assertEqual(notified, [name.replace('_', '-')])
            setattr(sock.props, name, value)
            self.assertEqual(notified, [name.replace('_', '-')])
            notified.clear()
        tx.props.ttl = 8
        self.assertEqual(notified, ['ttl'])

    def test_interfaces_are_the_selectors(self):
        for sock in pair():
            notified = []
            sock.connect('notify::interfaces',
                         lambda sock, _, notified: notified.append(sock.props.interfaces), notified)
            self.assertEqual(sock.get_interfaces(), ['lo'])
            index = str(Mcast.Interface.find(['v1'], None)[0].get_index())
            sock.add_interface(index)
            self.assertEqual({iface.get_name() for iface in sock.get_active_interfaces()},
                             {'lo', 'v1'})
            sock.remove_interface(index)
            self.assertEqual(notified, [['lo', index], ['lo']])

    def test_port_is_notified(self):
        rx = Mcast.RxSocket.new(None, 0, ['lo'])
        ports = []
        rx.connect('notify::port', lambda rx, _: ports.append(rx.props.port))
        rx.join(GROUP)
        self.assertEqual(ports, [rx.get_port()])
        self.assertGreater(rx.get_port(), 0)

    def test_groups_as_values(self):
        tx, rx = pair()
        group = Mcast.Group.new(Gio.InetAddress.new_from_string('239.7.7.7'), PORT, 'lo', None,
                                Mcast.FilterMode.EXCLUDE)
        rx.join_group(group)
        tx.add_destination(group)
        for sock, remove in ((rx, rx.leave_group), (tx, tx.remove_destination)):
            self.assertEqual([each.to_string() for each in sock.get_group_list()],
                             [GROUP, f'239.7.7.7%lo:{PORT}'])
            self.assertTrue(sock.get_group_list()[1].equal(group))
            remove(group)
            self.assert_io_error(Gio.IOErrorEnum.NOT_FOUND, remove, group)

    def test_one_group_in_two_spellings(self):
        tx, rx = pair()
        for add in (rx.join, tx.add_group):
            self.assert_io_error(Gio.IOErrorEnum.EXISTS, add, f'{GROUP}%lo:{PORT}')
        tx = Mcast.TxSocket.new([GROUP, f'{GROUP}%lo', f'{GROUP}:{PORT}'], PORT, ['lo'])
        tx.send(GLib.Bytes.new(b'once'))
        self.assertEqual(tx.get_stats()['accepted'], 1)

    def test_notify_of_groups(self):
        tx, rx = pair()
        notified = []
        for sock in (tx, rx):
            sock.connect('notify::groups', lambda sock, _: notified.append(sock.props.groups))
        for change in (tx.add_group, tx.remove_group, rx.join, rx.leave):
            change('239.7.7.7')
        self.assertEqual(notified, [[GROUP, '239.7.7.7'], [GROUP]] * 2)
        self.assert_io_error(Gio.IOErrorEnum.EXISTS, rx.join, GROUP)
        self.assertEqual(len(notified), 4)

    def test_wrong_property(self):
        """A property cannot return an error: it warns and stays as it was."""
        tx, rx = pair()
        for sock, name, value in ((tx, 'ttl', 256), (tx, 'dscp', 64), (rx, 'timeout_us', -2)):
            before = sock.get_property(name)
            sock.set_property(name, value)
            self.assertEqual(sock.get_property(name), before)

    def test_construct_properties(self):
        """What new() has no argument for is a property at construction."""
        rx = Mcast.RxSocket(
            groups=[GROUP], port=PORT, interfaces=['nowhere0'], wait_for_interfaces=True,
            merge=Mcast.Merge.RTP, timeout_us=0)
        self.assertTrue(rx.init(None))
        self.assertFalse(rx.is_closed())
        self.assertEqual(rx.props.merge, Mcast.Merge.RTP)
        self.assert_io_error(Gio.IOErrorEnum.WOULD_BLOCK, rx.receive)


class NumbersTest(McastTestCase):
    def test_stats(self):
        tx, rx = pair()
        send(tx, b'one', b'two22')
        self.assertEqual(len([rx.receive(), rx.receive()]), 2)
        stats = rx.get_stats().unpack()
        self.assertEqual((stats['arrived'], stats['delivered'], stats['bytes']), (2, 2, 8))
        self.assertEqual(stats['arrived'], stats['delivered'] + stats['kernel-dropped']
                         + stats['filtered'] + stats['duplicates'])
        self.assertEqual([(path['group'], path['interface'], path['delivered'])
                          for path in stats['paths']], [(GROUP, 'lo', 2)])
        sent = tx.get_stats().unpack()
        self.assertEqual((sent['attempted'], sent['accepted'], sent['refused']), (2, 2, 0))
        rx.close()
        self.assertEqual(rx.get_stats().unpack()['delivered'], 2)

    def test_paths(self):
        tx, rx = pair()
        send(tx, b'one', b'two22')
        self.assertEqual(len([rx.receive(), rx.receive()]), 2)
        [path] = rx.get_paths()
        self.assertEqual((path.props.group, path.props.interface_name), (f'{GROUP}:{PORT}', 'lo'))
        self.assertEqual(path.props.state, Mcast.PathState.READY)
        self.assertEqual(path.get_counter('delivered'), 2)
        self.assertIn('bytes', path.list_counters())
        self.assertEqual(path.list_unavailable(), [])
        self.assertIsNone(path.get_error())
        [path] = tx.get_paths()
        self.assertEqual(path.get_local_address().to_string(),
                         tx.get_local_addresses()[0].to_string())

    @unittest.skipIf(HAS_OVERRIDE, 'the constructor of the override opens the socket')
    def test_stats_of_what_never_opened(self):
        for kind in (Mcast.RxSocket, Mcast.TxSocket):
            self.assertIsInstance(kind(groups=[GROUP]).get_stats(), GLib.Variant)


class LeakTest(McastTestCase):
    """What a program does all day takes no more memory and descriptors in the evening."""

    def resident_bytes(self):
        fields = pathlib.Path('/proc/self/statm').read_text(encoding='ascii').split()
        return int(fields[1]) * resource.getpagesize()

    def check(self, work, n_rounds):
        for _ in range(n_rounds // 10):
            work()
        gc.collect()
        before, descriptors = self.resident_bytes(), os.listdir('/proc/self/fd')
        for _ in range(n_rounds):
            work()
        gc.collect()
        self.assertEqual(os.listdir('/proc/self/fd'), descriptors)
        self.assertLess(self.resident_bytes() - before, 1 << 20)

    def test_receive(self):
        tx, rx = pair()
        payload = GLib.Bytes.new(bytes(1316))

        def work():
            tx.send(payload)
            datagram = rx.receive()
            datagram.get_payload().get_data()
            datagram.get_source().get_address().to_string()
            datagram.get_group().to_string()
            datagram.get_interface_name()

        self.check(work, 100000)

    def test_batch(self):
        tx, rx = pair()
        payload = GLib.Bytes.new(bytes(1316))

        def work():
            for _ in range(10):
                tx.send(payload)
            self.assertTrue(payloads(rx.receive_batch(10)))

        self.check(work, 2000)

    def test_async(self):
        # Not in GLib.MainLoop.run(), and not too often: PyGObject itself keeps some 200 bytes of
        # each run of a loop and 100 of each asynchronous call, those of Gio as well.
        tx, rx = pair()
        payload = GLib.Bytes.new(bytes(1316))
        context = GLib.MainContext.default()
        received = []

        def on_received(rx, result):
            received.append(len(rx.receive_finish(result).get_payload().get_data()))

        def work():
            rx.receive_async(GLib.PRIORITY_DEFAULT, None, on_received)
            tx.send(payload)
            while not received:
                context.iteration(True)
            received.clear()

        self.check(work, 2500)

    def test_errors_and_statistics(self):
        tx, rx = pair()
        rx.set_timeout_us(0)

        def work():
            self.assert_io_error(Gio.IOErrorEnum.WOULD_BLOCK, rx.receive)
            self.assert_mcast_error(Mcast.Error.NOT_MULTICAST, rx.join, '10.1.2.3')
            rx.get_stats().unpack()
            tx.get_stats().unpack()

        self.check(work, 5000)

    def test_sockets(self):
        def work():
            tx, rx = pair()
            rx.join('239.7.7.7')
            tx.get_local_addresses()
            rx.get_active_interfaces()
            Mcast.Interface.find(['*'], Mcast.Interface.list())

        self.check(work, 500)


class ErrorTest(McastTestCase):
    def test_codes(self):
        new = Mcast.RxSocket.new
        for code, arguments in (
                (Mcast.Error.NOT_MULTICAST, (['10.1.2.3'], PORT, ['lo'])),
                (Mcast.Error.FAMILY_MISMATCH, (['::1@239.1.2.3'], PORT, ['lo'])),
                (Mcast.Error.NO_SUCH_INTERFACE, ([GROUP], PORT, ['nowhere0']))):
            message = self.assert_mcast_error(code, new, *arguments)
            self.assertTrue(any(value in message for value in ('10.1.2.3', '::1', 'nowhere0')))
        for arguments in ((['239.1.2'], PORT, None), ([GROUP], 65536, None),
                          ([GROUP], PORT, ['a name that is too long'])):
            self.assert_io_error(Gio.IOErrorEnum.INVALID_ARGUMENT, new, *arguments)

    def test_destination(self):
        tx, _ = pair()
        data = GLib.Bytes.new(b'')
        for code, address in ((Mcast.Error.NOT_MULTICAST, '10.1.2.3'),
                              (Mcast.Error.NOT_A_DESTINATION, '239.9.9.9')):
            target = Gio.InetSocketAddress.new_from_string(address, PORT)
            self.assertIn(address, self.assert_mcast_error(code, tx.send_to, target, data))
        unix = Gio.UnixSocketAddress.new('/run/nobody')
        self.assert_io_error(Gio.IOErrorEnum.INVALID_ARGUMENT, tx.send_to, unix, data)

    def test_too_large(self):
        tx, _ = pair()
        self.assert_io_error(Gio.IOErrorEnum.MESSAGE_TOO_LARGE, tx.send,
                             GLib.Bytes.new(bytes(65508)))

    def test_closed(self):
        tx, rx = pair()
        for sock in (tx, rx):
            sock.close()
            sock.close()
            self.assertTrue(sock.is_closed())
            self.assertEqual(sock.get_groups(), [GROUP])
            self.assertEqual(sock.get_interfaces(), ['lo'])
            self.assertEqual(sock.get_active_interfaces(), [])
            self.assert_io_error(Gio.IOErrorEnum.CLOSED, sock.add_interface, 'v0')
        self.assertEqual(rx.get_fd(), -1)
        self.assert_io_error(Gio.IOErrorEnum.CLOSED, rx.receive)
        self.assert_io_error(Gio.IOErrorEnum.CLOSED, rx.join, '239.7.7.7')
        self.assert_io_error(Gio.IOErrorEnum.CLOSED, tx.send, GLib.Bytes.new(b''))
        self.assert_io_error(Gio.IOErrorEnum.CLOSED, tx.set_ttl, 3)

    def test_wrong_types(self):
        tx, _ = pair()
        for payload in (None, 'text') if HAS_OVERRIDE else (None, 'text', b'bytes'):
            with self.assertRaises(TypeError):
                tx.send(payload)
        with self.assertRaises(OverflowError):
            Mcast.RxSocket.new([GROUP], -1, None)

    @unittest.skipIf(HAS_OVERRIDE, 'the constructor of the override opens the socket')
    def test_init_fails_every_time(self):
        rx = Mcast.RxSocket(groups=['10.1.2.3'], port=PORT)
        for _ in range(2):
            with self.assertRaises(GLib.Error):
                rx.init(None)
        self.assertTrue(rx.is_closed())


if __name__ == '__main__':
    tap.main()
