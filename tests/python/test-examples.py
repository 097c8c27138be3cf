#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every example is run as its first comment says, and does what it says."""

import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from mcasttest import (BUILD, DEADLINE, SOURCE, Program, address_of, is_bound, wait_joined,
                       wait_until)
import tap

EXAMPLES = SOURCE.parent / 'examples'
BUILT = BUILD.parent / 'examples'
PORTS = EXAMPLES / 'multicast_expert'
TASKS = EXAMPLES / 'python'
MULTICAST = EXAMPLES / 'multicast'
GROUP = '239.1.2.3'
BOTH = (GROUP, 'v0', 'v1')

LANGUAGES = {
    'C': ([BUILT / 'send'], [BUILT / 'receive']),
    'Python': ([sys.executable, EXAMPLES / 'send.py'], [sys.executable, EXAMPLES / 'receive.py']),
    'JavaScript': (['gjs', EXAMPLES / 'send.js'], ['gjs', EXAMPLES / 'receive.js']),
    'Vala': ([BUILT / 'send-vala'], [BUILT / 'receive-vala']),
    'Lua': (['lua', EXAMPLES / 'send.lua'], ['lua', EXAMPLES / 'receive.lua']),
}


def run(*command):
    return subprocess.run([str(word) for word in command], check=False, capture_output=True,
                          text=True, timeout=DEADLINE)


def python(*arguments, **options):
    return Program(sys.executable, *arguments, **options)


def lua_has_lgi():
    return shutil.which('lua') is not None and run('lua', '-e', 'require "lgi"').returncode == 0


class ExampleTest(unittest.TestCase):
    def require(self, language):
        program = LANGUAGES[language][0][0]
        if shutil.which(program) is None:
            self.skipTest(f'{program} is missing')
        if language == 'Lua' and not lua_has_lgi():
            self.skipTest('the Lua module lgi is missing')

    def send(self, command, *arguments):
        sent = run(*command, *arguments)
        self.assertEqual((sent.returncode, sent.stderr), (0, ''))
        self.assertEqual(sent.stdout, f'Sent to {(arguments or [f"{GROUP}:5004"])[0]}\n')

    def check_language(self, language):
        self.require(language)
        send, receive = LANGUAGES[language]
        with Program(*receive) as receiver:
            wait_joined(*BOTH)
            self.send(send)
            receiver.prints('v1, from ' + address_of('v0'))
            self.send(LANGUAGES['C'][0], f'{GROUP}:5004', 'naïve from C')
            receiver.prints(': naïve from C\n')
        with Program(*LANGUAGES['C'][1], '239.9.9.9%v1:6000') as receiver:
            wait_joined('239.9.9.9', 'v1')
            self.send(send, '239.9.9.9%v0:6000', f'naïve from {language}')
            receiver.prints(f': naïve from {language}\n')

    def check_wrong_group(self, language):
        self.require(language)
        for command in LANGUAGES[language]:
            failed = run(*command, '10.1.2.3:5004')
            self.assertNotEqual(failed.returncode, 0)
            self.assertIn('“10.1.2.3:5004” is not a multicast group', failed.stderr)


def add_language_tests():
    for language in LANGUAGES:
        name = language.lower()
        setattr(ExampleTest, f'test_{name}',
                lambda self, language=language: self.check_language(language))
        setattr(ExampleTest, f'test_{name}_wrong_group',
                lambda self, language=language: self.check_wrong_group(language))


add_language_tests()


SDP = '''v=0
o=- 1 1 IN IP4 192.0.2.1
s=Radio
c=IN IP4 239.1.2.3/32
t=0 0
m=audio 5004 RTP/AVP 96
a=rtpmap:96 L24/48000/2
'''


class SapExampleTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.file = pathlib.Path(directory.name, 'radio.sdp')
        self.file.write_text(SDP, encoding='utf-8')

    def check(self, browse, announce):
        if shutil.which(browse[0]) is None:
            self.skipTest(f'{browse[0]} is missing')
        with Program(*browse) as browser:
            wait_joined('239.255.255.255', 'v0', 'v1')
            with Program(*announce, self.file, 'v0') as announcer:
                announcer.prints(f'Announcing {self.file}\n')
                browser.prints('Radio')
                self.assertIn(' from ' + address_of('v0') + ' on v', browser.output)
                self.assertEqual(announcer.interrupt(), 0)
            browser.prints('removed: 0 left\n')

    def test_c(self):
        self.check([BUILT / 'browse'], [BUILT / 'announce'])

    def test_python(self):
        self.check([sys.executable, EXAMPLES / 'browse.py'],
                   [sys.executable, EXAMPLES / 'announce.py'])

    def test_javascript(self):
        self.check(['gjs', EXAMPLES / 'browse.js'], ['gjs', EXAMPLES / 'announce.js'])


class OtherExampleTest(unittest.TestCase):
    def test_receive_async(self):
        with Program(BUILT / 'receive-async') as receiver:
            wait_joined(*BOTH)
            run(BUILT / 'send', f'{GROUP}%v0:5004', '12345')
            receiver.prints('5 bytes on v1\n')
            self.assertEqual(receiver.interrupt(), 0)
            self.assertTrue(receiver.output.endswith('2 datagrams\n'), receiver.output)

    def test_source_specific(self):
        with Program(BUILT / 'source-specific', address_of('v0')) as receiver:
            wait_joined('232.1.2.3', 'v0', 'v1')
            run(BUILT / 'send', '232.1.2.3%v1:5004', 'from the other one')
            run(BUILT / 'send', '232.1.2.3%v0:5004', 'wanted')
            receiver.prints('6 bytes\n')
            self.assertNotIn('18 bytes', receiver.output)
        self.assertEqual(run(BUILT / 'source-specific').returncode, 2)

    def test_interfaces(self):
        with Program(BUILT / 'interfaces') as program:
            program.prints(' v0: up multicast ' + address_of('v0'))
            subprocess.run(['ip', 'link', 'set', 'v1', 'down'], check=True)
            program.prints(' v1: down multicast')
            subprocess.run(['ip', 'link', 'set', 'v1', 'up'], check=True)
            program.prints(' v1: up multicast')

    def test_pair(self):
        done = run(sys.executable, EXAMPLES / 'pair.py')
        self.assertEqual((done.stdout, done.stderr), ("b'hello'\n", ''))

    def test_asyncio_receive(self):
        with python(EXAMPLES / 'asyncio_receive.py') as receiver:
            wait_joined(*BOTH)
            run(BUILT / 'send', f'{GROUP}:5004', 'one')
            receiver.prints("v1 b'one'\n")
            run(BUILT / 'send', f'{GROUP}:5004', 'two')
            receiver.prints("v1 b'two'\n")
            self.assertEqual(receiver.interrupt(), 0)

    def test_gst(self):
        if shutil.which('gst-launch-1.0') is None:
            self.skipTest('gst-launch-1.0 is missing')
        for element in ('mcastsrc', 'rtpL24pay', 'rtpjitterbuffer'):
            if run('gst-inspect-1.0', '--atleast-version=0.1', '--exists', element).returncode:
                self.skipTest(f'element {element} is missing')
        with tempfile.TemporaryDirectory() as directory:
            sound = pathlib.Path(directory, 'sound')
            sink = f'SINK=filesink location={sound} buffer-mode=unbuffered'
            with Program('env', sink, EXAMPLES / 'gst-receive.sh', GROUP, 'v1'):
                wait_joined(GROUP, 'v1')
                with Program(EXAMPLES / 'gst-send.sh', GROUP, 'v0'):
                    wait_until(lambda: sound.exists() and sound.stat().st_size > 20000
                               and any(sound.read_bytes()), 'sound')


