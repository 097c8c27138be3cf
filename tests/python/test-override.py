#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mcast with Python's own types, loops, exceptions and asyncio."""

import asyncio
import errno
import ipaddress
import pathlib
import pydoc
import select
import sys
import threading
import unittest

from mcasttest import DEADLINE, Program, address_of, wait_until
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Gio, GLib, Mcast
import tap

GROUP = '239.1.2.3'
OTHER = '239.1.2.4'
IPV6_GROUP = 'ff15::1:2:3'
PORT = 5004


def open_pair(groups=GROUP, interfaces='lo', **properties):
    rx = Mcast.RxSocket(groups, PORT, interfaces, timeout=DEADLINE, **properties)
    return Mcast.TxSocket(groups, PORT, interfaces), rx


def send(tx, *payloads):
    for payload in payloads:
        tx.send(payload)


class OpenTest(unittest.TestCase):
    def test_constructor_opens(self):
        rx = Mcast.RxSocket(GROUP, PORT, 'lo', timeout=2.5, merge='flow')
        self.assertFalse(rx.is_closed())
        self.assertEqual((rx.get_groups(), rx.get_port()), ([GROUP], PORT))
        self.assertEqual((rx.timeout, rx.get_timeout_us()), (2.5, 2_500_000))
        self.assertEqual(rx.props.merge, Mcast.Merge.FLOW)

    def test_init_does_nothing(self):
        rx = Mcast.RxSocket(groups=[GROUP], port=PORT, interfaces=['lo'])
        self.assertTrue(rx.init())
        self.assertTrue(rx.init(None))
        self.assertEqual(len(rx.get_stats().unpack()['paths']), 1)

    def test_constructor_fails(self):
        with self.assertRaises(OSError):
            Mcast.RxSocket(GROUP, PORT, 'nope')
        with self.assertRaises(TypeError):
            Mcast.RxSocket(GROUP, PORT, tineout=3)

    def test_with(self):
        with Mcast.RxSocket(GROUP, PORT, 'lo') as rx, Mcast.TxSocket(GROUP, PORT, 'lo') as tx:
            send(tx, b'x')
            self.assertEqual(rx.receive().payload, b'x')
        self.assertTrue(rx.is_closed() and tx.is_closed())

    def test_with_closes_after_an_exception(self):
        with self.assertRaises(ZeroDivisionError), Mcast.RxSocket(GROUP, PORT, 'lo') as rx:
            1 / 0
        self.assertTrue(rx.is_closed())

    def test_timeout(self):
        rx = Mcast.RxSocket(GROUP, PORT, 'lo')
        self.assertIsNone(rx.timeout)
        rx.timeout = 0.25
        self.assertEqual(rx.get_timeout_us(), 250_000)
        rx.timeout = None
        self.assertEqual(rx.get_timeout_us(), -1)

    def test_repr(self):
        tx, rx = open_pair([GROUP, OTHER])
        self.assertEqual(repr(rx), f'<Mcast.RxSocket {GROUP}, {OTHER} port {PORT} on lo>')
        self.assertEqual(repr(tx), f'<Mcast.TxSocket {GROUP}, {OTHER} port {PORT} on lo>')
        rx.close()
        self.assertEqual(repr(rx), '<Mcast.RxSocket, closed>')

    def test_repr_of_a_path(self):
        _, rx = open_pair()
        self.assertEqual(repr(rx.get_paths()), f'[<Mcast.Path {GROUP}:{PORT} on lo: ready>]')

    def test_help(self):
        for name in ('RxSocket', 'TxSocket'):
            text = pydoc.plain(pydoc.render_doc(getattr(Mcast, name)))
            self.assertIn('The constructor opens the socket:', text)
            self.assertIn('receive(' if name == 'RxSocket' else 'send_to(', text)
        for function in (Mcast.RxSocket.receive, Mcast.RxSocket.recvfrom, Mcast.TxSocket.send_to):
            self.assertIn(' ', function.__doc__)


