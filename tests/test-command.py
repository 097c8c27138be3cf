#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command as a user types it: the verbs `say`, `recv`, `hear` and `noop`."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest

import tap
from command import (MCAST, Running, group_users, mcast, receiver, running, sender,
                     wait_until)

DEFAULT = ('224.0.0.1', 59259)
OTHER = ('239.1.2.3', 59259)


class Grammar(unittest.TestCase):
    def assert_fails(self, status, message, *arguments):
        result = mcast(*arguments)
        self.assertEqual(result.returncode, status, result)
        self.assertIn(message, result.stderr)
        self.assertEqual(result.stdout, '')

    def test_version(self):
        for flag in ('--version', '-v', '-V'):
            result = mcast(flag)
            self.assertEqual(result.returncode, 0)
            self.assertRegex(result.stdout, r'^mcast \d+\.\d+\.\d+(-dev)?\n$')
            self.assertEqual(result.stderr, '')
        self.assertEqual(mcast('recv', '--version').stdout, mcast('--version').stdout)

    def test_help_names_every_verb(self):
        result = mcast('--help')
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stderr, '')
        for verb in ('say', 'recv', 'hear', 'noop'):
            self.assertRegex(result.stdout, rf'(?m)^  {verb} ')

    def test_help_fits_80_columns_and_has_examples(self):
        verbs = [line.split()[0] for line in mcast('--help').stdout.splitlines()
                 if line.startswith('  ') and line[2:3].isalpha() and '  ' in line.strip()]
        verbs = [verb for verb in verbs if verb.islower() and verb != 'mcast']
        self.assertGreaterEqual(len(verbs), 4)
        for arguments in [['--help']] + [[verb, '--help'] for verb in verbs]:
            result = mcast(*arguments)
            self.assertEqual(result.returncode, 0, result)
            self.assertIn('Example', result.stdout)
            for line in result.stdout.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_verbose(self):
        for arguments in (['--verbose', 'recv'], ['recv', '--verbose']):
            result = mcast(*arguments, '--timeout', '0.01', '--interface', 'v1')
            self.assertEqual(result.returncode, 70)
            # The first is of the library, the second of the command.
            for text in ('McastRxSocket', 'receive buffer'):
                self.assertRegex(result.stderr, r'(?m)^mcast recv: debug: \d\d:\d\d:\d\d\.\d{6} '
                                                rf'.*{text}')
        result = mcast('recv', '--timeout', '0.01', '--interface', 'v1')
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertEqual(mcast('--verbose', '--version').returncode, 0)
        for verb in ('say', 'hear', 'noop', 'interfaces', 'doctor', 'ping', 'pong', 'relay',
                     'monitor', 'playlist'):
            self.assertEqual(mcast(verb, '--verbose', '--help').returncode, 0)

    def test_verbose_by_environment(self):
        for domain, wanted in (('Mcast', 'McastRxSocket'), ('mcast', 'receive buffer')):
            result = mcast('recv', '--timeout', '0.01', '--interface', 'v1',
                           environment={'G_MESSAGES_DEBUG': domain})
            self.assertIn(f'{domain}-DEBUG', result.stderr)
            self.assertIn(wanted, result.stderr)
            self.assertNotIn('recv: debug', result.stderr)

    def test_no_argument_says_what_is_missing(self):
        self.assert_fails(2, 'the verb is missing')

    def test_unknown_verb(self):
        self.assert_fails(2, "invalid choice: 'BAD' (choose from 'say', 'recv'", 'BAD')
        self.assert_fails(2, "; did you mean 'recv'?", 'reciev')
        self.assert_fails(2, "; did you mean 'monitor'?", 'MONITER')
        self.assertNotIn('did you mean', mcast('xy').stderr)

    def test_values_are_escaped(self):
        self.assert_fails(2, "invalid choice: 'a\\x1b[31m\\x0ab\\u202e'", 'a\x1b[31m\nb\u202e')
        self.assert_fails(2, "invalid int value: '\\x07'", 'say', '--port', '\x07', 'x')

    def test_help_is_a_verb(self):
        self.assertEqual(mcast('help').stdout, mcast('--help').stdout)
        self.assertEqual(mcast('help', 'recv').stdout, mcast('recv', '--help').stdout)
        for words in ([], ['recv']):
            self.assertTrue(mcast('help', *words).stdout.startswith('usage:'))
        self.assert_fails(2, "invalid choice: 'BAD'", 'help', 'BAD')

    def test_beginnings_of_options(self):
        self.assert_fails(2, "argument --port: invalid int value: 'x'", 'recv', '--po', 'x')
        self.assert_fails(2, "argument --port: invalid int value: 'x'", 'recv', '--po=x')
        self.assert_fails(2, '--i', 'recv', '--i', 'lo')

    def test_options_of_release_1(self):
        for option in ('--group', '--bind-group', '--mcast-group'):
            self.assert_fails(70, '10.0.0.1', 'recv', option, '10.0.0.1')
        self.assert_fails(70, '10.0.0.1', 'recv', '--join-mcast-groups', '239.1.2.3', '10.0.0.1')

    def test_help_and_version_exclude_each_other(self):
        self.assert_fails(2, 'not allowed with argument', '-h', '-v')
        self.assert_fails(2, 'not allowed with argument', 'say', '-h', '-v')

    def test_unknown_option(self):
        self.assert_fails(2, '--bogus', '--bogus')
        self.assert_fails(2, '--bogus', 'recv', '--bogus')
        self.assert_fails(2, '--bogus', '--bogus', 'recv')

    def test_noop_in_any_case(self):
        for arguments in (['noop'], ['NOOP'], ['Noop'], ['--use-std', '--daemon', 'NOOP'],
                          ['NOOP', '--use-std', '--daemon']):
            result = mcast(*arguments)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, '', ''))
        self.assert_fails(2, "'extra'", 'noop', 'extra')

    def test_bad_numbers(self):
        self.assert_fails(2, "argument --port: invalid int value: 'test'",
                          'say', '--port', 'test', 'x')
        self.assert_fails(70, '70000 is not from 1 to 65535', 'say', '--port', '70000', 'x')
        self.assert_fails(70, '0 is not from 1 to 65535', 'recv', '--port', '0')
        self.assert_fails(70, '256 is not from 0 to 255', 'say', '--ttl', '256', 'x')
        self.assert_fails(2, "invalid int value: 'x'", 'say', '--ttl', 'x', 'x')
        self.assert_fails(2, "invalid float value: 'x'", 'recv', '--timeout', 'x')
        self.assert_fails(70, '-1 is not from 0', 'recv', '--timeout', '-1')
        self.assert_fails(2, 'argument --rate', 'say', '--rate', '0', 'x')
        self.assert_fails(70, '0 is not from 1', 'recv', '--count', '0')
        self.assert_fails(2, "invalid choice: 'xml'", 'recv', '--format', 'xml')

    def test_bad_groups(self):
        for verb in (['say', 'x'], ['recv'], ['hear']):
            self.assert_fails(70, '10.0.0.1', *verb, '--group', '10.0.0.1')
            self.assert_fails(70, 'nonsense', *verb, '--groups', '239.1.2.3', '--group', 'nonsense')
            self.assert_fails(70, '“”', *verb, '--group', '')

    def test_bad_interfaces(self):
        for verb in (['say', 'x'], ['recv'], ['hear']):
            for option in ('--iface', '--interface', '-i'):
                self.assert_fails(70, 'nope', *verb, option, 'nope')
            self.assert_fails(70, '“”', *verb, '--interface', '')

    def test_full_disk_is_an_error(self):
        with open('/dev/full', 'wb') as full:
            result = subprocess.run([MCAST, '--help'], stdout=full, stderr=subprocess.PIPE,
                                    check=False)
        self.assertEqual(result.returncode, 70)
        self.assertIn(b'could not write', result.stderr)

    def test_too_few_descriptors(self):
        def run(limit, *arguments):
            return mcast(*arguments, inside=['sh', '-c', f'ulimit -n {limit} && exec "$0" "$@"'])

        verbs = (['say', 'hello'], ['recv', '--timeout', '0.01'], ['hear'], ['pong'],
                 ['interfaces'], ['doctor'], ['ping', '--count', '1', '--timeout', '0.01'],
                 ['relay', '239.1.2.3', '239.1.2.4'], ['monitor', '--count', '1'])
        for limit in (4, 9, 13, 20):
            for arguments in verbs:
                result = run(limit, *arguments)
                self.assertEqual((result.returncode, result.stdout), (70, ''), (limit, result))
                [needed] = re.findall(r'raise it to at least (\d+): ulimit -n', result.stderr)
        self.assertEqual(run(needed, 'say', 'hello').returncode, 0)
        self.assertIn('nothing arrived', run(needed, 'recv', '--timeout', '0.01').stderr)
        self.assertEqual(run(9, 'recv', '--help').returncode, 0)

    def test_too_few_descriptors_after_opening(self):
        # A socket for each 20 groups: at one of these limits just the sockets can be opened.
        groups = [f'239.1.{i // 200}.{i % 200}' for i in range(400)]
        for limit in range(30, 52, 2):
            result = mcast('recv', '--timeout', '0.01', '--interface', 'v1', *groups,
                           inside=['sh', '-c', f'ulimit -n {limit} && exec "$0" "$@"'])
            self.assertEqual(result.returncode, 70, (limit, result))
            self.assertNotIn('GWakeup', result.stderr)

    def test_closed_descriptors(self):
        def run(script, *arguments):
            return subprocess.run(['sh', '-c', f'exec "$0" "$@" {script}', MCAST, *arguments],
                                  capture_output=True, timeout=20, check=False)

        for arguments in (['--help'], ['recv', '--help'], ['interfaces'],
                          ['say', '--json', 'hello']):
            result = run('>&-', *arguments)
            self.assertEqual(result.returncode, 70, result)
            self.assertIn(b'could not write to stdout', result.stderr)
        self.assertEqual(run('<&- >&- 2>&-', 'say', 'hello').returncode, 0)
        result = run('<&-', 'say', '--pipe')
        self.assertEqual(result.returncode, 70, result)
        self.assertIn(b'Could not read', result.stderr)

    def test_closed_descriptors_are_no_sockets(self):
        with subprocess.Popen(['sh', '-c', 'exec "$0" "$@" <&- >&- 2>&-', MCAST, 'recv',
                               '--daemon', '--group', '239.1.2.9']) as recv:
            wait_until(lambda: group_users('239.1.2.9', 'v1'), 'joined')
            for number in range(3):
                self.assertEqual(os.readlink(f'/proc/{recv.pid}/fd/{number}'), '/')
            recv.terminate()

    def test_bad_environment_warns_and_is_left_out(self):
        bad = {'MULTICAST_PORT': '80', 'MULTICAST_TTL': '127', 'MULTICAST_GROUP': '10.0.0.1',
               'MULTICAST_GROUPS': '239.1.2.3 bogus', 'MULTICAST_BUFFER_SIZE': '0'}
        with receiver(*DEFAULT) as rx:
            result = mcast('say', '--pipe', stdin=b'x', environment=bad)
            self.assertEqual(rx.recv(100), b'x')
        self.assertEqual(result.returncode, 0)
        for text in ('MULTICAST_PORT=80', 'MULTICAST_TTL=127', '10.0.0.1', 'bogus',
                     'MULTICAST_BUFFER_SIZE=0'):
            self.assertIn(text, result.stderr)


