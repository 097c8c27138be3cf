#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command between hosts: interfaces, ping and pong, relay, monitor."""

import fcntl
import functools
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import unittest

import tap
from command import (ENVIRONMENT, MCAST, Host, Running, connect, mcast, receiver, running, sender,
                     wait_until)
from terminal import Terminal

GROUP = '239.1.2.3'


class Interfaces(unittest.TestCase):
    def list(self, *arguments):
        result = mcast('interfaces', '--json', *arguments)
        self.assertEqual(result.returncode, 0, result)
        return {iface['name']: iface for iface in json.loads(result.stdout)}

    def test_what_there_is(self):
        listing = self.list()
        # Some kernels put tunnels into every namespace.
        self.assertLessEqual({'lo', 'v0', 'v1'}, set(listing))
        self.assertTrue(listing['v0']['multicast'])
        self.assertTrue(listing['v0']['up'])
        self.assertFalse(listing['lo']['multicast'])
        self.assertTrue(listing['lo']['loopback'])
        self.assertIn('127.0.0.1/8', listing['lo']['addresses'])
        self.assertTrue(listing['v0']['default-ipv4'] and listing['v0']['default-ipv6'])
        self.assertFalse(listing['v1']['default-ipv4'] or listing['v1']['default-ipv6'])

    def test_groups_and_their_users(self):
        def users(name, group):
            return [entry['users'] for entry in self.list()[name]['groups']
                    if entry['group'] == group]

        self.assertEqual(users('v1', GROUP), [])
        with receiver(GROUP), receiver(GROUP):
            self.assertEqual(users('v1', GROUP), [2])
            self.assertEqual(users('v0', GROUP), [])
            self.assertIn(f'group   {GROUP} (2)', mcast('interfaces', 'v1').stdout)
        with running('recv', '--daemon', 'ff15::5', group='ff15::5'):
            self.assertEqual(users('v1', 'ff15::5'), [1])

    def test_chosen_ones(self):
        address = self.list()['v1']['addresses'][0].split('/')[0]
        for word in ('v1', address, str(self.list()['v1']['index'])):
            self.assertEqual(set(self.list(word)), {'v1'})
        self.assertEqual(set(self.list('*')), {'v0', 'v1'})
        result = mcast('interfaces', 'nope')
        self.assertEqual(result.returncode, 70)
        self.assertIn('nope', result.stderr)

    def test_text(self):
        text = mcast('interfaces').stdout
        self.assertRegex(text, r'(?m)^\d+: v0  up, multicast, default for IPv4, default for IPv6$')
        self.assertRegex(text, r'(?m)^   mtu 1500, hardware address ..:..:..:..:..:..$')
        self.assertNotIn('\033', text)