class TypesTest(unittest.TestCase):
    def test_groups(self):
        for groups in (GROUP, [GROUP], (GROUP,), ipaddress.ip_address(GROUP), Mcast.Group(GROUP),
                       [Mcast.Group(GROUP)], (GROUP, PORT), [(GROUP, PORT)]):
            with self.subTest(groups), Mcast.RxSocket(groups, PORT, 'lo') as rx:
                self.assertEqual([group.partition(':')[0] for group in rx.get_groups()], [GROUP])

    def test_interfaces(self):
        interface = Mcast.Interface.find('v0')[0]
        for interfaces in ('v0', ['v0'], interface.index, [interface.index], interface, [interface],
                           interface.addresses[0], ipaddress.ip_address(address_of('v0'))):
            with self.subTest(interfaces), Mcast.RxSocket(GROUP, PORT, interfaces) as rx:
                self.assertEqual(list(map(str, rx.get_active_interfaces())), ['v0'])

    def test_destinations(self):
        rx = Mcast.RxSocket([GROUP, IPV6_GROUP], PORT, 'v1', timeout=DEADLINE)
        tx = Mcast.TxSocket(None, 0, 'v0')
        address = Gio.InetSocketAddress.new_from_string(GROUP, PORT)
        for destination in ((GROUP, PORT), (ipaddress.ip_address(GROUP), PORT), f'{GROUP}:{PORT}',
                            Mcast.Group(f'{GROUP}:{PORT}'), address):
            with self.subTest(destination):
                tx.send_to(destination, b'x')
                self.assertEqual(rx.receive().group, GROUP)
        for destination in ((IPV6_GROUP, PORT), (IPV6_GROUP, PORT, 0, 0), f'[{IPV6_GROUP}]:{PORT}',
                            (f'{IPV6_GROUP}%v0', PORT), f'[{IPV6_GROUP}%v0]:{PORT}'):
            with self.subTest(destination):
                self.assertEqual(tx.sendto(b'xyz', destination), 3)
                self.assertEqual(rx.receive().group, IPV6_GROUP)
        for wrong in (('x', PORT), 'x', f'{GROUP}%v0:{PORT}', GROUP, ('10.1.2.3', PORT)):
            with self.subTest(wrong), self.assertRaises(ValueError):
                tx.send_to(wrong, b'x')

    def test_payloads(self):
        tx, rx = open_pair()
        for payload in (b'x', bytearray(b'x'), memoryview(b'x'), GLib.Bytes.new(b'x')):
            tx.send(payload)
            tx.send(payload, timeout=1)
            tx.send_data(payload)
            tx.send_to((GROUP, PORT), payload)
            self.assertEqual(tx.send_payloads([payload, payload]), 2)
            self.assertEqual([rx.receive().payload for _ in range(6)], [b'x'] * 6)
        tx.send(b'')
        self.assertEqual(rx.receive().payload, b'')
        for wrong in ('text', 5):
            with self.assertRaises(TypeError):
                tx.send(wrong)

    def test_changes(self):
        tx, rx = open_pair()
        rx.join(ipaddress.ip_address(OTHER))
        rx.leave(Mcast.Group(OTHER))
        tx.add_group((OTHER, PORT))
        tx.remove_group(f'{OTHER}:{PORT}')
        for sock in (rx, tx):
            interface = Mcast.Interface.find('v1')[0]
            sock.add_interface(interface.index)
            sock.remove_interface(interface.index)
            sock.add_interface(interface)
            sock.remove_interface(interface)

    def test_group(self):
        group = Mcast.Group(f'10.0.0.1@{GROUP}%eth0:{PORT}')
        self.assertEqual(str(group), f'10.0.0.1@{GROUP}%eth0:{PORT}')
        self.assertEqual(repr(group), f'<Mcast.Group 10.0.0.1@{GROUP}%eth0:{PORT}>')
        self.assertEqual((group.address, group.port, group.interface),
                         (ipaddress.ip_address(GROUP), PORT, 'eth0'))
        self.assertEqual(len({Mcast.Group(GROUP), Mcast.Group(GROUP), Mcast.Group(OTHER)}), 2)
        self.assertEqual(Mcast.Group((IPV6_GROUP, 7)), Mcast.Group.parse(f'[{IPV6_GROUP}]:7'))
        self.assertNotEqual(Mcast.Group(GROUP), GROUP)

    def test_interface(self):
        interface = Mcast.Interface.find('lo')[0]
        self.assertEqual((interface.name, interface.index, str(interface)), ('lo', 1, 'lo'))
        self.assertEqual(repr(interface), '<Mcast.Interface lo (index 1) 127.0.0.1/8 ::1/128>')
        self.assertIn(ipaddress.ip_interface('127.0.0.1/8'), interface.addresses)
        self.assertGreaterEqual(interface.mtu, 1500)


