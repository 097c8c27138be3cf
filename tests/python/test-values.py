#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups, interfaces and the monitor as a program in Python sees them."""

import gc
import subprocess
import unittest

from mcasttest import DEADLINE, address_of
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Gio, GLib, Mcast
import tap


def names(interfaces):
    return [iface.get_name() for iface in interfaces]


class GroupTest(unittest.TestCase):
    def test_parts(self):
        group = Mcast.Group.parse('10.0.0.2+10.0.0.1@232.1.2.3%eth0:5004')
        self.assertEqual(group.to_string(), '10.0.0.1+10.0.0.2@232.1.2.3%eth0:5004')
        self.assertEqual(group.get_address().to_string(), '232.1.2.3')
        self.assertEqual(group.get_port(), 5004)
        self.assertEqual(group.get_interface(), 'eth0')
        self.assertEqual(group.get_filter_mode(), Mcast.FilterMode.INCLUDE)
        self.assertEqual(group.get_family(), Gio.SocketFamily.IPV4)
        self.assertEqual([source.to_string() for source in group.get_sources()],
                         ['10.0.0.1', '10.0.0.2'])

    def test_absent_parts(self):
        group = Mcast.Group.parse('ff12::5')
        self.assertIsNone(group.get_interface())
        self.assertEqual((group.get_port(), group.get_sources()), (0, []))
        self.assertEqual(group.get_filter_mode(), Mcast.FilterMode.EXCLUDE)
        self.assertEqual(group.get_family(), Gio.SocketFamily.IPV6)

    def test_equal(self):
        group = Mcast.Group.parse('10.0.0.1+10.0.0.2@232.1.2.3')
        self.assertTrue(group.equal(Mcast.Group.parse('10.0.0.2+10.0.0.1@232.1.2.3')))
        self.assertFalse(group.equal(Mcast.Group.parse('232.1.2.3')))

    def test_sources_outlive_the_group(self):
        sources = Mcast.Group.parse('10.0.0.1+10.0.0.2@232.1.2.3').get_sources()
        gc.collect()
        self.assertEqual([source.to_string() for source in sources], ['10.0.0.1', '10.0.0.2'])

    def test_wrong(self):
        for text, domain, code in (
                ('10.1.2.3', Mcast.error_quark(), Mcast.Error.NOT_MULTICAST),
                ('::1@232.1.2.3', Mcast.error_quark(), Mcast.Error.FAMILY_MISMATCH),
                ('', Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT),
                ('239.1.2.3:0', Gio.io_error_quark(), Gio.IOErrorEnum.INVALID_ARGUMENT)):
            with self.assertRaises(GLib.Error) as caught:
                Mcast.Group.parse(text)
            self.assertTrue(caught.exception.matches(domain, code), caught.exception)
            self.assertIn(f'“{text}”', caught.exception.message)

    def test_not_made_from_nothing(self):
        for kind in (Mcast.Group, Mcast.Datagram):
            with self.assertRaises(TypeError):
                kind()


