#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mcast doctor: each finding is caused in a namespace, and fixed by its command."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import tap
from command import Host, mcast, wait_until

GROUP = '239.1.2.3'

# A router on v0 that sends IGMPv2 queries.
QUERIER = '''
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.5.0.1"))
s.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([0x94, 4, 0, 0]))
q = struct.pack("!BBHI", 0x11, 100, 0, 0)
c = sum(struct.unpack("!4H", q))
c = ~((c >> 16) + c) & 0xffff
s.sendto(struct.pack("!BBHI", 0x11, 100, c, 0), ("224.0.0.1", 0))
'''


def have(program):
    return shutil.which(program) is not None


INPUT = "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; }'; "
STRICT = "nft 'add table inet t; add chain inet t in { type filter hook input priority 0; " \
         "policy drop; }'; "

# Situations in which multicast works: what makes each, and what is examined.
HEALTHY = (
    ('one interface', '', ('-i', 'v0')),
    ('two interfaces', '', ('-i', 'v0,v1')),
    ('no interface named', '', ()),
    ('a group', '', ('-i', 'v0', GROUP)),
    ('a group with a port', '', ('-i', 'v0', f'{GROUP}:5004')),
    ('a source-specific group', '', ('-i', 'v0', '10.5.0.1@232.1.2.3:5004')),
    ('an IPv6 group', '', ('-i', 'v0', 'ff15::1')),
    ('an IPv6 group of the link', '', ('-i', 'v0', 'ff12::1')),
    ('the loopback interface', '', ('-i', 'lo', GROUP)),
    ('the interface by its index', '', ('-i', '1', GROUP)),
    ('the interface by its address', '', ('-i', '10.5.0.1', GROUP)),
    ('an alternative name', 'ip link property add dev v0 altname lan', ('-i', 'lan', GROUP)),
    ('two addresses', 'ip address add 10.7.0.1/24 dev v0', ('-i', 'v0', GROUP)),
    ('a link-local address beside another',
     'ip address add 169.254.7.7/16 dev v0 scope link', ('-i', 'v0', GROUP)),
    ('a label', 'ip address add 10.8.0.1/24 dev v0 label v0:1', ('-i', 'v0', GROUP)),
    ('a route to the groups', 'ip route add 239.0.0.0/8 dev v0', (GROUP,)),
    ('a preferred source', 'ip route add 239.0.0.0/8 dev v0 src 10.5.0.1', (GROUP,)),
    ('half routes', 'ip route del default; ip route add 0.0.0.0/1 dev v0; '
                    'ip route add 128.0.0.0/1 dev v0', (GROUP,)),
    ('another interface that is down', 'ip link add w0 type veth peer name w1',
     ('-i', 'v0', GROUP)),
    ('a reverse path filter of mode 2', 'echo 2 >/proc/sys/net/ipv4/conf/v0/rp_filter',
     ('-i', 'v0', GROUP)),
    ('large frames', 'ip link set v0 mtu 9000; ip link set v1 mtu 9000', ('-i', 'v0', GROUP)),
    ('a bridge without snooping', 'ip link add br0 type bridge mcast_snooping 0; '
                                  'ip link set br0 up', ('-i', 'v0', GROUP)),
    ('an empty firewall', INPUT, ('-i', 'v0', GROUP)),
    ('a firewall for TCP', INPUT + 'nft add rule inet t in tcp dport 22 drop',
     ('-i', 'v0', GROUP)),
    ('a firewall for another group', INPUT + 'nft add rule inet t in ip daddr 239.9.9.9 drop',
     ('-i', 'v0', GROUP)),
    ('a firewall with an exception', STRICT + 'nft add rule inet t in ip daddr 224.0.0.0/4 accept; '
     'nft add rule inet t in meta l4proto ipv6-icmp accept', ('-i', 'v0', GROUP)),
    ('a set of other groups', INPUT + "nft 'add set inet t bad { type ipv4_addr; flags interval; "
     "elements = { 239.9.0.0/16, 10.9.0.0/16 }; }; add rule inet t in ip daddr @bad drop'",
     ('-i', 'v0', GROUP)),
    ('a set that is accepted', STRICT + "nft 'add set inet t good { type ipv4_addr; flags interval;"
     " elements = { 224.0.0.0/4 }; }; add rule inet t in ip daddr @good accept'",
     ('-i', 'v0', GROUP)),
    ('a set of the only sources', INPUT + "nft 'add set inet t good { type ipv4_addr; flags "
     "interval; elements = { 10.0.0.0/8 }; }; "
     "add rule inet t in ip daddr 239.9.9.9 ip saddr != @good drop'", ('-i', 'v0', GROUP)),
    ('a map for other groups', INPUT + "nft 'add map inet t m { type ipv4_addr : verdict; "
     f"elements = {{ 239.9.9.9 : drop, {GROUP} : accept }}; }}; "
     "add rule inet t in ip daddr vmap @m'", ('-i', 'v0', GROUP)),
)