class DatagramTest(unittest.TestCase):
    def test_attributes(self):
        tx, rx = open_pair()
        send(tx, b'hello')
        datagram = rx.receive()
        source = tx.get_local_addresses()[0]
        self.assertEqual(datagram.payload, b'hello')
        self.assertEqual(bytes(datagram), b'hello')
        self.assertEqual(len(datagram), 5)
        self.assertEqual(datagram.source, ('127.0.0.1', source.get_port()))
        self.assertEqual((datagram.group, datagram.port), (GROUP, PORT))
        self.assertEqual((datagram.interface, datagram.interface_index), ('lo', 1))
        self.assertEqual(datagram.hop_limit, 1)
        self.assertGreater(datagram.arrival_time, 10**18)
        self.assertEqual(repr(datagram), f'<Mcast.Datagram of 5 bytes to {GROUP} port {PORT} from '
                                         f'127.0.0.1:{source.get_port()} on lo>')

    def test_empty_is_true(self):
        tx, rx = open_pair()
        send(tx, b'')
        self.assertTrue(rx.receive())

    def test_ipv6_source(self):
        _, rx = open_pair('ff12::1:2:3', ['v0', 'v1'])
        tx = Mcast.TxSocket('ff12::1:2:3', PORT, 'v0')
        send(tx, b'x')
        datagram = next(datagram for datagram in rx if datagram.interface == 'v1')
        address, port, flow_info, scope_id = datagram.source
        self.assertEqual(address, address_of('v0', 'inet6', 'link') + '%v1')
        self.assertEqual((port, flow_info), (tx.get_local_addresses()[0].get_port(), 0))
        self.assertEqual(scope_id, datagram.interface_index)