class Ping(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.near, cls.far = Host(pair=False), Host(pair=False)
        connect(cls.near, cls.far)

    @classmethod
    def tearDownClass(cls):
        cls.near.__exit__()
        cls.far.__exit__()

    def ping(self, *arguments, near=None):
        result = (near or self.near).mcast('ping', '--json', '--interval', '0.01', '--timeout',
                                           '0.5', *arguments)
        return result, [json.loads(line) for line in result.stdout.splitlines()]

    def assert_answered(self, group, *arguments, joined=None):
        bare = joined or group
        with self.far.running('pong', *arguments, group=bare, interface='eth0'):
            result, lines = self.ping('--count', '5', group)
        self.assertEqual(result.returncode, 0, result)
        [host] = lines[-1]['hosts']
        for way in ('unicast', 'multicast'):
            self.assertEqual((host[way]['received'], host[way]['duplicates']), (5, 0))
            self.assertEqual(host[way]['loss-percent'], 0)
            self.assertGreaterEqual(host[way]['max-ms'], host[way]['min-ms'])
        return lines

    def test_ipv4(self):
        lines = self.assert_answered(GROUP, GROUP)
        self.assertEqual({line['host'] for line in lines[:-1]}, {'10.6.0.2'})
        self.assertEqual(len(lines), 11)

    def test_ipv6(self):
        self.assert_answered('ff15::7', 'ff15::7')

    def test_source_specific(self):
        self.assert_answered('10.6.0.2@232.1.2.3', '10.6.0.1@232.1.2.3', joined='232.1.2.3')

    def test_source_specific_from_another(self):
        with self.far.running('pong', '10.6.0.9@232.1.2.3', group='232.1.2.3', interface='eth0'):
            result, _ = self.ping('--count', '1', '10.6.0.2@232.1.2.3')
        self.assertEqual(result.returncode, 70)

    def test_large_pings(self):
        with self.far.running('pong', GROUP, group=GROUP, interface='eth0'):
            result, _ = self.ping('--count', '1', '--size', '9000', GROUP)
            self.assertEqual(result.returncode, 0, result)

    def test_duplicates_are_counted(self):
        self.near.run(f'ip link add eth1 type veth peer name eth1 netns {self.far.pid}')
        for number, host in enumerate((self.near, self.far), start=1):
            host.run(f'ip address add 10.7.0.{number}/24 dev eth1; ip link set eth1 up')
        # Now there are two ways to it, so each ping arrives twice.
        with self.far.running('pong', GROUP, group=GROUP, interface='eth1'):
            result, lines = self.ping('--count', '5', '--interface', 'eth0,eth1', GROUP)
            text = self.near.mcast('ping', '-c', '1', '-t', '0.5', '-i', 'eth0,eth1', GROUP)
        self.near.run('ip link delete eth1')
        self.assertEqual(result.returncode, 0, result)
        [host] = lines[-1]['hosts']
        for way in ('unicast', 'multicast'):
            self.assertEqual((host[way]['received'], host[way]['loss-percent']), (5, 0))
            self.assertEqual(host[way]['duplicates'], 5)
            answers = [line['duplicate'] for line in lines[:-1] if line['way'] == way]
            self.assertEqual(sorted(answers), [False] * 5 + [True] * 5)
        self.assertIn('(duplicate)', text.stdout)
        self.assertIn('1 received, 0% loss, 1 duplicates', text.stdout)

    def test_nobody_there(self):
        result, lines = self.ping('--count', '1', GROUP)
        self.assertEqual(result.returncode, 70)
        self.assertIn('no answer', result.stderr)
        self.assertEqual((lines[-1]['sent'], lines[-1]['hosts']), (1, []))

    def test_one_way_only(self):
        with self.far.running('pong', GROUP, group=GROUP, interface='eth0'):
            result, lines = self.ping('--count', '1', f'10.6.0.9@{GROUP}')
        self.assertEqual(result.returncode, 70)
        self.assertIn('does not come back', result.stderr)
        self.assertEqual(lines[-1]['hosts'][0]['multicast']['loss-percent'], 100)

    def test_text_and_printing_pong(self):
        with self.far.running('pong', '--use-std', GROUP, group=GROUP, interface='eth0') as pong:
            result = self.near.mcast('ping', '--count', '1', '--timeout', '0.5', GROUP)
            self.assertIn('10.6.0.1:', pong.stdout.decode())
            self.assertEqual(pong.stop(), 130)
        self.assertRegex(result.stdout, r'10\.6\.0\.2: seq=1 unicast time=\d+\.\d+ ms')
        self.assertRegex(result.stdout, r'10\.6\.0\.2 multicast: 1 received, 0% loss, 0 dupl')

    def test_output_that_cannot_be_written(self):
        with self.far.running('pong', GROUP, group=GROUP, interface='eth0'):
            with open('/dev/full', 'wb') as full:
                result = subprocess.run([*self.near.inside, MCAST, 'ping', '--interval', '0.01',
                                         GROUP], stdout=full, stderr=subprocess.PIPE, text=True,
                                        timeout=20, check=False)
        self.assertEqual(result.returncode, 70)
        self.assertEqual(result.stderr.count('could not write to stdout'), 1, result)

    def flood_from_nowhere(self, group):
        """Pings from hosts that do not exist: a reply to one waits for its address for seconds."""
        forge = ('import socket, struct, sys\n'
                 's = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)\n'
                 's.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,'
                 ' socket.inet_aton("10.6.0.1"))\n'
                 f'group = socket.inet_aton("{group}")\n'
                 'ping = b"MPNG" + struct.pack("!IIQQQ", 1, 1, 1, 0, 0)\n'
                 'for i in range(2000):\n'
                 '    source = bytes([10, 6, 0, 10 + i % 200])\n'
                 '    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 1, 17, 0, source, group)\n'
                 '    udp = struct.pack("!4H", 4000, 59259, 8 + len(ping), 0)\n'
                 f'    s.sendto(ip + udp + ping, ("{group}", 0))\n')
        subprocess.run([*self.near.inside, 'python3', '-c', forge], check=True)

    def test_unreachable_hosts_do_not_stall(self):
        with self.far.running('pong', GROUP, group=GROUP, interface='eth0') as pong:
            self.flood_from_nowhere(GROUP)
            result, lines = self.ping('--count', '20', GROUP)
            self.assertEqual(result.returncode, 0, result)
            pong.stop()
        [host] = lines[-1]['hosts']
        for way in ('unicast', 'multicast'):
            self.assertEqual(host[way]['received'], 20)

    def test_reply_rate(self):
        with self.far.running('pong', '--reply-rate', '1', GROUP, group=GROUP,
                              interface='eth0') as pong:
            _, lines = self.ping('--count', '40', GROUP)
            self.assertEqual(pong.stop(), 130)
            stderr = pong.stderr
        [host] = lines[-1]['hosts']
        # Both replies are sent to a ping, or none.
        received = host['unicast']['received']
        self.assertEqual(host['multicast']['received'], received)
        self.assertGreaterEqual(received, 2)
        self.assertIn(f'{80 - 2 * received} replies were not sent: over the rate', stderr)

    def test_hostile_input_is_ignored(self):
        with self.far.running('pong', GROUP, group=GROUP, interface='eth0') as pong:
            for text in ('', 'MPNG', 'MPNG' + '00' * 40, '4d504e47' + '00000009' + '00' * 40):
                self.near.mcast('say', '--group', GROUP, '--hex' if is_hex(text) else '--', text)
            self.assert_ping_works()
            self.assertIsNone(pong.process.poll())

    def assert_ping_works(self):
        result, _ = self.ping('--count', '1', GROUP)
        self.assertEqual(result.returncode, 0, result)


class Say(unittest.TestCase):
    """A link is down for a while."""

    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.__exit__)

    def interrupt(self, say):
        self.host.run('ip link set v0 down')
        wait_until(lambda: 'continuing' in say.stderr, 'the report')
        self.host.run('ip link set v0 up')

    def test_daemon_continues(self):
        with self.host.running('recv', '--daemon', '--json', '--iface', 'v1', '239.1.2.3:5004',
                               group='239.1.2.3') as recv:
            with Running('say', '--daemon', '--interface', 'v0', '--group', '239.1.2.3:5004',
                         '--repeat', '0', '--rate', '100', 'tick', inside=self.host.inside) as say:
                wait_until(lambda: recv.stdout, 'reception')
                self.interrupt(say)
                before = len(recv.stdout)
                wait_until(lambda: len(recv.stdout) > before + 1000, 'reception again')
                self.assertEqual(say.stderr.count('continuing'), 1)
                self.assertEqual(say.stop(), 130)

    def test_pipe_continues(self):
        self.host.run('ip link set v0 down')
        result = self.host.mcast('say', '--pipe', '--interface', 'v0', '--group',
                                 '239.1.2.3:5004', stdin=bytes(4000))
        self.assertEqual(result.returncode, 70)
        self.assertEqual(result.stderr.count('continuing'), 1)

    def test_one_message_fails(self):
        self.host.run('ip link set v0 down')
        result = self.host.mcast('say', '--interface', 'v0', '--group', '239.1.2.3:5004', 'once')
        self.assertEqual(result.returncode, 70)
        self.assertNotIn('continuing', result.stderr)


