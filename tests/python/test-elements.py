#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The elements in Python."""

import socket
import unittest

from mcasttest import DEADLINE, wait_joined
import gi
gi.require_version('Gst', '1.0')
from gi.repository import GObject, Gst
import tap

GROUP = '239.1.2.3'
PORT = 5004


class ElementsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        Gst.init(None)

    def test_groups(self):
        for name in ('mcastsrc', 'mcastsink'):
            element = Gst.ElementFactory.make(name)
            element.set_property('groups', '239.1.2.3, 239.1.2.4:7')
            self.assertEqual(element.get_property('groups'), '239.1.2.3,239.1.2.4:7')
            element.props.groups = '<"239.1.2.5">'
            self.assertEqual(element.props.groups, '239.1.2.5')

    def test_legs(self):
        texts = ['leg, group=239.1.2.3:5004, interface=lo, name=red',
                 'leg, group="[ff15::1]:5006", enabled=false, name=blue']
        array = GObject.ValueArray()
        for text in texts:
            array.append(GObject.Value(Gst.Structure, Gst.Structure.from_string(text)[0]))
        for name in ('mcastsrc', 'mcastsink'):
            element = Gst.ElementFactory.make(name)
            self.assertTrue(Gst.util_set_object_array(element, 'legs', array))
            legs = Gst.util_get_object_array(element, 'legs')[1]
            self.assertEqual(legs.n_values, 2)
            self.assertEqual(legs.get_nth(1).get_string('group'), '[ff15::1]:5006')
            self.assertEqual(legs.get_nth(1).get_boolean('enabled'), (True, False))
            self.assertIsNone(element.get_property('uri'))
            Gst.util_set_object_arg(element, 'legs', '<(structure)"leg,group=239.1.2.4">')
            legs = Gst.util_get_object_array(element, 'legs')[1]
            self.assertEqual(legs.get_nth(0).get_string('name'), 'leg-1')

    def test_meta(self):
        pipeline = Gst.parse_launch(f'mcastsrc address={GROUP} port={PORT} interfaces=lo '
                                    'add-origin-meta=true ! appsink name=out sync=false')
        pipeline.set_state(Gst.State.PLAYING)
        wait_joined(GROUP, 'lo')
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                              socket.inet_aton('127.0.0.1'))
            sender.sendto(b'x', (GROUP, PORT))
        sample = pipeline.get_by_name('out').emit('try-pull-sample', DEADLINE * Gst.SECOND)
        fields = sample.get_buffer().get_custom_meta('GstMcastMeta').get_structure()

        self.assertEqual(fields.get_string('interface'), 'lo')
        self.assertEqual(fields.get_string('group'), GROUP)
        self.assertEqual(fields.get_uint('port'), (True, PORT))
        self.assertEqual(fields.get_int('hop-limit'), (True, 1))
        pipeline.set_state(Gst.State.NULL)


if __name__ == '__main__':
    tap.main()