class PortTest(unittest.TestCase):
    # How many lines of at most 100 columns the same takes with multicast_expert: the first three
    # are in its README, the others the least that its interface asks for.
    LINES = {'transmit': 5, 'receive': 5, 'store_and_close_later': 12, 'multi_interface': 6,
             'source_specific': 6, 'async_receive': 8}

    def test_shorter(self):
        self.assertEqual({path.stem for path in PORTS.glob('*.py')}, set(self.LINES))
        for name, limit in self.LINES.items():
            text = (PORTS / f'{name}.py').read_text(encoding='utf-8')
            lines = [line for line in text.splitlines() if line and line[0] not in '#"']
            with self.subTest(name):
                self.assertLess(len(lines), limit)
                self.assertLessEqual(max(map(len, lines)), 100)

    def test_transmit(self):
        with python(PORTS / 'receive.py') as receiver:
            wait_joined(*BOTH)
            self.assertEqual(run(sys.executable, PORTS / 'transmit.py').stderr, '')
            self.assertEqual((receiver.wait(), receiver.output), (0, "b'Hello World'\n"))

    def test_store_and_close_later(self):
        with python('-u', PORTS / 'async_receive.py') as receiver:
            wait_joined(*BOTH)
            self.assertEqual(run(sys.executable, PORTS / 'store_and_close_later.py').stderr, '')
            receiver.prints("b'Hello World'\n")

    def test_multi_interface(self):
        for name, other in (('v0', 'v1'), ('v1', 'v0')):
            with python(PORTS / 'multi_interface.py', 'v0', address_of('v1')) as receiver:
                wait_joined(*BOTH)
                self.send_from(other)
                self.assertEqual((receiver.wait(), receiver.output), (0, f'{name}\n'))

    def send_from(self, interface):
        """Sends a datagram that only the other end of the cable receives."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            index = socket.if_nametoindex(interface)
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                              struct.pack('4s4si', bytes(4), bytes(4), index))
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
            sender.sendto(b'Hello World', (GROUP, 12345))

    def check_source_specific(self, family, group):
        source = address_of('v0', family)
        with python(PORTS / 'source_specific.py', f'{source}@{group}') as receiver:
            wait_joined(group, 'v0', 'v1')
            target = f'[{group}%{{}}]:12345' if ':' in group else f'{group}%{{}}:12345'
            run(BUILT / 'send', target.format('v1'), 'unwanted')
            run(BUILT / 'send', target.format('v0'), 'wanted')
            self.assertEqual((receiver.wait(), receiver.output), (0, "b'wanted'\n"))

    def test_source_specific(self):
        self.check_source_specific('inet', '232.1.2.3')

    def test_source_specific_ipv6(self):
        self.check_source_specific('inet6', 'ff35::1:2')


class TaskTest(unittest.TestCase):
    """Eight everyday tasks."""

    # How many lines the same takes with multicast_expert, of at most 100 columns, without comments
    # and empty lines.
    LINES = {'send': 4, 'receive': 8, 'two_groups': 10, 'which_interface': 13,
             'source_specific': 6, 'asyncio_receive': 9, 'select_two': 10, 'list_interfaces': 3}

    def test_shorter(self):
        self.assertEqual({path.stem for path in TASKS.glob('*.py')}, set(self.LINES))
        for name, limit in self.LINES.items():
            text = (TASKS / f'{name}.py').read_text(encoding='utf-8')
            lines = [line for line in text.splitlines() if line and line[0] not in '#"']
            with self.subTest(name):
                self.assertLess(len(lines), limit)
                self.assertLessEqual(max(map(len, lines)), 100)

    def task(self, name, *arguments, **options):
        return python('-u', TASKS / f'{name}.py', *arguments, **options)

    def send(self, group, text):
        self.assertEqual(run(BUILT / 'send', group, text).returncode, 0)

    def test_send_and_receive(self):
        with self.task('receive') as receiver:
            wait_joined(*BOTH)
            self.assertEqual(run(sys.executable, TASKS / 'send.py').stderr, '')
            self.assertEqual(receiver.wait(), 0)
            self.assertIn(f"b'hello' ('{address_of('v0')}', ", receiver.output)

    def test_two_groups(self):
        with self.task('two_groups') as receiver:
            wait_joined('239.1.2.4', 'v0', 'v1')
            self.send('239.1.2.3:5004', 'a')
            receiver.prints("239.1.2.3 5004 b'a'\n")
            self.send('239.1.2.4:5006', 'b')
            receiver.prints("239.1.2.4 5006 b'b'\n")

    def test_which_interface(self):
        with self.task('which_interface') as receiver:
            wait_joined(*BOTH)
            self.send('239.1.2.3%v0:5004', 'a')
            receiver.prints("v1 b'a'\n")
            self.send('239.1.2.3%v1:5004', 'b')
            receiver.prints("v0 b'b'\n")

    def test_source_specific(self):
        with self.task('source_specific', address_of('v0')) as receiver:
            wait_joined('232.1.2.3', 'v0', 'v1')
            self.send('232.1.2.3%v1:5004', 'unwanted')
            self.send('232.1.2.3%v0:5004', 'wanted')
            self.assertEqual((receiver.wait(), receiver.output), (0, "b'wanted'\n"))

    def test_asyncio(self):
        with self.task('asyncio_receive') as receiver:
            wait_joined(*BOTH)
            self.send('239.1.2.3:5004', 'a')
            receiver.prints("b'a'\n")

    def test_select(self):
        with self.task('select_two', stdin=subprocess.PIPE) as program:
            wait_joined('239.1.2.4', 'v0', 'v1')
            self.send('239.1.2.3:5004', 'a')
            program.prints("b'a'\n")
            self.send('239.1.2.4:5006', 'b')
            program.prints("b'b'\n")
            program.type('typed\n')
            program.prints('typed\n')

    def test_list_interfaces(self):
        listed = run(sys.executable, TASKS / 'list_interfaces.py')
        self.assertIn(' v0 (index ', listed.stdout)
        self.assertIn(address_of('v0'), listed.stdout)


class MulticastTest(unittest.TestCase):
    """What the Python API of multicast does."""

    def ask(self, group, text):
        """Sends a text from the other end of the cable and returns the answer."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                              socket.inet_aton(address_of('v0')))
            sender.settimeout(DEADLINE)
            sender.sendto(text, (group, 59259))
            return sender.recv(1000).decode(), sender.getsockname()[1]

    def test_say_and_recv(self):
        # It waits for one second: on a busy machine, the text may come later.
        with python(MULTICAST / 'recv.py') as receiver:
            wait_joined('224.0.0.1', 'v0', 'v1')
            wait_until(lambda: is_bound(59259), 'port')
            self.assertEqual(run(sys.executable, MULTICAST / 'say.py', 'naïve').stderr, '')
            self.assertIn((receiver.wait(), receiver.output), ((0, 'naïve\n'), (70, '')))

    def test_recv_ends(self):
        ended = run(sys.executable, MULTICAST / 'recv.py')
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (70, '', ''))

    def test_hear(self):
        with python(MULTICAST / 'hear.py') as server:
            wait_until(lambda: is_bound(59259), 'port')
            source = address_of('v0')
            answer, port = self.ask('224.0.0.1', b'hello')
            self.assertEqual(answer, f"HEAR [ HELLO SAID ('{source}', {port}) ] from 224.0.0.1")
            server.prints('hello\n')
            self.ask('224.0.0.1', b'please STOP')
            self.assertEqual(server.wait(), 0)

    def test_server(self):
        with python(MULTICAST / 'server.py', '239.1.2.3:59259') as server:
            wait_joined(*BOTH)
            answer, port = self.ask('239.1.2.3', b'hello')
            self.assertEqual(answer, 'HELLO')
            server.prints(f"b'hello' from ('{address_of('v0')}', {port})\n")
            self.assertEqual(server.interrupt(), 0)


class FormTest(unittest.TestCase):
    def programs(self):
        return [path for path in EXAMPLES.glob('**/*')
                if path.suffix in {'.c', '.js', '.lua', '.py', '.sh', '.vala'}
                and path.stem != 'film']

    def test_size(self):
        for path in self.programs():
            with self.subTest(path.name):
                self.assertLess(len(path.read_text(encoding='utf-8').splitlines()), 80)

    def test_comment(self):
        """Each says at its beginning how to run it."""
        for path in self.programs():
            with self.subTest(path.name):
                head = ''.join(path.read_text(encoding='utf-8').splitlines()[:5])
                stem = path.stem if path.suffix == '.c' else path.name
                self.assertRegex(head, ': (gjs |lua )?' + stem.replace('.vala', '-vala'))


if __name__ == '__main__':
    tap.main()