class InterfaceTest(unittest.TestCase):
    def test_list(self):
        interfaces = Mcast.Interface.list()
        self.assertEqual(set(names(interfaces)), {'lo', 'v0', 'v1'})
        indexes = [iface.get_index() for iface in interfaces]
        self.assertEqual(indexes, sorted(indexes))
        for iface in interfaces:
            self.assertEqual(iface.props.name, iface.get_name())
            self.assertEqual(iface.is_loopback(), iface.get_name() == 'lo')
            self.assertTrue(iface.is_up())
            self.assertFalse(iface.is_point_to_point())
            self.assertGreater(iface.get_mtu(), 1000)

    def test_addresses(self):
        v0 = Mcast.Interface.find(['v0'], None)[0]
        addresses = v0.get_addresses()
        self.assertIsInstance(addresses[0], Gio.InetAddressMask)
        self.assertIn(address_of('v0'), [mask.get_address().to_string() for mask in addresses])
        self.assertRegex(v0.get_hardware_address(), '^([0-9a-f]{2}:){5}[0-9a-f]{2}$')

    def test_elements_outlive_the_list(self):
        kept = Mcast.Interface.list()[0]
        addresses = kept.get_addresses()
        gc.collect()
        self.assertEqual(kept.get_name(), 'lo')
        del kept
        gc.collect()
        self.assertEqual(addresses[0].to_string(), '127.0.0.1/8')

    def test_find(self):
        known = Mcast.Interface.list()
        self.assertEqual(names(Mcast.Interface.find([address_of('v1'), 'lo', '1'], known)),
                         ['v1', 'lo'])
        self.assertEqual(set(names(Mcast.Interface.find(['*'], None))), {'v0', 'v1'})
        self.assertEqual(names(known), names(Mcast.Interface.list()))
        self.assertEqual(Mcast.Interface.find([], None), [])
        with self.assertRaises(GLib.Error) as caught:
            Mcast.Interface.find(['lo', 'nowhere0'], known)
        self.assertTrue(caught.exception.matches(Mcast.error_quark(),
                                                 Mcast.Error.NO_SUCH_INTERFACE))

    def test_find_in_an_empty_list(self):
        """A list is searched as it is; without one, the interfaces are listed."""
        self.assertEqual(names(Mcast.Interface.find(['lo'], None)), ['lo'])
        with self.assertRaises(GLib.Error) as caught:
            Mcast.Interface.find(['lo'], [])
        self.assertTrue(caught.exception.matches(Mcast.error_quark(),
                                                 Mcast.Error.NO_SUCH_INTERFACE))

    def test_find_in_a_list_with_nobody(self):
        with self.assertRaises(GLib.Error):
            Mcast.Interface.find(['lo'], [Mcast.Interface()])

    def test_default(self):
        for family in (Gio.SocketFamily.IPV4, Gio.SocketFamily.IPV6):
            self.assertEqual(Mcast.Interface.get_default(family).get_name(), 'v0')


class MonitorTest(unittest.TestCase):
    def setUp(self):
        self.monitor = Mcast.InterfaceMonitor.get()
        self.loop = GLib.MainLoop()
        self.changes = []
        self.items = names(self.monitor)
        self.handler = self.monitor.connect('items-changed', self.on_items_changed)

    def tearDown(self):
        self.monitor.disconnect(self.handler)

    def on_items_changed(self, monitor, position, removed, added):
        self.items[position:position + removed] = names(
            monitor.get_item(i) for i in range(position, position + added))
        self.changes.append((removed, added))
        self.loop.quit()

    def change(self, *command):
        """Makes a change and waits until the list reports it."""
        subprocess.run(['ip', *command], check=True)
        timer = GLib.timeout_add_seconds(DEADLINE, self.loop.quit)
        del self.changes[:]
        self.loop.run()
        self.assertTrue(self.changes, f'no change after ip {" ".join(command)}')
        GLib.source_remove(timer)
        self.assertEqual(self.items, names(self.monitor))

    def find(self, name):
        return Mcast.Interface.find([name], list(self.monitor))[0]

    def test_shared_list(self):
        self.assertIs(self.monitor, Mcast.InterfaceMonitor.get())
        self.assertIs(self.monitor, Mcast.InterfaceMonitor.get_default())
        self.assertIsInstance(self.monitor, Gio.ListModel)
        self.assertTrue(self.monitor.get_item_type().is_a(Mcast.Interface))
        self.assertEqual(set(self.items), {'lo', 'v0', 'v1'})
        self.assertIsNone(self.monitor.get_item(3))
        self.assertEqual(self.monitor.props.n_items, 3)
        self.assertTrue(self.monitor.props.item_type.is_a(Mcast.Interface))
        self.assertEqual(self.monitor.lookup_index(1).get_name(), 'lo')
        self.assertIsNone(self.monitor.lookup_index(0))

    def test_changes(self):
        self.change('link', 'set', 'v1', 'mtu', '1400')
        self.assertEqual(self.find('v1').get_mtu(), 1400)
        self.change('link', 'add', 'br9', 'type', 'bridge')
        self.assertIn('br9', self.items)
        self.change('address', 'add', '192.0.2.1/24', 'dev', 'br9')
        self.assertEqual([mask.to_string() for mask in self.find('br9').get_addresses()],
                         ['192.0.2.1/24'])
        self.change('link', 'delete', 'br9')
        self.assertNotIn('br9', self.items)


if __name__ == '__main__':
    tap.main()
