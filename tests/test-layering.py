#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sources keep to the layers; and layering.py finds each kind of violation in a broken tree."""

import pathlib
import tempfile
import unittest

import layering
import tap

# A tree without a violation.
SOUND = {
    'lib/mcast.h': '#pragma once\n',
    'lib/mcast-rx-socket.c': '#include "config.h"\n#include "socket/mcast-core-private.h"\n',
    'lib/mcast-address-private.h': '#include <sys/socket.h>\n',
    'lib/mcast-address.c': '#include "mcast-address-private.h"\n/* "/proc/net/igmp" */\n',
    'lib/socket/mcast-core-private.h': '#include "rx/mcast-rx-plan-private.h"\n',
    'lib/rx/mcast-rx-plan-private.h': '#include "interfaces/mcast-set-private.h"\n',
    'lib/rx/mcast-rx-plan.c': '#include "rx/mcast-rx-plan-private.h"\n',
    'lib/tx/mcast-tx-plan-private.h': '#include "mcast-address-private.h"\n',
    'lib/interfaces/mcast-set-private.h': '#include "mcast-address-private.h"\n',
    'lib/interfaces/mcast-set.c': '#include "os/mcast-netlink-private.h"\n',
    'lib/os/mcast-netlink-private.h': '#include <glib.h>\n',
    'lib/os/mcast-netlink-linux.c': '#include <linux/if.h>\nstatic const char p[] = "/proc/x";\n',
    'gst/gstmcast.c': '#include <mcast.h>\n#include "gstmcast.h"\n',
    'gst/gstmcast.h': '\n',
    'tools/output.h': '\n',
    'tools/verbs/say.c': '#include <mcast.h>\n#include <poll.h>\n#include "output.h"\n',
}


def find(changes):
    """The violations of the sound tree with some files replaced, as FILE:LINE RULE."""
    with tempfile.TemporaryDirectory() as directory:
        for name, text in {**SOUND, **changes}.items():
            path = pathlib.Path(directory) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
        return [f'{f.file}:{f.line} {f.rule}' for f in layering.check(directory)]


class LayeringTest(unittest.TestCase):
    maxDiff = None

    def test_sources(self):
        root = pathlib.Path(__file__).resolve().parent.parent
        found = layering.check(root)
        self.assertEqual([f'{f.file}:{f.line}: {f.rule}: {f.text}' for f in found], [])

    def test_sound(self):
        self.assertEqual(find({}), [])

    def test_upward(self):
        for lower, upper in (('os/mcast-netlink-linux.c', 'interfaces/mcast-set-private.h'),
                             ('interfaces/mcast-set.c', 'rx/mcast-rx-plan-private.h'),
                             ('rx/mcast-rx-plan.c', 'socket/mcast-core-private.h'),
                             ('mcast-address.c', 'os/mcast-netlink-private.h'),
                             ('socket/mcast-core.c', 'mcast.h')):
            with self.subTest(lower):
                self.assertIn(f'lib/{lower}:2 layer',
                              find({f'lib/{lower}': f'\n#include "{upper}"\n'}))

    def test_sideways(self):
        self.assertEqual(find({'lib/tx/mcast-send.c': '#include "rx/mcast-rx-plan-private.h"\n'}),
                         ['lib/tx/mcast-send.c:1 layer'])

    def test_unknown_layer(self):
        self.assertEqual(find({'lib/mcast-new.c': '', 'lib/odd/mcast-odd.c': ''}),
                         ['lib/mcast-new.c:1 layer', 'lib/odd/mcast-odd.c:1 layer'])

    def test_pure(self):
        self.assertEqual(find({'lib/rx/mcast-rx-plan.c': '#include "interfaces/mcast-a.h"\n',
                               'lib/interfaces/mcast-a.h': '#include "os/mcast-b.h"\n',
                               'lib/os/mcast-b.h': ''}),
                         ['lib/rx/mcast-rx-plan.c:1 pure'])

    def test_cycle(self):
        self.assertEqual(find({'lib/tx/mcast-a-private.h': '\n#include "tx/mcast-b-private.h"\n',
                               'lib/tx/mcast-b-private.h': '',
                               'lib/tx/mcast-b.c': '#include "tx/mcast-c.h"\n',
                               'lib/tx/mcast-c.h': '',
                               'lib/tx/mcast-c-linux.c': '#include "tx/mcast-a-private.h"\n'}),
                         ['lib/tx/mcast-a-private.h:2 cycle'])

    def test_cycle_in_tools(self):
        self.assertEqual(find({'tools/a.h': '#include "b.h"\n', 'tools/b.h': '',
                               'tools/b.c': '#include "a.h"\n'}),
                         ['tools/a.h:1 cycle'])

    def test_same_name(self):
        self.assertEqual(find({'tools/gstmcast.h': '', 'lib/rx/mcast-netlink-linux.c': ''}),
                         ['lib/rx/mcast-netlink-linux.c:1 name', 'tools/gstmcast.h:1 name'])

    def test_private_outside(self):
        self.assertEqual(find({'gst/gstmcast.c': '#include "mcast-address-private.h"\n'
                                                 '#include "../lib/mcast-address-private.h"\n'
                                                 '#include <mcast-rx-socket.h>\n',
                               'tools/x.c': '#include "gstmcast.h"\n'}),
                         ['gst/gstmcast.c:1 include', 'gst/gstmcast.c:2 include',
                          'gst/gstmcast.c:3 include', 'tools/x.c:1 include'])

    def test_without_folder(self):
        self.assertEqual(find({'lib/os/mcast-x-linux.c': '#include "mcast-netlink-private.h"\n'}),
                         ['lib/os/mcast-x-linux.c:1 include'])

    def test_system_headers(self):
        for name in ('linux/if.h', 'sys/epoll.h', 'sys/eventfd.h', 'poll.h', 'libmnl/libmnl.h'):
            with self.subTest(name):
                self.assertEqual(find({'lib/rx/mcast-x.c': f'#include <{name}>\n',
                                       'gst/gstx.c': f'\n# include <{name}>\n'}),
                                 ['gst/gstx.c:2 system', 'lib/rx/mcast-x.c:1 system'])

    def test_system_paths(self):
        self.assertEqual(find({'lib/rx/mcast-x.c': 'f ("/proc/net/igmp");\ng ("/sys", "/system");\n'
                                                   'h ("/* not a comment", "/sys/class");\n'}),
                         ['lib/rx/mcast-x.c:1 system', 'lib/rx/mcast-x.c:2 system',
                          'lib/rx/mcast-x.c:3 system'])


if __name__ == '__main__':
    tap.main()