class Say(unittest.TestCase):
    def say(self, *arguments, **options):
        result = mcast('say', *arguments, **options)
        self.assertEqual(result.returncode, 0, result)
        return result

    def test_words_are_joined(self):
        with receiver() as rx:
            for arguments in (['hello', 'all'], ['-m', 'hello', 'all'],
                              ['--message', 'hello all'],
                              ['-m', 'hello', '--port', '59259', 'all']):
                result = self.say(*arguments)
                self.assertEqual(rx.recv(100), b'hello all')
                self.assertEqual((result.stdout, result.stderr), ('', ''))

    def test_upper_case_and_global_flags(self):
        with receiver() as rx:
            result = mcast('--daemon', '--use-std', 'SAY', '--group', '224.0.0.1', '-m', 'x')
            self.assertEqual(result.returncode, 0)
            self.assertEqual(rx.recv(100), b'x')

    def test_group_as_a_word(self):
        with receiver() as rx:
            result = self.say('239.1.2.3', 'hello')
            self.assertIn("warning: '239.1.2.3' is sent as a word of the message; --group 239.1.2.3 "
                          'sends to it', result.stderr)
            self.assertEqual(rx.recv(100), b'239.1.2.3 hello')

    def test_empty_message(self):
        with receiver() as rx:
            self.say('-m', '')
            self.assertEqual(rx.recv(100), b'')

    def test_value_next_to_its_letter(self):
        with receiver() as rx, receiver('239.1.2.4', 5004, 'v0') as other:
            for arguments in (['-mhello'], ['-m=hello'], ['-m', 'hello', '-p59259']):
                self.say(*arguments)
                self.assertEqual(rx.recv(100), b'hello')
            self.say('-iv0', '--group', '239.1.2.4', '-p5004', '-mx')
            self.assertEqual(other.recv(9), b'x')
            # The value of another option, or a word after --, is not changed.
            for arguments in (['-m', '-mine'], ['--message', '-mine'], ['--', '-mine']):
                self.say(*arguments)
                self.assertEqual(rx.recv(100), b'-mine')
        self.assertEqual(mcast('recv', '-t0.01').returncode, 70)

    def test_word_that_looks_like_an_option(self):
        with receiver() as rx:
            self.say('--', '-5', '--groups', 'x')
            self.assertEqual(rx.recv(100), b'-5 --groups x')

    def test_missing_message(self):
        result = mcast('say')
        self.assertEqual(result.returncode, 2)
        self.assertIn('the message is missing', result.stderr)
        self.assertEqual(mcast('say', '-m').returncode, 2)

    def test_pipe_is_cut_into_datagrams(self):
        with receiver() as rx:
            for arguments in (['--pipe'], ['-'], ['--message', '-']):
                self.say(*arguments, stdin=b'A' * 4000)
                self.assertEqual([len(rx.recv(2000)) for _ in range(4)], [1316, 1316, 1316, 52])

    def test_pipe_is_binary_safe(self):
        data = bytes(range(256)) * 3
        with receiver() as rx:
            result = mcast('say', '--pipe', stdin=data, text=False)
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.assertEqual(rx.recv(2000), data)

    def test_buffer_size(self):
        with receiver() as rx:
            self.say('--pipe', stdin=b'abcde', environment={'MULTICAST_BUFFER_SIZE': '2'})
            self.assertEqual([rx.recv(9) for _ in range(3)], [b'ab', b'cd', b'e'])

    def test_empty_pipe_is_reported(self):
        self.assertIn('nothing was piped in', self.say('--pipe').stderr)

    def test_hex(self):
        with receiver() as rx:
            self.say('--hex', '00 ff', '4a:4B')
            self.assertEqual(rx.recv(9), b'\x00\xffJK')
            self.say('--hex', '--pipe', stdin=b'0001\n02\n')
            self.assertEqual(rx.recv(9), b'\x00\x01\x02')
        for text, message in (('0', 'odd'), ('0g', "'g'")):
            result = mcast('say', '--hex', text)
            self.assertEqual(result.returncode, 70)
            self.assertIn(message, result.stderr)

    def test_several_groups_and_interfaces(self):
        with receiver('239.1.2.3') as first, receiver('239.1.2.4', 5004, 'v0') as second:
            self.say('--interface', 'v0, v1', '--groups', '239.1.2.3', '239.1.2.4:5004',
                     '-m', 'both')
            # Each interface receives its own copy and that of the other end.
            for rx in (first, second):
                self.assertEqual([rx.recv(9), rx.recv(9)], [b'both', b'both'])

    def test_interface_by_address_and_ipv6(self):
        address = socket.if_nametoindex('v0')
        with running('recv', '--group', 'ff15::5', '--iface', 'v1', '--timeout', '0', '--use-std',
                     group='ff15::5') as recv:
            self.say('--group', 'ff15::5', '--iface', str(address), 'six')
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.stdout, b'six\n')

    def test_ttl(self):
        with running('recv', '--json', '--timeout', '0', *OTHER[:1], group=OTHER[0]) as recv:
            self.say('--group', OTHER[0], '--ttl', '7', 'x')
            recv.wait()
            self.assertEqual(recv.json_lines()[0]['hop-limit'], 7)
        with running('recv', '--json', '--timeout', '0', *OTHER[:1], group=OTHER[0]) as recv:
            self.say('--group', OTHER[0], 'x', environment={'MULTICAST_TTL': '9'})
            recv.wait()
            self.assertEqual(recv.json_lines()[0]['hop-limit'], 9)

    def test_environment_gives_group_and_port(self):
        environment = {'MULTICAST_GROUP': '239.1.2.3', 'MULTICAST_PORT': '50000',
                       'MULTICAST_GROUPS': '239.1.2.4'}
        with receiver('239.1.2.3', 50000) as first, receiver('239.1.2.4', 50000) as second:
            self.say('x', environment=environment)
            self.assertEqual((first.recv(9), second.recv(9)), (b'x', b'x'))

    def test_repeat(self):
        with receiver() as rx:
            self.say('--repeat', '500', 'again')
            self.assertEqual({rx.recv(9) for _ in range(500)}, {b'again'})

    def test_rate_spreads_in_time(self):
        with receiver() as rx:
            start = time.monotonic()
            self.say('--repeat', '5', '--rate', '50', 'slow')
            self.assertGreaterEqual(time.monotonic() - start, 4 / 50)
            self.assertEqual({rx.recv(9) for _ in range(5)}, {b'slow'})

    def test_endless_repeat_ends_by_signal(self):
        with receiver() as rx, Running('say', '--repeat', '0', '--rate', '100', 'x') as say:
            self.assertEqual(rx.recv(9), b'x')
            self.assertEqual(say.stop(), 130)

    def test_too_large(self):
        result = mcast('say', '-m', 'x' * 70000)
        self.assertEqual(result.returncode, 70)
        self.assertIn('65507', result.stderr)

    def test_no_route_says_so(self):
        result = mcast('say', 'x', inside=['unshare', '-n'])
        self.assertEqual(result.returncode, 70)
        self.assertIn('No route leads to 224.0.0.1', result.stderr)

    def test_json(self):
        stats = json.loads(self.say('--json', '--repeat', '3', 'abc').stdout)
        self.assertEqual(stats['paths'][0]['group'], '224.0.0.1')
        # In the order in which one reads them, the same at each run.
        self.assertEqual(list(stats), ['attempted', 'accepted', 'refused', 'bytes', 'paths'])
        self.assertEqual(list(stats.values())[:4], [3, 3, 0, 9])
        self.assertEqual(list(stats['paths'][0])[:5],
                         ['group', 'port', 'interface', 'interface-index', 'state'])


