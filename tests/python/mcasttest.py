# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests in Python have in common: the library, and waits with a deadline."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

SOURCE = pathlib.Path(os.environ['G_TEST_SRCDIR'])
BUILD = pathlib.Path(os.environ['G_TEST_BUILDDIR'])
sys.path.insert(0, str(SOURCE))

# Longest wait for something that must happen; only a failing test waits that long.
DEADLINE = 20


def wait_until(condition, what):
    """Looks again and again whether something has become true; None is not true yet."""
    end = time.monotonic() + DEADLINE
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f'not in {DEADLINE} s: {what}')
        time.sleep(0.005)


def is_joined(group, interface):
    """Whether the kernel has joined a group on an interface."""
    if ':' in group:
        wanted = socket.inet_pton(socket.AF_INET6, group).hex()
        lines = pathlib.Path('/proc/net/igmp6').read_text(encoding='ascii').splitlines()
        return any(line.split()[1:3] == [interface, wanted] for line in lines)

    wanted = socket.inet_pton(socket.AF_INET, group)[::-1].hex().upper()
    name = None
    for line in pathlib.Path('/proc/net/igmp').read_text(encoding='ascii').splitlines():
        words = line.split()
        if not line.startswith('\t'):
            name = words[1].rstrip(':')
        elif name == interface and words[0] == wanted:
            return True
    return False


def wait_joined(group, *interfaces):
    for interface in interfaces:
        wait_until(lambda name=interface: is_joined(group, name), f'{group} joined on {interface}')


def is_bound(port):
    """Whether a UDP socket has a port."""
    wanted = f':{port:04X}'
    tables = [pathlib.Path('/proc/net', name) for name in ('udp', 'udp6')]
    return any(line.split()[1].endswith(wanted) for table in tables
               for line in table.read_text(encoding='ascii').splitlines()[1:])


def address_of(interface, family='inet', scope='global'):
    """The first address of an interface, as text."""
    output = subprocess.run(
        ['ip', '-o', '-f', family, 'address', 'show', 'dev', interface, 'scope', scope],
        check=True, capture_output=True, text=True).stdout
    return output.split()[3].partition('/')[0]


class Program:
    """A program that runs until it is stopped, with what it prints."""

    def __init__(self, *command, **options):
        self._process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, **options)
        os.set_blocking(self._process.stdout.fileno(), False)
        self._bytes = b''

    @property
    def output(self):
        return self._bytes.decode(errors='replace')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def prints(self, text):
        """Waits until the output contains a text."""
        def has_printed():
            is_over = self._process.poll() is not None
            if text in self._read():
                return True
            return is_over and self.check()

        wait_until(has_printed, f'output {text!r}')

    def check(self):
        """Fails when it has ended by itself."""
        if self._process.poll() is not None:
            raise AssertionError(f'ended with {self._process.returncode}: {self._read()}')

    def type(self, text):
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def wait_asleep(self):
        """Waits until it waits in the kernel for something that does not come."""
        status = pathlib.Path('/proc', str(self._process.pid), 'status')
        seen = []

        def is_asleep():
            seen.append([line for line in status.read_text(encoding='ascii').splitlines()
                         if line.startswith(('State:', 'voluntary_ctxt_switches:'))])
            return '(sleeping)' in seen[-1][0] and seen[-1:] == seen[-2:-1]

        wait_until(is_asleep, 'wait')

    def interrupt(self):
        """As Ctrl-C does; returns the exit status."""
        self._process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self):
        status = self._process.wait(DEADLINE)
        self._read()
        return status

    def _read(self):
        self._bytes += self._process.stdout.read() or b''
        return self.output

