# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the command have in common: running it, and plain sockets to talk to it."""

import contextlib
import functools
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest

# Longest wait for something that must happen; only a failing test waits that long.
DEADLINE = 20
# nsenter leaves the directory.
MCAST = os.path.abspath(sys.argv[1])

# What the user of the tests has set must not decide one.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith('MULTICAST_')}


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f'not in {DEADLINE} s: {what}')
        time.sleep(0.005)


@functools.cache
def has_json():
    return subprocess.run([MCAST, '--json', 'noop'], capture_output=True,
                          check=False).returncode == 0


def skip_without_json(arguments):
    if ('--json' in arguments or 'json' in arguments) and not has_json():
        raise unittest.SkipTest('this mcast was built without JSON')


def mcast(*arguments, stdin=b'', environment=None, inside=(), text=True):
    """Runs the command to its end."""
    skip_without_json(arguments)
    return subprocess.run([*inside, MCAST, *arguments], input=stdin.decode() if text else stdin,
                          capture_output=True, text=text, timeout=DEADLINE, check=False,
                          env=ENVIRONMENT | (environment or {}))


class Running:
    """The command while it runs; its output goes to files, so that nothing blocks."""

    def __init__(self, *arguments, environment=None, inside=()):
        skip_without_json(arguments)
        self._out, self._err = (os.memfd_create(name) for name in ('out', 'err'))
        self.process = subprocess.Popen([*inside, MCAST, *arguments], stdin=subprocess.DEVNULL,
                                        stdout=self._out, stderr=self._err,
                                        env=ENVIRONMENT | (environment or {}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._out)
        os.close(self._err)

    @staticmethod
    def _read(file):
        return os.pread(file, os.fstat(file).st_size, 0)

    @property
    def stdout(self):
        return self._read(self._out)

    @property
    def stderr(self):
        return self._read(self._err).decode()

    def json_lines(self):
        return [json.loads(line) for line in self.stdout.decode().splitlines()]

    def wait(self):
        return self.process.wait(DEADLINE)

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.wait()


def group_users(group, interface, proc='/proc'):
    """How many users the kernel counts for a group on an interface."""
    net = pathlib.Path(proc) / 'net'
    if ':' in group:
        wanted = socket.inet_pton(socket.AF_INET6, group).hex()
        for line in (net / 'igmp6').read_text(encoding='ascii').splitlines():
            words = line.split()
            if words[1:3] == [interface, wanted]:
                return int(words[3])
        return 0
    wanted = socket.inet_pton(socket.AF_INET, group)[::-1].hex().upper()
    name = None
    for line in (net / 'igmp').read_text(encoding='ascii').splitlines():
        words = line.split()
        if not line.startswith('\t'):
            name = words[1].rstrip(':')
        elif name == interface and words[0] == wanted:
            return int(words[1])
    return 0


@contextlib.contextmanager
def running(*arguments, group='224.0.0.1', interface='v1', environment=None, inside=(),
            proc='/proc'):
    """Runs the command until it has joined the group, and as long as the block lasts."""
    users = group_users(group, interface, proc) + 1
    with Running(*arguments, environment=environment, inside=inside) as command:
        def is_ready():
            if command.process.poll() is not None:
                raise AssertionError(f'it ended: {command.stderr}')
            return group_users(group, interface, proc) == users

        wait_until(is_ready, f'{group} joined on {interface}: {arguments}')
        yield command


def receiver(group='224.0.0.1', port=59259, interface='v1'):
    """A plain socket that receives an IPv4 group."""
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    result.setsockopt(socket.IPPROTO_IP, 49, 0)  # IP_MULTICAST_ALL
    result.bind((group, port))
    result.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                      struct.pack('4s4si', socket.inet_aton(group), bytes(4),
                                  socket.if_nametoindex(interface)))
    result.settimeout(DEADLINE)
    return result


def sender(interface='v0'):
    """A plain socket that sends IPv4 multicast."""
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                      struct.pack('4s4si', bytes(4), bytes(4), socket.if_nametoindex(interface)))
    result.settimeout(DEADLINE)
    return result


class Host:
    """A network namespace of its own, with lo up and a veth pair v0 and v1: 10.5.0.1 and .2."""

    def __init__(self, pair=True):
        self._holder = subprocess.Popen(
            ['unshare', '--net', '--mount', 'sh', '-c',
             'mount -t sysfs sysfs /sys && echo ready && exec sleep infinity'],
            stdout=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != 'ready\n':
            raise AssertionError('no namespace')
        self.pid = self._holder.pid
        self.proc = f'/proc/{self.pid}'
        self.inside = ['nsenter', '-t', str(self.pid), '--net', '--mount']
        self.run('ip link set lo up; '
                 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; '
                 'echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter; '
                 'echo 1 >/proc/sys/net/ipv4/conf/default/accept_local; '
                 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad')
        if pair:
            self.run('ip link add v0 type veth peer name v1; '
                     'ip address add 10.5.0.1/24 dev v0; ip address add 10.5.0.2/24 dev v1; '
                     'ip -6 address add fd00:5::1/64 dev v0 nodad; '
                     'ip -6 address add fd00:5::2/64 dev v1 nodad; '
                     'ip link set v0 up; ip link set v1 up; '
                     'ip route add default dev v0; ip -6 route add default dev v0')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()

    def wait_state(self, interface, state):
        """The kernel reports some changes of links up to a second later."""
        wait_until(lambda: self.run(f'cat /sys/class/net/{interface}/operstate').strip() == state,
                   f'{interface} {state}')

    def run(self, script):
        """Runs lines of the shell, all of which must succeed."""
        return subprocess.run([*self.inside, 'sh', '-ec', script], check=True,
                              capture_output=True, text=True, timeout=DEADLINE).stdout

    def mcast(self, *arguments, **options):
        return mcast(*arguments, inside=self.inside, **options)

    def running(self, *arguments, **options):
        return running(*arguments, inside=self.inside, proc=self.proc, **options)


def connect(left, right, name='eth0'):
    """A link between two hosts: 10.6.0.1 and 10.6.0.2, fd00:6::1 and ::2."""
    left.run(f'ip link add {name} type veth peer name {name} netns {right.pid}')
    for number, host in enumerate((left, right), start=1):
        host.run(f'ip address add 10.6.0.{number}/24 dev {name}; '
                 f'ip -6 address add fd00:6::{number}/64 dev {name} nodad; '
                 f'ip link set {name} up; ip route add default dev {name}; '
                 f'ip -6 route add default dev {name}')