class Doctor(unittest.TestCase):
    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.__exit__)
        self.host.wait_state('v0', 'up')

    def examine(self, *arguments, **options):
        result = self.host.mcast('doctor', '--json', *arguments, **options)
        self.assertIn(result.returncode, (0, 1), result)
        report = json.loads(result.stdout)
        self.assertEqual(report['healthy'], result.returncode == 0)
        self.assertEqual(report['healthy'], report['findings'] == [])
        return report

    def ids(self, *arguments, **options):
        return [finding['id'] for finding in self.examine(*arguments, **options)['findings']]

    def assert_healthy(self, *arguments):
        self.assertEqual(self.examine(*arguments)['findings'], [])

    def assert_found(self, name, *arguments, iface=None, only=True, **options):
        """The finding is there, and complete; the others may follow from it."""
        findings = self.examine(*arguments, **options)['findings']
        matching = [finding for finding in findings if finding['id'] == name]
        self.assertTrue(matching, findings)
        if only:
            self.assertEqual(findings, matching)
        finding = matching[0]
        self.assertEqual(finding['interface'], iface)
        for key in ('what', 'why', 'fix'):
            self.assertTrue(finding[key])
        text = self.host.mcast('doctor', *arguments, **options)
        self.assertEqual(text.returncode, 1)
        # The counters of a rule change, and long lines are wrapped.
        self.assertIn(finding['why'], ' '.join(text.stdout.split()))
        self.assertIn(f"  fix  {finding['fix']}\n", text.stdout)
        return finding

    def assert_fixed(self, finding, *arguments):
        self.host.run(finding['fix'])
        # An interface that was down needs a moment to be as it was.
        wait_until(lambda: finding['id'] not in self.ids(*arguments), f"{finding['id']} fixed")

    def hide(self, path, text):
        """Lets the kernel's file seem to have another content."""
        self.host.run(f'd=$(mktemp -d); printf "%s\\n" "{text}" >$d/f; mount --bind $d/f {path}')

    def test_healthy(self):
        self.assert_healthy()
        self.assert_healthy('--interface', 'v0,v1')
        self.assert_healthy('--interface', 'v0', GROUP)
        self.assert_healthy('--interface', 'v0', '10.5.0.1@232.1.2.3:5004')
        self.assert_healthy('--interface', 'v0', 'ff15::1')
        self.assert_healthy('--interface', 'lo', GROUP)
        self.assertIn('0 findings', self.host.mcast('doctor').stdout)
        self.assertIn('G_MESSAGES_DEBUG=Mcast', self.host.mcast('doctor').stdout)

    def test_healthy_situations(self):
        self.assertGreaterEqual(len(HEALTHY), 24)
        for name, script, arguments in HEALTHY:
            if 'nft ' in script and not have('nft'):
                continue
            with Host() as host:
                host.wait_state('v0', 'up')
                host.run(script or 'true')
                result = host.mcast('doctor', *arguments)
            self.assertEqual(result.returncode, 0, (name, result.stdout, result.stderr))

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_sets(self):
        """A set or a map has the group; the fix removes the rule."""
        rules = (
            f"add set inet t s {{ type ipv4_addr; elements = {{ 10.0.0.9, {GROUP} }}; }}; "
            'add rule inet t in ip daddr @s drop',
            'add set inet t s { type ipv4_addr; flags interval; elements = { 239.0.0.0/8 }; }; '
            'add rule inet t in ip daddr @s counter drop',
            f'add rule inet t in ip daddr {{ 239.9.9.9, {GROUP} }} drop',
            'add set inet t s { type inet_service; elements = { 22, 59259 }; }; '
            'add rule inet t in udp dport @s drop',
            f'add map inet t s {{ type ipv4_addr : verdict; elements = {{ {GROUP} : drop }}; }}; '
            'add rule inet t in ip daddr vmap @s',
            f'add rule inet t in ip daddr vmap {{ 239.9.9.9 : accept, {GROUP} : drop }}',
            f'add chain inet t more; add rule inet t more drop; '
            f'add rule inet t in ip daddr vmap {{ {GROUP} : jump more }}',
        )
        for rule in rules:
            self.host.run(f"{INPUT} nft '{rule}'")
            finding = self.assert_found('firewall-rule', '-i', 'v0', GROUP, '--timeout', '0.1',
                                        only=False)
            self.assert_fixed(finding, '-i', 'v0', GROUP, '--timeout', '0.1')
            self.assert_healthy('-i', 'v0', GROUP)
            self.host.run('nft delete table inet t')

    def test_self_test_is_reported(self):
        tests = self.examine('--interface', 'v0,v1')['tests']
        self.assertEqual([(test['interface'], test['family'], test['arrived']) for test in tests],
                         [('v0', 'IPv4', True), ('v0', 'IPv6', True),
                          ('v1', 'IPv4', True), ('v1', 'IPv6', True)])
        self.assertEqual(self.examine()['tests'], [])
        self.assertIn('none was tested', self.examine()['notes'][-1])

    def test_self_test_is_not_received_by_others(self):
        with self.host.running('recv', '--daemon', '--use-std', GROUP, '--interface', 'v1',
                               group=GROUP) as recv:
            self.assert_healthy('--interface', 'v0', GROUP)
            self.assertEqual(recv.stop(), 130)
            self.assertEqual(recv.stdout, b'')

    def test_without_proc(self):
        self.host.run('mount -t tmpfs none /proc')
        self.assert_found('no-proc')
        result = self.host.mcast('interfaces', 'v0')
        self.assertEqual(result.returncode, 0)
        self.assertIn('/proc/net/igmp', result.stderr)

    def test_wrong_usage(self):
        for arguments, status, text in ((['10.0.0.1'], 70, '10.0.0.1'),
                                        (['-i', 'nope'], 70, 'nope'),
                                        ([GROUP, GROUP], 2, 'one group')):
            result = self.host.mcast('doctor', *arguments)
            self.assertEqual(result.returncode, status)
            self.assertIn(text, result.stderr)

    def test_interface_down(self):
        self.host.run('ip link set v1 down')
        finding = self.assert_found('down', '-i', 'v1', iface='v1')
        self.assert_fixed(finding, '-i', 'v1')

    def test_no_link(self):
        self.host.run('ip link set v1 down')
        self.host.wait_state('v0', 'lowerlayerdown')
        self.assert_found('no-link', '-i', 'v0', iface='v0', only=False)

    def test_no_multicast_flag(self):
        self.host.run('ip link set v1 multicast off')
        finding = self.assert_found('no-multicast', '-i', 'v1', iface='v1', only=False)
        self.assert_fixed(finding, '-i', 'v1')

    def test_no_arp_flag(self):
        self.host.run('ip link set v1 arp off')
        finding = self.assert_found('no-arp', '-i', 'v1', iface='v1')
        self.assert_fixed(finding, '-i', 'v1')

    def test_no_interface_at_all(self):
        self.host.run('ip link delete v0')
        self.assert_found('no-interface', only=False)

    def test_no_ipv4_address(self):
        self.host.run('ip address flush dev v1')
        self.assert_found('no-ipv4-address', '-i', 'v1', GROUP, iface='v1', only=False)

    def test_no_ipv6_address(self):
        self.host.run('ip -6 address flush dev v1; ip link set v1 addrgenmode none')
        finding = self.assert_found('no-ipv6-address', '-i', 'v1', 'ff15::1', iface='v1',
                                    only=False)
        self.assert_fixed(finding, '-i', 'v1', 'ff15::1')

    def test_ipv6_disabled(self):
        self.host.run('echo 1 >/proc/sys/net/ipv6/conf/v1/disable_ipv6')
        finding = self.assert_found('ipv6-disabled', '-i', 'v1', 'ff15::1', iface='v1', only=False)
        self.assert_fixed(finding, '-i', 'v1', 'ff15::1')

    def test_kernel_without_ipv6(self):
        """There is /proc/net, and no list of IPv6 addresses in it."""
        self.host.run('mount -t tmpfs none /proc; mkdir /proc/net; touch /proc/net/dev')
        self.assert_found('no-ipv6', '-i', 'v1', 'ff15::1', only=False)
        self.assertNotIn('no-ipv6', self.ids('-i', 'v1', GROUP))

    def test_rp_filter_strict(self):
        self.host.run('echo 1 >/proc/sys/net/ipv4/conf/v1/rp_filter')
        finding = self.assert_found('rp-filter', '-i', 'v1', iface='v1', only=False)
        self.assertIn('strict', finding['what'])
        self.assert_fixed(finding, '-i', 'v1')

    def test_rp_filter_of_all_counts(self):
        self.host.run('echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter')
        finding = self.assert_found('rp-filter', '-i', 'v1', iface='v1', only=False)
        self.assert_fixed(finding, '-i', 'v1')

    def test_rp_filter_that_lets_the_source_through(self):
        self.host.run('echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter')
        self.assertNotIn('rp-filter', self.ids('-i', 'v0'))
        self.assertNotIn('rp-filter', self.ids('-i', 'v0', '192.0.2.1@232.1.2.3'))
        self.assertIn('rp-filter', self.ids('-i', 'v1', '192.0.2.1@232.1.2.3'))

    def test_rp_filter_loose(self):
        self.host.run('echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter')
        self.assertNotIn('rp-filter', self.ids('-i', 'v1'))
        self.host.run('ip route delete default')
        finding = self.assert_found('rp-filter', '-i', 'v1', iface='v1', only=False)
        self.assertIn('loose', finding['what'])

    def test_accept_local(self):
        self.host.run('echo 0 >/proc/sys/net/ipv4/conf/v1/accept_local')
        finding = self.assert_found('accept-local', '-i', 'v1', iface='v1')
        self.assert_fixed(finding, '-i', 'v1')

    def test_igmp_version(self):
        for version in (1, 2):
            self.host.run(f'echo {version} >/proc/sys/net/ipv4/conf/v1/force_igmp_version')
            finding = self.assert_found('igmp-version', '-i', 'v1', iface='v1')
            self.assertIn(f'IGMPv{version}', finding['what'])
            self.assert_fixed(finding, '-i', 'v1')

    def test_igmp_version_of_the_querier(self):
        self.assertNotIn('igmp-querier-version', self.ids('-i', 'v1', '10.5.0.1@232.1.2.3'))
        subprocess.run([*self.host.inside, 'python3', '-c', QUERIER], check=True)
        self.assert_found('igmp-querier-version', '-i', 'v1', '10.5.0.1@232.1.2.3', iface='v1')
        self.assertNotIn('igmp-querier-version', self.ids('-i', 'v1', GROUP))

    def test_mld_version(self):
        self.host.run('echo 1 >/proc/sys/net/ipv6/conf/v1/force_mld_version')
        finding = self.assert_found('mld-version', '-i', 'v1', iface='v1')
        self.assert_fixed(finding, '-i', 'v1')

    def test_max_memberships(self):
        self.host.run('echo 5 >/proc/sys/net/ipv4/igmp_max_memberships')
        finding = self.assert_found('max-memberships')
        self.assert_fixed(finding)

    def test_max_sources(self):
        self.host.run('echo 1 >/proc/sys/net/ipv4/igmp_max_msf')
        finding = self.assert_found('max-sources')
        self.assert_fixed(finding)

    def test_buffer_limits(self):
        # These are the machine's, not the namespace's: they only seem to be lower.
        self.hide('/proc/sys/net/core/rmem_max', '4096')
        finding = self.assert_found('buffer-limit')
        self.assertEqual(finding['fix'], 'sysctl -w net.core.rmem_max=212992')
        self.host.run('umount /proc/sys/net/core/rmem_max')
        self.hide('/proc/sys/net/core/rmem_default', '4096')
        finding = self.assert_found('buffer-default')
        self.assertEqual(finding['fix'], 'sysctl -w net.core.rmem_default=212992')

    def test_drops_of_a_slow_program(self):
        slow = ('import socket, struct, sys\n'
                's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
                's.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)\n'
                's.bind(("239.1.2.3", 5004))\n'
                's.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, '
                'socket.inet_aton("239.1.2.3") + socket.inet_aton("10.5.0.2"))\n'
                'print("ready", flush=True)\n'
                'sys.stdin.read()\n')
        with subprocess.Popen([*self.host.inside, 'python3', '-c', slow], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as program:
            program.stdout.readline()
            self.assertNotIn('drops', self.ids())
            self.host.mcast('say', '-i', 'v0', '--repeat', '100', '--group', '239.1.2.3:5004', 'x')
            finding = self.assert_found('drops', only=False)
            self.assertIn('239.1.2.3 port 5004', finding['what'])
            self.assertNotIn('drops', self.ids('239.9.9.9'))
            # It holds the port for itself, too.
            self.assert_found('cannot-join', '239.1.2.3:5004', only=False)
            program.stdin.close()

    def test_no_route(self):
        self.host.run('ip route delete default')
        finding = self.assert_found('no-route')
        self.host.run(finding['fix'].replace('INTERFACE', 'v0'))
        self.assertNotIn('no-route', self.ids())

    def test_no_ipv6_route(self):
        self.host.run('ip -6 route delete default; ip -6 route flush table local type multicast')
        self.assertIn('no-route', self.ids('ff15::1'))

    def test_ipv6_on_the_loopback(self):
        finding = self.assert_found('loopback-ipv6', '-i', 'lo', 'ff15::1', iface='lo', only=False)
        self.assert_fixed(finding, '-i', 'lo', 'ff15::1')
        self.assert_healthy('-i', 'lo', 'ff15::1')

    def test_bridge_without_querier(self):
        self.host.run('ip link add br0 type bridge mcast_snooping 1; ip link set v1 master br0; '
                      'ip address add 10.5.1.1/24 dev br0; ip link set br0 up')
        for iface in ('br0', 'v1'):
            finding = self.assert_found('bridge-querier', '-i', iface, iface=iface, only=False)
        self.assert_fixed(finding, '-i', 'br0')
        self.host.run('ip link set br0 type bridge mcast_querier 0 mcast_snooping 0')
        self.assertNotIn('bridge-querier', self.ids('-i', 'br0'))

    def test_link_local_source(self):
        self.host.run('ip address flush dev v1 scope global; '
                      'ip address add 169.254.7.7/16 dev v1 scope link')
        finding = self.assert_found('link-local-source', '-i', 'v1', iface='v1', only=False)
        self.assertIn('rp_filter', finding['why'])
        self.host.run('ip address add 10.5.9.2/24 dev v1')
        self.assertNotIn('link-local-source', self.ids('-i', 'v1'))

    def test_link_local_network(self):
        """Where every host has such an address, nothing is wrong."""
        self.host.run('ip route del default; ip address flush dev v1; '
                      'ip address add 169.254.7.7/16 dev v1 scope link')
        self.assertNotIn('link-local-source', self.ids('-i', 'v1'))

    def test_no_global_ipv6_address(self):
        self.host.run('ip -6 address flush dev v1 scope global')
        self.assert_found('no-global-ipv6-address', '-i', 'v1', 'ff15::7', iface='v1', only=False)
        self.assertNotIn('no-global-ipv6-address', self.ids('-i', 'v1', 'ff12::7'))
        self.host.run('ip -6 address add fd00:9::2/64 dev v1 nodad')
        self.assertNotIn('no-global-ipv6-address', self.ids('-i', 'v1', 'ff15::7'))

    def test_port(self):
        self.host.run('ip link add br0 type bridge mcast_snooping 0; ip link set v1 master br0; '
                      'ip address add 10.5.1.1/24 dev br0; ip link set br0 up')
        finding = self.assert_found('port', '-i', 'v1', iface='v1', only=False)
        self.assertIn('bridge br0', finding['what'])
        self.assertIn('--interface br0', finding['fix'])
        self.assertNotIn('port', self.ids('-i', 'br0'))
        self.assertNotIn('v1', [finding['interface'] for finding in self.examine()['findings']])

    def test_bridge_with_a_querier_elsewhere(self):
        self.host.run('ip link add br0 type bridge mcast_snooping 1; ip link set v1 master br0; '
                      'ip address add 10.5.1.1/24 dev br0; ip link set br0 up')
        self.assertIn('bridge-querier', self.ids('-i', 'br0'))
        subprocess.run([*self.host.inside, 'python3', '-c', QUERIER], check=True)
        wait_until(lambda: 'router ports' in self.host.run('bridge -d mdb show dev br0'),
                   'the bridge has seen the querier')
        for iface in ('br0', 'v1'):
            self.assertNotIn('bridge-querier', self.ids('-i', iface))

    def test_bridge_whose_queriers_are_unknown(self):
        self.host.run('ip link add br0 type bridge mcast_snooping 1; ip link set br0 up')
        self.hide('$(command -v bridge)', 'not a program')
        report = self.examine('-i', 'br0')
        self.assertNotIn('bridge-querier', [finding['id'] for finding in report['findings']])
        self.assertIn('querier', report['notes'][0])

    def test_sysfs_of_another_namespace(self):
        self.host.run('umount /sys')
        notes = self.examine('-i', 'v0', GROUP)['notes']
        self.assertTrue([note for note in notes if 'mount -t sysfs' in note], notes)

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_rule(self):
        self.host.run("nft 'add table inet t; add chain inet t in "
                      "{ type filter hook input priority 0; }'")
        self.assert_healthy('-i', 'v0', GROUP)
        for rule in ('ip daddr 239.0.0.0/8 drop', 'ip daddr 239.1.2.3 counter reject',
                     'meta l4proto udp drop', 'udp dport 59259 drop',
                     'udp dport { 53, 59000-60000 } drop', 'meta pkttype multicast drop',
                     'counter drop'):
            self.host.run(f'nft add rule inet t in {rule}')
            finding = self.assert_found('firewall-rule', '-i', 'v0', GROUP, '--timeout', '0.1',
                                        only=False)
            self.assertIn('drop' if 'drop' in rule else 'reject', finding['what'])
            self.assertIn('nft delete rule inet t in', finding['fix'])
            self.host.run('nft flush chain inet t in')
        for rule in ('ip daddr 239.9.0.0/16 drop', 'udp dport 53 drop', 'udp dport 1-1000 drop',
                     'ip daddr 239.1.2.3 udp dport 53 drop', 'tcp dport 22 drop'):
            self.host.run(f'nft add rule inet t in {rule}')
        self.assert_healthy('-i', 'v0', GROUP)

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_rule_without_names_of_protocols(self):
        # A small system has no such file, and nft then prints numbers.
        self.host.run('[ ! -e /etc/protocols ] || mount --bind /dev/null /etc/protocols; '
                      "nft 'add table inet t; add chain inet t in "
                      "{ type filter hook input priority 0; }'")
        for rule in ('meta l4proto udp drop', 'ip protocol igmp drop'):
            self.host.run(f'nft add rule inet t in {rule}')
            finding = self.assert_found('firewall-rule', '-i', 'v0', GROUP, '--timeout', '0.1',
                                        only=False)
            self.assertIn(rule, finding['what'])
            self.host.run('nft flush chain inet t in')
        self.host.run('nft add rule inet t in meta l4proto tcp drop')
        self.assert_healthy('-i', 'v0', GROUP)

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_rule_is_deleted_by_its_fix(self):
        self.host.run("nft 'add table inet t; add chain inet t in "
                      "{ type filter hook input priority 0; }; add chain inet t more; "
                      "add rule inet t in jump more'")
        for rule in ('reject with icmpx type admin-prohibited', 'drop comment "the last one"',
                     'ip protocol igmp drop'):
            self.host.run(f"nft 'add rule inet t more {rule}'")
            finding = self.assert_found('firewall-rule', '-i', 'v0', GROUP, '--timeout', '0.1',
                                        only=False)
            self.assertRegex(finding['fix'], r'^nft delete rule inet t more handle \d+$')
            self.assert_fixed(finding, '-i', 'v0', GROUP, '--timeout', '0.1')
        self.assert_healthy('-i', 'v0', GROUP)

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_of_others_is_no_finding(self):
        # As of a machine with containers and a desktop: what it forwards, and single services.
        self.host.run("nft 'add table inet t; add chain inet t web { drop; }; "
                      "add chain inet t forward { type filter hook forward priority 0; "
                      "policy drop; }; add rule inet t forward drop; "
                      "add chain inet t unused; add rule inet t unused drop; "
                      "add chain inet t tcponly; add rule inet t tcponly drop; "
                      "add chain inet t in { type filter hook input priority 0; policy drop; }; "
                      "add rule inet t in ct state established accept; "
                      "add rule inet t in meta l4proto tcp jump tcponly; "
                      "add chain inet t allowed; add rule inet t in jump allowed; "
                      "add rule inet t allowed ip daddr 224.0.0.0/4 accept'")
        self.assert_healthy('-i', 'v0', GROUP)
        self.assert_healthy()

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_that_lets_only_others_through(self):
        self.host.run("nft 'add table inet t; add chain inet t in "
                      "{ type filter hook input priority 0; policy drop; }; "
                      "add rule inet t in ip protocol igmp accept; "
                      "add rule inet t in ip daddr 224.0.0.251 udp dport 5353 accept; "
                      "add rule inet t in iifname lo accept'")
        self.assert_found('firewall-policy')

    def have_legacy(self):
        if not have('iptables-legacy'):
            self.skipTest('iptables-legacy is not installed')
        # That of the machine is for root alone.
        lock = tempfile.NamedTemporaryFile()
        self.addCleanup(lock.close)
        os.environ['XTABLES_LOCKFILE'] = lock.name
        try:
            self.host.run('iptables-legacy -L -n; ip6tables-legacy -L -n')
        except subprocess.CalledProcessError as error:
            self.skipTest(f'no legacy tables here: {error.stderr.strip()}')

    def test_firewall_rule_of_legacy_tables(self):
        self.have_legacy()
        for rule in ('-d 239.0.0.0/8 -j DROP', '-p udp --dport 59259 -j DROP', '-p igmp -j DROP',
                     '-j REJECT --reject-with icmp-host-prohibited'):
            try:
                self.host.run(f'iptables-legacy -A INPUT {rule}')
            except subprocess.CalledProcessError as error:
                self.skipTest(f'the kernel cannot: {error.stderr.strip()}')
            finding = self.assert_found('firewall-rule', '-i', 'v0', GROUP, '--timeout', '0.1',
                                        only=False)
            self.assertIn(rule.split()[1], finding['what'])
            self.assert_fixed(finding, '-i', 'v0', GROUP, '--timeout', '0.1')
        self.host.run('iptables-legacy -A INPUT -p tcp --dport 80 -j DROP; '
                      'iptables-legacy -A INPUT -d 239.9.0.0/16 -j DROP; '
                      'iptables-legacy -A FORWARD -j DROP')
        self.assert_healthy('-i', 'v0', GROUP)

    def test_firewall_policy_of_legacy_tables(self):
        self.have_legacy()
        self.host.run('iptables-legacy -P INPUT DROP; iptables-legacy -P FORWARD DROP; '
                      'iptables-legacy -A INPUT -p igmp -j ACCEPT')
        finding = self.assert_found('firewall-policy', '-i', 'v0', GROUP, '--timeout', '0.1',
                                    only=False)
        self.assert_fixed(finding, '-i', 'v0', GROUP)
        self.assert_healthy('-i', 'v0', GROUP)
        self.host.run('ip6tables-legacy -P INPUT DROP')
        self.assert_healthy('-i', 'v0', GROUP)
        finding = self.assert_found('firewall-policy', '-i', 'v0', 'ff15::1', '--timeout', '0.1',
                                    only=False)
        self.assert_fixed(finding, '-i', 'v0', 'ff15::1')

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_self_test_fails_with_a_firewall(self):
        self.host.run("nft 'add table inet t; add chain inet t in "
                      "{ type filter hook input priority 0; }; "
                      "add rule inet t in ip daddr 239.1.2.3 drop'")
        report = self.examine('-i', 'v0', GROUP, '--timeout', '0.1')
        self.assertEqual([finding['id'] for finding in report['findings']],
                         ['firewall-rule', 'self-test'])
        self.assertFalse(report['tests'][0]['arrived'])

    @unittest.skipUnless(have('nft'), 'nft is not installed')
    def test_firewall_policy(self):
        self.host.run("nft 'add table inet t; add chain inet t in "
                      "{ type filter hook input priority 0; policy drop; }; "
                      "add rule inet t in tcp dport 22 accept'")
        finding = self.assert_found('firewall-policy', '-i', 'v0', GROUP, '--timeout', '0.1',
                                    only=False)
        self.assert_fixed(finding, '-i', 'v0', GROUP, '--timeout', '0.1')
        self.assert_healthy('-i', 'v0', GROUP)

    def test_firewall_that_cannot_be_read(self):
        self.hide('$(command -v nft)', 'not a program')
        self.assertIn('could not be read', self.examine()['notes'][0])

    def test_programs_of_the_administrator_are_found(self):
        # An ordinary user of Debian has no sbin in PATH.
        with tempfile.TemporaryDirectory() as empty:
            result = mcast('doctor', '-i', 'v0',
                           inside=[*self.host.inside, 'env', f'PATH={empty}'])
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertNotIn('NOTE', result.stdout)

    def test_wsl(self):
        self.hide('/proc/sys/kernel/osrelease', '5.15.0-microsoft-standard-WSL2')
        self.assert_found('wsl')

    def test_container(self):
        with Host(pair=False) as outside:
            self.host.run(f'ip link add eth0 type veth peer name far netns {outside.pid}; '
                          'ip address add 172.17.0.2/16 dev eth0; ip link set eth0 up')
            outside.run('ip link set far up')
            self.host.wait_state('eth0', 'up')
            self.assert_found('container', '-i', 'eth0', iface='eth0',
                              environment={'container': 'podman'})

    def test_container_bridge(self):
        self.host.run('ip link add docker0 type bridge mcast_snooping 0; '
                      'ip address add 172.17.0.1/16 dev docker0; ip link set docker0 up')
        self.assert_found('container-bridge', '-i', 'docker0', iface='docker0', only=False)
        self.assertNotIn('container-bridge', self.ids())

    def test_vpn(self):
        try:
            self.host.run('ip tuntap add tun0 mode tun; ip address add 10.8.0.2/24 dev tun0; '
                          'ip link set tun0 up multicast off; '
                          'ip route replace default dev tun0')
        except subprocess.CalledProcessError as error:
            self.skipTest(f'no tun interface: {error.stderr.strip()}')
        self.assert_found('vpn', iface='tun0', only=False)
        self.assertNotIn('vpn', self.ids('-i', 'v0'))


if __name__ == '__main__':
    tap.main()