class Recv(unittest.TestCase):
    def assert_receives(self, payload, printed, *arguments, status=0, verb='recv'):
        with running(verb, '--timeout', '0', '--iface', 'v1', *arguments) as recv:
            with sender() as tx:
                tx.sendto(payload, DEFAULT)
            self.assertEqual(recv.wait(), status)
            self.assertEqual(recv.stdout, printed)
            return recv.stderr

    def test_prints_with_use_std(self):
        self.assert_receives(b'hello', b'hello\n', '--use-std')
        self.assert_receives(b'line\n', b'line\n', '--use-std')
        self.assert_receives(b'', b'\n', '--use-std')
        self.assert_receives(b'\xff\x00', b'\xff\x00\n', '--use-std')

    def test_port_after_the_group(self):
        with running('recv', '--timeout', '0', '--iface', 'v1', OTHER[0], '7000',
                     group=OTHER[0]) as recv, sender() as tx:
            tx.sendto(b'unwanted', OTHER)
            tx.sendto(b'wanted', (OTHER[0], 7000))
            self.assertEqual((recv.wait(), recv.stdout), (0, b'wanted\n'))

    def test_a_datagram_is_one_line(self):
        self.assert_receives(b'one\n10.0.0.1: two', b'one\\x0a10.0.0.1: two\n', '--use-std')
        self.assert_receives(b'one\rtwo\r\n', b'one\\x0dtwo\\x0d\n', '--use-std')
        self.assert_receives(b'\n\n', b'\\x0a\n', '--use-std')

    def test_flag_before_the_verb(self):
        with running('--use-std', 'RECV', '--timeout', '0') as recv, sender() as tx:
            tx.sendto(b'hello', DEFAULT)
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.stdout.splitlines()[0], b'hello')

    def test_not_printing_is_reported(self):
        self.assert_receives(b'hello', b'hello\n')
        self.assertIn('not printed', self.assert_receives(b'hello', b'', verb='RECV'))

    def test_formats(self):
        self.assert_receives(b'\x00\xffa', b'00ff61\n', '--format', 'hex')
        self.assert_receives(b'\x00\xffa', b'\x00\xffa', '--format', 'raw')
        self.assert_receives(b'text', b'text\n', '--format', 'TEXT')

    def test_json(self):
        for arguments in (['--json'], ['--format', 'json']):
            with running('recv', '--timeout', '0', '--iface', 'v1', *arguments) as recv:
                with sender() as tx:
                    tx.sendto('grüß "dich"\n'.encode(), DEFAULT)
                    port = tx.getsockname()[1]
                self.assertEqual(recv.wait(), 0)
                [line] = recv.json_lines()
            self.assertEqual(line['text'], 'grüß "dich"\n')
            self.assertEqual(line['source-port'], port)
            self.assertEqual((line['group'], line['port'], line['interface']), (*DEFAULT, 'v1'))
            self.assertRegex(line['time'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$')
            self.assertEqual(line['length'], 14)

    def test_json_has_nothing_that_a_terminal_obeys(self):
        # CSI as one character, an override of the direction, a line separator, a tag of plane 14.
        text = 'a\u009b31m\u202e\u2028\U000e0041\x7fb'
        with running('recv', '--timeout', '0', '--json', '--iface', 'v1') as recv, sender() as tx:
            tx.sendto(text.encode(), DEFAULT)
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.json_lines()[0]['text'], text)
            self.assertTrue(recv.stdout.isascii())

    def test_json_of_bytes(self):
        with running('recv', '--timeout', '0', '--json', '--iface', 'v1') as recv, sender() as tx:
            tx.sendto(b'\xff\x00', DEFAULT)
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.json_lines()[0]['hex'], 'ff00')

    def test_large_datagram_is_whole(self):
        payload = bytes(range(256)) * 255
        self.assert_receives(payload, payload, '--format', 'raw')

    def test_timeout(self):
        for arguments in (['recv', '--timeout', '0.05'], ['RECV'],
                          ['recv', '--daemon', '--timeout', '0.05']):
            result = mcast(*arguments)
            self.assertEqual(result.returncode, 70)
            self.assertIn('nothing arrived within', result.stderr)
            self.assertEqual(result.stdout, '')

    def test_ttl_is_no_timeout(self):
        environment = {'MULTICAST_TTL': '100'}
        self.assertEqual(mcast('recv', '--timeout', '0.05', environment=environment).returncode, 70)

    def test_count(self):
        with running('recv', '--count', '3', '--use-std', '--iface', 'v1') as recv:
            with sender() as tx:
                for word in (b'a', b'b', b'c', b'd'):
                    tx.sendto(word, DEFAULT)
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.stdout, b'a\nb\nc\n')

    def test_count_that_is_not_reached(self):
        with running('recv', '--count', '2', '--timeout', '0.5', '--iface', 'v1') as recv:
            with sender() as tx:
                tx.sendto(b'a', DEFAULT)
            self.assertEqual(recv.wait(), 70)
            self.assertIn('no further datagram arrived', recv.stderr)

    def test_daemon_continues_until_interrupted(self):
        with running('--daemon', '--use-std', 'RECV', '--iface', 'v1') as recv, sender() as tx:
            for word in (b'a', b'STOP', b'b'):
                tx.sendto(word, DEFAULT)
            wait_until(lambda: recv.stdout == b'a\nSTOP\nb\n', 'all three')
            self.assertEqual(recv.stop(), 130)
            self.assertIn('RECV has stopped due to interruption signal', recv.stderr)
            self.assertIn('(224.0.0.1, 59259)', recv.stderr)

    def test_interruption_names_the_port_that_was_used(self):
        for groups, named in ((['239.1.2.3:5004'], '(239.1.2.3:5004).'),
                              (['239.1.2.3:5004', '239.1.2.4'],
                               '(239.1.2.3:5004 239.1.2.4, 59259).')):
            with running('recv', '--daemon', *groups, group='239.1.2.3') as recv:
                self.assertEqual(recv.stop(), 130)
                self.assertIn(f'listening on {named}', recv.stderr)

    def test_termination_is_seen(self):
        with running('recv', '--daemon') as recv:
            self.assertEqual(recv.stop(signal.SIGTERM), -signal.SIGTERM)

    def test_count_excludes_daemon(self):
        self.assertEqual(mcast('recv', '--daemon', '--count', '2').returncode, 2)

    def test_environment_adds_a_group_to_receive(self):
        environment = {'MULTICAST_BIND_ADDR': '239.1.2.7', 'MULTICAST_PORT': '50000'}
        with running('recv', '--use-std', '--timeout', '0', '--iface', 'v1', group='239.1.2.7',
                     environment=environment) as recv, sender() as tx:
            tx.sendto(b'bound', ('239.1.2.7', 50000))
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.stdout, b'bound\n')

    def test_several_groups(self):
        for groups in (['--groups', '239.1.2.3', '239.1.2.4'], ['239.1.2.3', '239.1.2.4'],
                       ['--groups', '239.1.2.3,239.1.2.4'],
                       ['--group', '239.1.2.3', '--groups', '239.1.2.4']):
            with running('recv', '--count', '2', '--use-std', '--iface', 'v1', *groups,
                         group='239.1.2.4') as recv, sender() as tx:
                tx.sendto(b'unwanted', DEFAULT)
                tx.sendto(b'one', ('239.1.2.3', 59259))
                tx.sendto(b'two', ('239.1.2.4', 59259))
                self.assertEqual(recv.wait(), 0)
                self.assertEqual(sorted(recv.stdout.split()), [b'one', b'two'])

    def test_source_specific(self):
        with running('recv', '--use-std', '--timeout', '0', '--iface', 'v1',
                     '10.9.9.9@232.1.2.3', group='232.1.2.3') as recv, sender() as tx:
            tx.sendto(b'from another', ('232.1.2.3', 59259))
            self.assertIsNone(recv.process.poll())
            self.assertEqual(recv.stdout, b'')

    def test_only_on_the_interface(self):
        with running('recv', '--use-std', '--timeout', '0', '--iface', 'v1') as recv:
            with sender('v1') as wrong, sender('v0') as right:
                wrong.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
                wrong.sendto(b'wrong', DEFAULT)
                right.sendto(b'right', DEFAULT)
            self.assertEqual(recv.wait(), 0)
            self.assertEqual(recv.stdout, b'right\n')

    def test_reader_that_goes_away(self):
        with subprocess.Popen([MCAST, 'recv', '--daemon', '--use-std', '--group', '239.1.2.9'],
                              stdout=subprocess.PIPE) as recv, sender() as tx:
            wait_until(lambda: group_users('239.1.2.9', 'v1'), 'joined')
            recv.stdout.close()

            def has_ended():
                tx.sendto(b'x', ('239.1.2.9', 59259))
                return recv.poll() is not None

            wait_until(has_ended, 'ended')
            self.assertEqual(recv.returncode, -signal.SIGPIPE)


