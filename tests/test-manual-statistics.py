#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables of docs/statistics.md list the keys of the statistics of sockets."""

import os
import sys
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast
import tap
from manual import first_cells, read, section


class StatisticsTest(unittest.TestCase):
    def check(self, title, end, stats):
        text = section(read('docs', 'statistics.md'), title).split(end)[0]
        whole, _, path = text.partition('\nEach path')
        self.assertEqual(set(first_cells(whole)), set(stats))
        # Why a path failed is there only when it did.
        self.assertEqual(set(first_cells(path)) - {'error'}, set(stats['paths'][0]))

    def test_receiving(self):
        merged = Mcast.RxSocket(groups=['239.1.2.3'], port=5004, interfaces=['lo'],
                                merge=Mcast.Merge.RTP)
        merged.init()
        self.check('## Receiving', 'How to read', merged.get_stats().unpack())

    def test_sending(self):
        tx = Mcast.TxSocket.new(['239.1.2.3'], 5004, ['lo'])
        self.check('## Sending', '| You see', tx.get_stats().unpack())


if __name__ == '__main__':
    tap.main()