class LoopTest(unittest.TestCase):
    def test_for(self):
        tx, rx = open_pair()
        sent = [b'%d' % i for i in range(150)]
        tx.send_payloads(sent)
        received = []
        for datagram in rx:
            received.append(datagram.payload)
            if len(received) == len(sent):
                break
        self.assertEqual(received, sent)

    def test_left_early(self):
        """Each kind of call returns what a loop has read."""
        tx, rx = open_pair()
        tx.send_payloads([b'%d' % i for i in range(12)])
        for datagram in rx:
            self.assertEqual(datagram.payload, b'0')
            break
        self.assertEqual(rx.receive().payload, b'1')
        self.assertEqual(rx.recvfrom()[0], b'2')
        self.assertEqual(rx.recv(), b'3')
        self.assertEqual([datagram.payload for datagram in rx.receive_batch(2)], [b'4', b'5'])
        joined, sizes = rx.receive_payloads(2)
        self.assertEqual((joined.get_data(), sizes), (b'67', [1, 1]))
        self.assertEqual(rx.receive_views(1), [b'8'])
        self.assertEqual(next(iter(rx)).payload, b'9')
        self.assertEqual(asyncio.run(self.receive_async(rx)), [b'10', b'11'])
        with self.assertRaises(BlockingIOError):
            rx.receive(timeout=0)

    async def receive_async(self, rx):
        batch = await rx.receive_batch_async(1)
        return [batch[0].payload, (await rx.receive_async()).payload]

    def test_select_after_a_loop(self):
        tx, rx = open_pair()
        self.assertEqual(rx.fileno(), rx.fileno())
        self.assertEqual(select.select([rx], [], [], 0)[0], [])
        send(tx, b'a', b'b')
        self.assertEqual(select.select([rx], [], [], DEADLINE)[0], [rx])
        self.assertEqual(next(iter(rx)).payload, b'a')
        self.assertEqual(select.select([rx], [], [], 0)[0], [rx])
        self.assertEqual(rx.receive().payload, b'b')
        self.assertEqual(select.select([rx], [], [], 0)[0], [])

    def test_fileno_after_a_loop(self):
        tx, rx = open_pair()
        send(tx, b'a', b'b')
        self.assertEqual(next(iter(rx)).payload, b'a')
        self.assertEqual(select.select([rx], [], [], 0)[0], [rx])
        rx.close()
        self.assertEqual(rx.fileno(), -1)

    def test_ends_at_close(self):
        tx, rx = open_pair()
        tx.send_payloads([b'x'] * 10)
        n_received = 0
        for _ in rx:
            n_received += 1
            rx.close()
        self.assertEqual(n_received, 1)
        self.assertEqual(list(rx), [])

    def test_ends_at_close_in_another_thread(self):
        _, rx = open_pair()
        closer = threading.Timer(0.02, rx.close)
        closer.start()
        self.assertEqual(list(rx), [])
        closer.join()

    def test_in_another_thread(self):
        tx, rx = open_pair()
        received = []
        thread = threading.Thread(target=lambda: received.extend(d.payload for d in rx))
        thread.start()
        send(tx, b'x')
        wait_until(lambda: received, 'a datagram')
        rx.close()
        thread.join()
        self.assertEqual(received, [b'x'])

    def test_timeout(self):
        _, rx = open_pair()
        rx.timeout = 0.01
        with self.assertRaises(TimeoutError):
            next(iter(rx))

    def test_views(self):
        tx, rx = open_pair()
        tx.send_payloads([b'one', b'', b'three'])
        views = []
        while len(views) < 3:
            views += rx.receive_views(64)
        self.assertEqual(views, [b'one', b'', b'three'])
        self.assertTrue(all(isinstance(view, memoryview) for view in views))