class Relay(unittest.TestCase):
    def test_across_groups_and_families(self):
        with running('relay', '--from', 'v1', '--to', 'v1', '239.1.2.4,239.1.2.5',
                     '239.1.2.6,ff15::6', group='239.1.2.5') as relay:
            with running('recv', '--count', '4', '--json', '--iface', 'v0', '239.1.2.6', 'ff15::6',
                         group='ff15::6', interface='v0') as recv, sender() as tx:
                tx.sendto(b'one', ('239.1.2.4', 59259))
                tx.sendto(b'', ('239.1.2.5', 59259))
                self.assertEqual(recv.wait(), 0)
                got = sorted((line['group'], line['text']) for line in recv.json_lines())
            self.assertEqual(got, [('239.1.2.6', ''), ('239.1.2.6', 'one'),
                                   ('ff15::6', ''), ('ff15::6', 'one')])
            self.assertEqual(relay.stop(), 130)
            self.assertIn('received 2, dropped 0, from relays 0, sent 4, refused 0',
                          relay.stdout.decode())

    def test_does_not_circle(self):
        with running('relay', '--from', 'v1', '--to', 'v1', '239.1.2.4', '239.1.2.5',
                     group='239.1.2.4') as there:
            with running('relay', '--json', '--from', 'v0', '--to', 'v0', '239.1.2.5', '239.1.2.4',
                         group='239.1.2.5', interface='v0') as back, receiver('239.1.2.5',
                                                                             interface='v0') as rx:
                with sender() as tx:
                    tx.sendto(b'round', ('239.1.2.4', 59259))
                self.assertEqual(rx.recv(9), b'round')
                wait_until(lambda: 'is not relayed again' in back.stderr, 'the warning')
                self.assertEqual(back.stop(), 130)
                [statistics] = back.json_lines()
            self.assertEqual(there.stop(), 130)
        self.assertEqual(statistics['from-relays'], 1)
        self.assertEqual(statistics['sent']['attempted'], 0)

    def test_into_the_group_it_receives(self):
        with running('relay', '--json', '--from', 'v1', '--to', 'v0,v1', '239.1.2.4', '239.1.2.4',
                     group='239.1.2.4') as relay, receiver('239.1.2.4', interface='v0') as rx:
            with sender() as tx:
                tx.sendto(b'once', ('239.1.2.4', 59259))
                port = tx.getsockname()[1]
                # Its own copy, and the copies that the relay sends on each interface.
                ports = [rx.recvfrom(9)[1][1] for _ in range(3)]
                tx.sendto(b'last', ('239.1.2.4', 59259))
            self.assertEqual(ports[0], port)
            self.assertTrue(all(61910 <= other <= 61941 for other in ports[1:]), ports)
            wait_until(lambda: 'is not relayed again' in relay.stderr, 'the warning')
            self.assertEqual(relay.stop(), 130)
            [statistics] = relay.json_lines()
        self.assertLessEqual(statistics['sent']['attempted'], 4)

    def test_relayed_on_request(self):
        with running('relay', '--from', 'v1', '--to', 'v1', '239.1.2.4', '239.1.2.5',
                     group='239.1.2.4'):
            with running('relay', '--relayed', '--from', 'v0', '--to', 'v0', '239.1.2.5',
                         '239.1.2.6', group='239.1.2.5', interface='v0'):
                with receiver('239.1.2.6') as rx, sender() as tx:
                    tx.sendto(b'on', ('239.1.2.4', 59259))
                    self.assertEqual(rx.recv(9), b'on')

    def test_statistics_have_an_order(self):
        with running('relay', '--json', '239.1.2.4%v1', '239.1.2.5%v1',
                     group='239.1.2.4') as relay:
            self.assertEqual(relay.stop(), 130)
            [statistics] = relay.json_lines()
        self.assertEqual(list(statistics), ['from-relays', 'received', 'sent'])
        self.assertEqual(list(statistics['received'])[:5],
                         ['arrived', 'delivered', 'kernel-dropped', 'filtered', 'duplicates'])
        self.assertEqual(list(statistics['sent']),
                         ['attempted', 'accepted', 'refused', 'bytes', 'paths'])

    def test_many(self):
        with running('relay', '--from', 'v1', '--to', 'v1', '239.1.2.4', '239.1.2.5',
                     group='239.1.2.4') as relay:
            self.assertEqual(mcast('say', '--iface', 'v0', '--group', '239.1.2.4', '--repeat',
                                   '100000', 'burst').returncode, 0)
            with sender() as tx, receiver('239.1.2.5', interface='v0') as rx:
                tx.sendto(b'last', ('239.1.2.4', 59259))
                while rx.recv(200) != b'last':
                    pass
            relay.stop()
            self.assertIn('received 100001, dropped 0, from relays 0, sent 100001',
                          relay.stdout.decode())

    def test_regular_statistics(self):
        with running('relay', '--interval', '0.05', '239.1.2.4%v1', '239.1.2.5%v1',
                     group='239.1.2.4') as relay:
            wait_until(lambda: len(relay.stdout.splitlines()) > 2, 'statistics')

    def test_wrong_usage(self):
        for arguments, status, text in (([], 2, 'FROM'), ([GROUP], 2, 'FROM'),
                                        ([GROUP, '10.0.0.1'], 70, '10.0.0.1'),
                                        (['10.0.0.1', GROUP], 70, '10.0.0.1'),
                                        (['--to', 'nope', GROUP, GROUP], 70, 'nope')):
            result = mcast('relay', *arguments)
            self.assertEqual(result.returncode, status)
            self.assertIn(text, result.stderr)