class Hear(unittest.TestCase):
    @staticmethod
    def ask(tx, payload, to=DEFAULT):
        tx.sendto(payload, to)
        return tx.recv(70000)

    def said(self, tx, text, group='224.0.0.1'):
        address = subprocess.run(['ip', '-o', '-4', 'address', 'show', 'dev', 'v0'], check=True,
                                 capture_output=True, text=True).stdout.split()[3].split('/')[0]
        return f"HEAR [ {text} SAID ('{address}', {tx.getsockname()[1]}) ] from {group}".encode()

    def test_answers(self):
        with running('hear', '--iface', 'v1') as hear, sender() as tx:
            self.assertEqual(self.ask(tx, b'hello'), self.said(tx, 'HELLO'))
            self.assertEqual(self.ask(tx, 'grün'.encode()), self.said(tx, 'GRÜN'))
            self.assertEqual(self.ask(tx, b''), self.said(tx, ''))
            self.assertEqual(self.ask(tx, b'stop'), self.said(tx, 'STOP'))
            self.assertEqual(self.ask(tx, b'please STOP now'), self.said(tx, 'PLEASE STOP NOW'))
            self.assertEqual(hear.wait(), 0)
            self.assertEqual((hear.stdout, hear.stderr), (b'', ''))

    def test_answers_bytes_that_are_no_text(self):
        with running('hear', '--iface', 'v1'), sender() as tx:
            self.assertIn(b'[ A\xff\x00B SAID', self.ask(tx, b'a\xff\x00b'))

    def test_as_typed_before(self):
        with running('--daemon', '--use-std', 'HEAR', '--iface', 'v1') as hear, sender() as tx:
            self.ask(tx, b'hello')
            wait_until(lambda: hear.stdout == b'hello\n', 'printed')
            self.ask(tx, b'STOP')
            self.assertEqual(hear.wait(), 0)

    def test_no_stop(self):
        with running('hear', '--no-stop', '--iface', 'v1') as hear, sender() as tx:
            self.ask(tx, b'STOP')
            self.assertEqual(self.ask(tx, b'still'), self.said(tx, 'STILL'))
            self.assertEqual(hear.stop(), 130)
            self.assertIn('Interrupt (SIGINT): HEAR has stopped due to interruption signal, was '
                          'previously listening on (224.0.0.1, 59259).', hear.stderr)

    def test_port(self):
        with running('hear', '--port', '50001', '--group', OTHER[0], '--iface', 'v1',
                     group=OTHER[0]), sender() as tx:
            self.assertEqual(self.ask(tx, b'x', (OTHER[0], 50001)), self.said(tx, 'X', OTHER[0]))

    def test_relays_to_the_group(self):
        with running('hear', '--group', '239.1.2.3', '--groups', '239.1.2.4', '239.1.2.5',
                     '--iface', 'v1', group='239.1.2.5') as hear:
            with sender() as tx, receiver('239.1.2.3', interface='v0') as rx:
                self.assertEqual(self.ask(tx, b'on', ('239.1.2.4', 59259)),
                                 self.said(tx, 'ON', '239.1.2.4'))
                self.assertEqual(rx.recv(9), b'on')
                self.ask(tx, b'further', ('239.1.2.5', 59259))
                self.assertEqual(rx.recv(9), b'further')
                self.ask(tx, b'end', ('239.1.2.3', 59259))
                self.ask(tx, b'last', ('239.1.2.4', 59259))
                # What came by the group itself is not sent to it again, and no copy circles.
                self.assertIn(rx.recv(9), (b'end', b'last'))
                self.assertIsNone(hear.process.poll())

    def flood(self, n, *arguments):
        """Sends n datagrams, and returns how many replies were limited, and the socket."""
        with running('hear', '--iface', 'v1', *arguments) as hear:
            tx = sender()
            self.addCleanup(tx.close)
            for _ in range(n - 1):
                tx.sendto(b'x', DEFAULT)
            tx.sendto(b'STOP', DEFAULT)
            self.assertEqual(hear.wait(), 0)
            limited = re.findall(r'(\d+) replies were not sent: over the rate', hear.stderr)
            if not limited:
                self.assertEqual(hear.stderr, '')
            return int((limited or [0])[0]), tx

    def test_reply_rate(self):
        limited, tx = self.flood(100, '--reply-rate', '1')
        replies = 100 - limited
        self.assertGreaterEqual(replies, 5)
        self.assertGreater(limited, 0)
        # The replies have arrived already, since nothing delays them.
        for _ in range(replies):
            self.assertIn(tx.recv(100), (self.said(tx, 'X'), self.said(tx, 'STOP')))
        tx.setblocking(False)
        self.assertRaises(BlockingIOError, tx.recv, 100)

    def test_default_reply_rate(self):
        limited, _ = self.flood(50000)
        self.assertGreater(limited, 0)
        self.assertLessEqual(limited, 50000 - 5000)
        self.assertEqual(self.flood(5000)[0], 0)

    def test_unlimited_replies(self):
        self.assertEqual(self.flood(50000, '--reply-rate', '0')[0], 0)

    def test_wrong_reply_rate(self):
        for verb in ('hear', 'pong'):
            for rate, status in (('x', 2), ('-1', 70)):
                result = mcast(verb, '--reply-rate', rate)
                self.assertEqual(result.returncode, status)
                self.assertIn('--reply-rate', result.stderr)

    def test_reply_is_not_longer_than_documented(self):
        with running('hear', '--iface', 'v1'), sender() as tx:
            # Three letters of two bytes each stand for each of these in upper case.
            text = 'hello \u0390' * 100
            self.assertLessEqual(len(self.ask(tx, text.encode())),
                                 len(self.said(tx, '')) + len(text.encode()))
            self.assertIn('HELLO GRÜN \u0390'.encode(), self.ask(tx, 'hello grün \u0390'.encode()))

    def test_reply_larger_than_a_datagram(self):
        with running('hear', '--no-stop', '--iface', 'v1') as hear, sender() as tx:
            tx.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            tx.bind(('', 0))
            largest = 65507 - len(self.said(tx, ''))
            self.assertEqual(len(self.ask(tx, bytes(largest))), 65507)
            tx.sendto(bytes(largest + 1), DEFAULT)
            self.assertEqual(self.ask(tx, b'next'), self.said(tx, 'NEXT'))
            hear.stop()
            self.assertIn('1 replies were not sent: larger than a datagram', hear.stderr)

    def test_two_forwarding_commands_do_not_loop(self):
        def run(first, second, interface):
            return running('hear', '--use-std', '--group', first, '--groups', second, '--iface',
                           interface, group=second, interface=interface)

        with run('239.1.2.3', '239.1.2.4', 'v1') as there:
            with run('239.1.2.4', '239.1.2.3', 'v0') as back, sender() as tx:
                tx.sendto(b'round', ('239.1.2.4', 59259))
                wait_until(lambda: b'round' in back.stdout, 'relayed')
                self.ask(tx, b'STOP', ('239.1.2.4', 59259))
                self.assertEqual(there.wait(), 0)
                wait_until(lambda: b'STOP' in back.stdout, 'relayed')
                self.assertEqual(there.stdout.count(b'round'), 1)
                self.assertIn('is not relayed again', back.stderr)

    def test_burst(self):
        n = 100000
        with running('hear', '--use-std', '--iface', 'v1', '--reply-rate', '0') as hear, \
             sender() as tx:
            for number in range(n):
                tx.sendto(b'%d' % number, DEFAULT)
            tx.sendto(b'STOP', DEFAULT)
            self.assertEqual(hear.wait(), 0, hear.stderr)
            lines = hear.stdout.split()
            self.assertEqual(hear.stderr, '')
        self.assertEqual(lines, [b'%d' % number for number in range(n)] + [b'STOP'])

    def test_burst_of_our_own(self):
        with running('hear', '--use-std', '--iface', 'v1') as hear:
            result = mcast('say', '--iface', 'v0', '--repeat', '100000', 'burst')
            self.assertEqual(result.returncode, 0)
            self.assertEqual(mcast('say', '--iface', 'v0', 'STOP').returncode, 0)
            self.assertEqual(hear.wait(), 0)
            self.assertEqual(hear.stdout.count(b'burst\n'), 100000)


if __name__ == '__main__':
    tap.main()