class ErrorTest(unittest.TestCase):
    def check(self, exception, function, *arguments, code=None, **options):
        with self.assertRaises(exception) as caught:
            function(*arguments, **options)
        error = caught.exception
        self.assertIsInstance(error, GLib.Error)
        self.assertEqual(str(error), error.message)
        if code is not None:
            self.assertEqual((error.errno, error.strerror), (code, error.message))
        return error

    def test_receive(self):
        _, rx = open_pair()
        error = self.check(TimeoutError, rx.receive, timeout=0.01, code=errno.ETIMEDOUT)
        self.assertTrue(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT))
        for function in (rx.receive, rx.recvfrom, rx.recv):
            self.check(BlockingIOError, function, timeout=0, code=errno.EAGAIN)
        for function in (rx.receive_batch, rx.receive_payloads, rx.receive_views):
            self.check(TimeoutError, function, 5, timeout=0.01, code=errno.ETIMEDOUT)
            self.check(BlockingIOError, function, 5, timeout=0, code=errno.EAGAIN)
            self.check(ValueError, function, 0)
        self.assertEqual(rx.timeout, DEADLINE)
        rx.close()
        self.check(OSError, rx.receive, code=errno.EBADF)
        self.check(OSError, rx.receive_batch, 5, code=errno.EBADF)
        self.check(OSError, rx.receive_payloads_with_paths, 5, code=errno.EBADF)

    def test_cancelled(self):
        _, rx = open_pair()
        cancellable = Gio.Cancellable()
        threading.Timer(0.02, cancellable.cancel).start()
        self.check(OSError, rx.receive, cancellable, code=errno.ECANCELED)

    def test_open(self):
        self.check(ValueError, Mcast.RxSocket, '10.1.2.3', PORT, 'lo')
        self.check(ValueError, Mcast.RxSocket, 'x', PORT, 'lo')
        self.check(ValueError, Mcast.Group, 'x')
        self.check(ValueError, Mcast.Group.parse, 'x')
        self.check(OSError, Mcast.TxSocket, GROUP, PORT, 'nope', code=errno.ENODEV)
        self.check(OSError, Mcast.TxSocket.new, [GROUP], PORT, ['nope'], code=errno.ENODEV)
        self.check(OSError, Mcast.Interface.find, 'nope', code=errno.ENODEV)
        self.check(OSError, Mcast.Interface.lookup, 'nope', code=errno.ENODEV)

    def test_change(self):
        tx, rx = open_pair()
        self.check(OSError, rx.join, GROUP, code=errno.EEXIST)
        self.check(OSError, rx.leave, OTHER, code=errno.ENOENT)
        self.check(OSError, rx.add_interface, 'nope', code=errno.ENODEV)
        self.check(OSError, tx.remove_group, OTHER, code=errno.ENOENT)
        self.check(ValueError, rx.set_timeout_us, -2)
        self.check(ValueError, tx.set_ttl, 256)

    def test_send(self):
        tx, _ = open_pair()
        self.check(OSError, tx.send, bytes(70000), code=errno.EMSGSIZE)
        self.check(ValueError, tx.send_to, (OTHER, PORT), b'x')
        self.check(OSError, Mcast.TxSocket(None, 0, 'lo').send, b'', code=errno.EDESTADDRREQ)
        tx.close()
        self.check(OSError, tx.send, b'x', code=errno.EBADF)

    def test_send_with_a_timeout(self):
        tx = Mcast.TxSocket(GROUP, PORT, 'lo', pacing_rate=8000)
        send(tx, bytes(1000))
        self.check(BlockingIOError, tx.send, bytes(1000), timeout=0)
        self.check(TimeoutError, tx.send, bytes(1000), timeout=0.01)


