#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command on bonds, VLANs and VRFs, which not every kernel has: where they are missing,
user-mode Linux runs this program again."""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

import tap
from command import Host, connect, group_users, wait_until

GROUP = '239.1.2.3'
MODULES = ('ipv6', 'veth', 'bridge', 'bonding', '8021q', 'vrf')
MODULE_FOLDER = '/usr/lib/uml/modules'
# Longest life of the machine, which needs half a minute.
MACHINE_DEADLINE = 240


class Links(unittest.TestCase):
    def setUp(self):
        self.here = self.enterContext(Host(pair=False))
        self.there = self.enterContext(Host(pair=False))

    def users(self, interface):
        return group_users(GROUP, interface, self.here.proc)

    def assert_arrives(self, receiver, sender, interface, text):
        """Sends until a copy arrives: a link that was just changed may lose the first ones."""
        def arrives():
            result = sender.mcast('say', '--interface', interface, '--group', f'{GROUP}:5004', text)
            self.assertEqual(result.returncode, 0, result.stderr)
            return text.encode() in receiver.stdout
        wait_until(arrives, f'“{text}” received')

    @staticmethod
    def receiving(host, interface):
        return host.running('recv', '--daemon', '--interface', interface, f'{GROUP}:5004',
                            group=GROUP, interface=interface)


class Vrf(Links):
    def setUp(self):
        super().setUp()
        connect(self.here, self.there)
        self.here.run('ip link add red type vrf table 10; ip link set red up; '
                      'ip link set eth0 master red')

    def test_receives(self):
        with self.receiving(self.here, 'eth0') as recv:
            self.assert_arrives(recv, self.there, 'eth0', 'into the VRF')

    def test_sends(self):
        with self.receiving(self.there, 'eth0') as recv:
            self.assert_arrives(recv, self.here, 'eth0', 'out of the VRF')

    def test_doctor_names_it(self):
        result = self.here.mcast('doctor', '--interface', 'eth0', GROUP)
        self.assertIn('member of VRF red', result.stdout)
        self.assertIn('ip vrf exec red', result.stdout)


class Bond(Links):
    """A bond of p0 and p1, of which one is active; the other side is a bridge."""

    def setUp(self):
        super().setUp()
        self.here.run('ip link add bond0 type bond mode active-backup miimon 10')
        self.there.run('ip link add br0 type bridge mcast_snooping 0')
        for name in ('p0', 'p1'):
            self.here.run(f'ip link add {name} type veth peer name {name} netns {self.there.pid}; '
                          f'ip link set {name} master bond0')
            self.there.run(f'ip link set {name} master br0; ip link set {name} up')
        self.here.run('ip link set bond0 up; ip address add 10.6.0.1/24 dev bond0')
        self.there.run('ip link set br0 up; ip address add 10.6.0.2/24 dev br0')
        self.here.wait_state('bond0', 'up')

    def test_ports_are_skipped(self):
        with self.here.running('recv', '--daemon', f'{GROUP}:5004', group=GROUP, interface='bond0'):
            self.assertEqual((self.users('p0'), self.users('p1')), (0, 0))

    def test_failover(self):
        with self.receiving(self.here, 'bond0') as recv:
            self.assert_arrives(recv, self.there, 'br0', 'on the first port')
            self.here.run('ip link set p0 down')
            self.assert_arrives(recv, self.there, 'br0', 'on the second port')

    def test_doctor_names_it(self):
        result = self.here.mcast('doctor', '--interface', 'p0', GROUP)
        self.assertIn('p0', result.stdout)
        self.assertIn('bond0', result.stdout)
        self.assertEqual(result.returncode, 1)


class Vlan(Links):
    def add(self, host, number):
        host.run('ip link add link eth0 name eth0.100 type vlan id 100; ip link set eth0.100 up; '
                 f'ip address add 10.7.0.{number}/24 dev eth0.100')

    def setUp(self):
        super().setUp()
        connect(self.here, self.there)
        self.add(self.here, 1)
        self.add(self.there, 2)

    def test_recreated(self):
        with self.receiving(self.here, 'eth0.100') as recv:
            self.assert_arrives(recv, self.there, 'eth0.100', 'tagged')
            self.here.run('ip link del eth0.100')
            self.add(self.here, 1)
            wait_until(lambda: self.users('eth0.100') == 1, 'joined again')
            self.assert_arrives(recv, self.there, 'eth0.100', 'tagged again')


def has_links():
    return all(subprocess.run(['unshare', '--net', 'ip', 'link', 'add', 'x', 'type', *kind],
                              capture_output=True, check=False).returncode == 0
               for kind in (['bond'], ['vrf', 'table', '10']))


def write_init(work):
    """Writes what the machine runs in place of init, on the files of this one."""
    variables = ' '.join(f'{name}={shlex.quote(value)}' for name, value in os.environ.items()
                         if name in ('PATH', 'LD_LIBRARY_PATH', 'PYTHONPATH'))
    command = shlex.join([sys.executable, *map(os.path.abspath, sys.argv[:2])])
    init = work / 'init'
    init.write_text(f'''#!/bin/sh
export {variables} MCAST_TEST_MACHINE=1
export PATH="$PATH:/usr/sbin:/sbin"
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs tmp /run
for module in {' '.join(MODULES)}; do modprobe -d {work} $module; done
ip link set lo up
{command} >{work}/out 2>&1
echo $? >{work}/status
sync
poweroff -f
''', encoding='utf-8')
    init.chmod(0o755)
    (work / 'lib').mkdir()
    (work / 'lib' / 'modules').symlink_to(MODULE_FOLDER)
    return init


def run_in_machine():
    if shutil.which('linux') is None or not os.path.isdir(MODULE_FOLDER):
        print('1..0 # SKIP this kernel lacks bonds or VRFs, and user-mode-linux is not installed')
        return 0
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run(
            ['timeout', '-k', '5', str(MACHINE_DEADLINE), 'linux', 'mem=384M', 'root=/dev/root',
             'rootfstype=hostfs', 'rootflags=/', 'rw', f'init={write_init(work)}', 'con=null',
             'con0=null,fd:2', 'quiet', f'uml_dir={work}'],
            stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if not (work / 'status').exists():
            print(f'1..0 # SKIP user-mode Linux did not end in {MACHINE_DEADLINE} s')
            return 0
        print((work / 'out').read_text(encoding='utf-8'), end='')
        return int((work / 'status').read_text(encoding='ascii'))


if __name__ == '__main__':
    if 'MCAST_TEST_MACHINE' in os.environ or has_links():
        tap.main()
    sys.exit(run_in_machine())