def is_hex(text):
    return text.startswith('4d')


def rtp(sequence, payload=b'', ssrc=1):
    return struct.pack('!BBHII', 0x80, 33, sequence & 0xffff, sequence * 900, ssrc) + payload


def ts(counter, pid=256):
    return bytes([0x47, pid >> 8, pid & 255, 0x10 | counter & 15]) + bytes(184)


class Monitor(unittest.TestCase):
    def watch(self, payloads, *arguments, to=(GROUP, 5004)):
        """What one report says of payloads that one sender sends."""
        with running('monitor', '--json', '--interval', '0.5', '--iface', 'v1',
                     f'{to[0]}:{to[1]}', *arguments, group=to[0]) as monitor:
            with sender() as tx:
                for payload in payloads:
                    tx.sendto(payload, to)
                source = tx.getsockname()[1]
            wait_until(lambda: any(line['datagrams'] == len(payloads)
                                   for line in monitor.json_lines()), 'all counted')
            self.assertEqual(monitor.stop(), 130)
            line = monitor.json_lines()[-1]
        self.assertTrue(line['source'].endswith(f':{source}'))
        self.assertEqual((line['group'], line['port'], line['interface']), (*to, 'v1'))
        return line

    def test_counts(self):
        line = self.watch([b'x' * 10, b'x' * 30, b''])
        self.assertEqual((line['bytes'], line['min-size'], line['max-size']), (40, 0, 30))
        self.assertEqual(line['kernel-drops'], 0)
        self.assertNotIn('rtp-lost', line)
        self.assertNotIn('ts-continuity-errors', line)

    def test_rtp_loss(self):
        numbers = [65530 + i for i in range(30) if i not in (10, 11, 20)]
        self.assertEqual(self.watch([rtp(number) for number in numbers])['rtp-lost'], 3)

    def test_rtp_out_of_order_is_no_loss(self):
        numbers = list(range(30))
        numbers[10], numbers[12] = numbers[12], numbers[10]
        self.assertEqual(self.watch([rtp(number) for number in numbers])['rtp-lost'], 0)

    def test_ts_errors(self):
        counters = [0, 1, 2, 3, 3, 4, 5, 7, 8, 9]
        line = self.watch([b''.join(ts(counter) for counter in counters)])
        self.assertEqual(line['ts-continuity-errors'], 1)

    def test_ts_in_rtp(self):
        line = self.watch([rtp(number, ts(number)) for number in range(20)])
        self.assertEqual((line['rtp-lost'], line['ts-continuity-errors']), (0, 0))

    def test_ssrcs(self):
        """A stream with forward error correction of another SSRC on its port."""
        with running('monitor', '--json', '--interval', '0.5', '--iface', 'v1', f'{GROUP}:5004',
                     group=GROUP) as monitor, sender() as tx:
            for number in range(100):
                if number != 50:
                    tx.sendto(rtp(number, ts(number)), (GROUP, 5004))
                if number % 5 == 4:
                    tx.sendto(rtp(number // 5, b'x' * 188, ssrc=0), (GROUP, 5004))

            def latest():
                return {line.get('ssrc'): line for line in monitor.json_lines()}

            wait_until(lambda: sum(line['datagrams'] for line in latest().values()) == 119,
                       'all counted')
            lines = latest()
        self.assertEqual(lines[1]['rtp-lost'], 1)
        self.assertEqual(lines[1]['ts-continuity-errors'], 1)
        self.assertEqual(lines[0]['rtp-lost'], 0)
        self.assertNotIn('ts-continuity-errors', lines[0])

    def test_ssrc_in_lines(self):
        with running('monitor', '--interval', '0.1', '--iface', 'v1', f'{GROUP}:5004',
                     group=GROUP) as monitor, sender() as tx:
            for number in range(20):
                tx.sendto(rtp(number, ssrc=0xabc), (GROUP, 5004))
            wait_until(lambda: b'RTP ssrc 0x00000abc lost 0 jitter' in monitor.stdout, 'a line')

    def test_lines(self):
        result = mcast('monitor', '--interval', '0.05', '--count', '2', GROUP)
        self.assertEqual((result.returncode, result.stdout), (0, 'nothing arrives\n' * 2))
        with running('monitor', '--interval', '0.1', '--iface', 'v1', GROUP,
                     group=GROUP) as monitor, sender() as tx:
            tx.sendto(b'x', (GROUP, 59259))
            wait_until(lambda: f'{GROUP}:59259 from '.encode() in monitor.stdout, 'a line')

    def test_rate_after_a_pause(self):
        pause = 1.5
        with running('monitor', '--json', '--interval', '0.5', '--iface', 'v1', GROUP,
                     group=GROUP) as monitor, sender() as tx:
            tx.sendto(b'x', (GROUP, 59259))
            wait_until(lambda: monitor.json_lines(), 'a report')
            monitor.process.send_signal(signal.SIGSTOP)
            start = time.monotonic()
            for _ in range(1000):
                tx.sendto(b'x', (GROUP, 59259))
            time.sleep(pause)
            pause = time.monotonic() - start
            monitor.process.send_signal(signal.SIGCONT)
            wait_until(lambda: monitor.json_lines()[-1]['datagrams'] == 1001, 'all counted')
            for line in monitor.json_lines():
                self.assertLess(line['datagrams-per-second'], 1000 / pause)

    def test_output_that_cannot_be_written(self):
        for arguments in ([], ['--json']):
            with open('/dev/full', 'wb') as full, sender() as tx, \
                 subprocess.Popen([MCAST, 'monitor', '--interval', '0.05', GROUP, *arguments],
                                  stdout=full, stderr=subprocess.PIPE, text=True) as monitor:
                def has_ended():
                    tx.sendto(b'x', (GROUP, 59259))
                    return monitor.poll() is not None

                wait_until(has_ended, 'ended')
                self.assertEqual(monitor.returncode, 70)
                self.assertEqual(monitor.stderr.read().count('could not write to stdout'), 1)

    def test_record(self):
        with tempfile.TemporaryDirectory() as directory:
            path = f'{directory}/film.pcap'
            self.watch([b'one', b'three'], '--record', path)
            with open(path, 'rb') as file:
                data = file.read()
        self.assertEqual(struct.unpack('=IHH', data[:8]), (0xa1b23c4d, 2, 4))
        self.assertEqual(struct.unpack('=I', data[20:24]), (101,))
        self.assertEqual(struct.unpack('=II', data[32:40]), (31, 31))
        packet = data[40:71]
        self.assertEqual(packet[0], 0x45)
        self.assertEqual(packet[16:20], bytes([239, 1, 2, 3]))
        self.assertEqual(struct.unpack('!H', packet[22:24]), (5004,))
        self.assertEqual(packet[28:], b'one')
        self.assertEqual(len(data), 24 + 16 + 31 + 16 + 33)

    def test_record_is_whole_after_a_second_signal(self):
        with tempfile.TemporaryDirectory() as directory:
            path = f'{directory}/film.pcap'
            with running('monitor', '--json', '--interval', '0.1', '--iface', 'v1', '--record',
                         path, GROUP, group=GROUP) as monitor, sender() as tx:
                for _ in range(100):
                    tx.sendto(bytes(100), (GROUP, 59259))
                wait_until(lambda: any(line['datagrams'] == 100 for line in monitor.json_lines()),
                           'all counted')
                # Both are there before either takes effect.
                monitor.process.send_signal(signal.SIGSTOP)
                monitor.process.send_signal(signal.SIGINT)
                monitor.process.send_signal(signal.SIGTERM)
                self.assertEqual(monitor.stop(signal.SIGCONT), 130)
            self.assertEqual(os.stat(path).st_size, 24 + 100 * (16 + 28 + 100))

    def test_second_signal_ends_what_nobody_reads(self):
        with tempfile.TemporaryDirectory() as directory:
            path = f'{directory}/film.pcap'
            with subprocess.Popen([MCAST, 'monitor', '--json', '--interval', '0.001', '--iface',
                                   'v1', '--record', path, GROUP],
                                  stdout=subprocess.PIPE) as monitor, sender() as tx:
                def is_stuck():
                    tx.sendto(bytes(100), (GROUP, 59259))
                    filled = fcntl.ioctl(monitor.stdout, termios.FIONREAD, bytes(4))
                    size = fcntl.fcntl(monitor.stdout, fcntl.F_GETPIPE_SZ)
                    return struct.unpack('i', filled)[0] > size - 4096

                def has_ended():
                    monitor.send_signal(signal.SIGTERM)
                    return monitor.poll() is not None

                wait_until(is_stuck, 'the pipe is full')
                monitor.send_signal(signal.SIGINT)
                wait_until(has_ended, 'ended')
                self.assertEqual(monitor.returncode, 128 + signal.SIGTERM)
            with open(path, 'rb') as file:
                size = len(file.read())
            self.assertEqual((size - 24) % (16 + 28 + 100), 0)
            self.assertGreater(size, 24)

    def test_record_is_read_by_tcpdump(self):
        with tempfile.TemporaryDirectory() as directory:
            path = f'{directory}/film.pcap'
            self.watch([b'one'], '--record', path, to=(GROUP, 5004))
            try:
                result = subprocess.run(['tcpdump', '-n', '-v', '-r', path], check=False,
                                        capture_output=True, text=True)
            except FileNotFoundError:
                self.skipTest('tcpdump is not installed')
        if 'permitted' in result.stderr:
            self.skipTest(f'tcpdump cannot drop its privilege: {result.stderr.splitlines()[-1]}')
        self.assertEqual(result.returncode, 0, result)
        self.assertIn(f'{GROUP}.5004: ', result.stdout)
        self.assertNotIn('bad', result.stdout)

    def test_record_that_cannot_be_written(self):
        for path in ('/nowhere/film.pcap', '/dev/full'):
            result = mcast('monitor', '--record', path, '--count', '1', '--interval', '0.05', GROUP)
            self.assertEqual(result.returncode, 70, result)
            self.assertIn(path, result.stderr)

    def test_wrong_usage(self):
        for arguments, status in ((['--interval', '0'], 70), (['--interval', 'x'], 2),
                                  (['--count', '0'], 70), (['10.0.0.1'], 70)):
            result = mcast('monitor', *arguments)
            self.assertEqual(result.returncode, status)
            self.assertNotEqual(result.stderr, '')


class Screen(unittest.TestCase):
    @staticmethod
    @functools.cache
    def has_table():
        terminal = Terminal([MCAST, 'monitor', '--count', '1', '--interval', '0.01', GROUP],
                            environment=ENVIRONMENT | {'TERM': 'xterm'})
        terminal.wait_end()
        return 'built without the live table' not in terminal.screen()

    def open(self, *arguments, term='xterm-256color', **options):
        if not self.has_table():
            self.skipTest('this mcast was built without the live table')
        return Terminal([MCAST, 'monitor', '--iface', 'v1', *arguments],
                        environment=ENVIRONMENT | {'TERM': term, 'LC_ALL': 'C.UTF-8'}, **options)

    def test_table(self):
        for term in ('xterm-256color', 'vt100'):
            terminal = self.open('--interval', '0.2', GROUP, term=term)
            screen = terminal.wait_for('Nothing arrives')
            self.assertIn('mcast monitor', screen.splitlines()[0])
            with sender() as tx:
                for number in range(20):
                    sequence = number if number < 10 else number + 2
                    tx.sendto(rtp(sequence, ts(number)), (GROUP, 59259))
            screen = terminal.wait_for(r'lost +2 .*\n +\d+/s.*█')
            self.assertRegex(screen, rf'{GROUP}:59259 from \S+ on v1')
            self.assertRegex(screen, r'RTP +\d+\.\d\d ms  lost +2  TS errors +0\n')
            self.assertRegex(screen, r'200-200 +bytes')
            for line in screen.splitlines():
                self.assertLessEqual(len(line), 80)
            terminal.type('q')
            self.assertEqual(terminal.wait_end(), 0)

    def test_nothing_is_cut_on_a_narrow_terminal(self):
        terminal = self.open('--interval', '0.2', '[ff15::1234:5678]:5004', columns=76, rows=10)
        terminal.wait_for('Nothing arrives')
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as tx:
            tx.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF,
                          socket.if_nametoindex('v0'))
            for number in range(20):
                tx.sendto(rtp(number, ts(number)), ('ff15::1234:5678', 5004))
        screen = terminal.wait_for(r'RTP.*\n.*bytes.*█')
        self.assertRegex(screen, r'\n\[ff15::1234:5678\]:5004 from \[\S+\]:\d+ on v1'
                                 r' ssrc 0x00000001\n'
                                 r' +RTP +\d+\.\d\d ms  lost +0  TS errors +0\n'
                                 r' +\d+/s +\d\.\d{3} Mbit/s +200-200 +bytes')
        terminal.type('q')
        self.assertEqual(terminal.wait_end(), 0)

    def test_resize(self):
        terminal = self.open(GROUP)
        terminal.wait_for('Nothing arrives')
        with sender() as tx:
            tx.sendto(b'x', (GROUP, 59259))
        terminal.wait_for('from')
        terminal.resize(40, 10)
        screen = terminal.wait_for(rf'{GROUP}:59259')
        for line in screen.splitlines():
            self.assertLessEqual(len(line), 40)
        terminal.type('q')
        self.assertEqual(terminal.wait_end(), 0)

    def test_signal_leaves_the_terminal_in_order(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)):
            terminal = self.open(GROUP)
            terminal.wait_for('Nothing arrives')
            os.kill(terminal.pid, number)
            self.assertEqual(terminal.wait_end(), status)

    def test_colors(self):
        for no_color, term, wanted in (('', 'xterm', True), ('1', 'xterm', False),
                                       ('', 'dumb', False)):
            terminal = Terminal([MCAST, 'interfaces', 'v0'],
                                environment=ENVIRONMENT | {'TERM': term, 'NO_COLOR': no_color})
            self.assertEqual(terminal.wait_end(), 0)
            self.assertIn('v0  up, multicast', terminal.screen())
            styles = {number for row in terminal.cells() for cell in row for number in cell.style}
            self.assertEqual(32 in styles, wanted, (no_color, term))

    def test_recv_escapes_on_a_terminal(self):
        with running('recv', '--daemon', '--group', '239.1.2.8', group='239.1.2.8'):
            pass
        terminal = Terminal([MCAST, 'recv', '--iface', 'v1', '--timeout', '20', '239.1.2.8'])
        with sender() as tx:
            def shows():
                tx.sendto('a\x1b[31m\u009b\u202e\u2028\nb\n'.encode(), ('239.1.2.8', 59259))
                wanted = (r'a\x1b[31m\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\x0ab')
                try:
                    return wanted in terminal.wait_for('31m', deadline=0.1)
                except AssertionError:
                    return False

            wait_until(shows, 'printed')
        self.assertEqual(terminal.wait_end(), 0)


if __name__ == '__main__':
    tap.main()