class AsyncioTest(unittest.TestCase):
    def run_async(self, function, *arguments):
        async def run():
            return await asyncio.wait_for(function(*arguments), DEADLINE)
        return asyncio.run(run())

    def test_async_for(self):
        self.assertEqual(self.run_async(self.receive_all), [b'%d' % i for i in range(100)])

    async def receive_all(self):
        received = []
        async with Mcast.RxSocket(GROUP, PORT, 'lo') as rx, Mcast.TxSocket(GROUP, PORT, 'lo') as tx:
            loop = asyncio.get_running_loop()
            loop.call_later(0.01, tx.send_payloads, [b'%d' % i for i in range(100)])
            async for datagram in rx:
                received.append(datagram.payload)
                if len(received) == 100:
                    break
        self.assertTrue(rx.is_closed() and tx.is_closed())
        return received

    def test_ends_at_close(self):
        self.run_async(self.receive_until_closed)

    async def receive_until_closed(self):
        for close_later in (lambda rx: asyncio.get_running_loop().call_later(0.01, rx.close),
                            lambda rx: threading.Timer(0.01, rx.close).start()):
            _, rx = open_pair()
            close_later(rx)
            async for _ in rx:
                self.fail()

    def test_cancelled_task_loses_nothing(self):
        self.run_async(self.receive_after_cancel)

    async def receive_after_cancel(self):
        tx, rx = open_pair()
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(rx.receive_async(), 0.01)
        send(tx, b'kept')
        self.assertEqual((await rx.receive_async()).payload, b'kept')

    def test_two_tasks(self):
        self.run_async(self.receive_in_two_tasks)

    async def receive_in_two_tasks(self):
        tx, rx = open_pair()
        tasks = [asyncio.ensure_future(rx.receive_async()) for _ in range(2)]
        await asyncio.sleep(0)
        send(tx, b'a', b'b')
        received = {datagram.payload for datagram in await asyncio.gather(*tasks)}
        self.assertEqual(received, {b'a', b'b'})

    def test_timeout(self):
        _, rx = open_pair()
        rx.timeout = 0.01
        with self.assertRaises(TimeoutError) as caught:
            self.run_async(rx.receive_async)
        self.assertIsInstance(caught.exception, GLib.Error)

    def test_other_tasks_run(self):
        """Even while datagrams do not end."""
        self.run_async(self.receive_flood)

    async def receive_flood(self):
        tx, rx = open_pair()
        ticks = []

        async def tick():
            while True:
                ticks.append(len(ticks))
                await asyncio.sleep(0)

        task = asyncio.ensure_future(tick())
        send(tx, b'x')
        async for _ in rx:
            send(tx, b'x')
            if len(ticks) > 10:
                break
        task.cancel()

    def test_send(self):
        self.run_async(self.send_paced)

    async def send_paced(self):
        """The loop runs while a datagram waits for its time."""
        rx = Mcast.RxSocket(GROUP, PORT, 'lo', timeout=DEADLINE)
        tx = Mcast.TxSocket(GROUP, PORT, 'lo', pacing_rate=400_000)
        running = asyncio.ensure_future(asyncio.gather(
            *(tx.send_async(b'%d' % i + bytes(1000)) for i in range(5))))
        turns = 0
        while not running.done():
            turns += 1
            await asyncio.sleep(0.001)
        self.assertEqual(await running, [True] * 5)
        self.assertGreater(turns, 1)
        self.assertEqual([rx.recv()[:1] for _ in range(5)], [b'0', b'1', b'2', b'3', b'4'])

    def test_cancelled_send(self):
        self.run_async(self.cancel_send)

    async def cancel_send(self):
        tx = Mcast.TxSocket(GROUP, PORT, 'lo', pacing_rate=80)
        await tx.send_async(bytes(1000))
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(tx.send_async(bytes(1000)), 0.01)

    def test_send_fails(self):
        tx, _ = open_pair()
        with self.assertRaises(OSError) as caught:
            self.run_async(tx.send_async, bytes(70000))
        self.assertEqual(caught.exception.errno, errno.EMSGSIZE)


INTERRUPTED = f'''
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast
rx = Mcast.RxSocket('{GROUP}', {PORT}, 'lo')
tx = Mcast.TxSocket('{GROUP}', {PORT}, 'lo', pacing_rate=80)
tx.send(bytes(1000))
rx.receive()
print('waiting', flush=True)
try:
    {{}}
except KeyboardInterrupt:
    print('interrupted')
finally:
    print('finally')
'''


class InterruptTest(unittest.TestCase):
    """Ctrl-C ends every call that waits, and finally runs."""

    def check(self, call):
        with Program(sys.executable, '-c', INTERRUPTED.format(call)) as program:
            program.prints('waiting\n')
            program.wait_asleep()
            self.assertEqual(program.interrupt(), 0, program.output)
            self.assertEqual(program.output, 'waiting\ninterrupted\nfinally\n')

    def test_receive(self):
        self.check('rx.receive()')

    def test_receive_with_a_timeout(self):
        self.check('rx.receive(timeout=1000)')

    def test_recvfrom(self):
        self.check('rx.recvfrom()')

    def test_for(self):
        self.check('next(iter(rx))')

    def test_receive_batch(self):
        self.check('rx.receive_batch(5)')

    def test_receive_payloads(self):
        self.check('rx.receive_payloads(5)')

    def test_receive_views(self):
        self.check('rx.receive_views(5)')

    def test_receive_in_asyncio(self):
        self.check('__import__("asyncio").run(rx.receive_async())')

    def test_send(self):
        self.check('tx.send(b"x")')

    def test_send_with_a_timeout(self):
        self.check('tx.send(b"x", timeout=1000)')

    def test_send_to(self):
        self.check(f'tx.send_to(("{GROUP}", {PORT}), b"x")')

    def test_send_payloads(self):
        self.check('tx.send_payloads([b"x", b"y"])')


if __name__ == '__main__':
    tap.main()
