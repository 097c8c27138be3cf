#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The description of the plugin for the documentation of GStreamer is that of the plugin."""

import importlib.util
import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import tap

DOCS = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent / 'docs'


def load_script():
    spec = importlib.util.spec_from_file_location('cache', DOCS / 'gst-plugins-cache.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CacheTest(unittest.TestCase):
    maxDiff = None

    def test_is_current(self):
        written = json.loads((DOCS / 'gst_plugins_cache.json').read_text(encoding='utf-8'))
        self.assertRegex(written['mcast']['release-date'], '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
        self.assertEqual(written, json.loads(json.dumps(load_script().describe_plugin())))

    def test_types(self):
        types = load_script().describe_plugin()['mcast']['other-types']
        self.assertEqual(sorted(types), ['GstMcastMerge', 'GstMcastSocketTimestampMode'])
        self.assertEqual([value['name'] for value in types['GstMcastMerge']['values']],
                         ['none', 'rtp', 'flow'])

    def test_since(self):
        """What came after 0.1 has its release in the documentation."""
        text = ''.join(path.read_text(encoding='utf-8')
                       for path in sorted(DOCS.parent.glob('gst/*.c')))
        since = re.findall(r'^ *\* (?:SECTION:)?([\w-]+(?:::?[\w-]+)?):?\n(?:(?! \*/| *\*/).*\n)*?'
                           r' *\* Since: (0\.[2-9])$', text, re.MULTILINE)
        self.assertEqual(sorted(since), [
            ('GstMcastSink:legs', '0.2'), ('GstMcastSrc::get-origin', '0.2'),
            ('GstMcastSrc:add-origin-meta', '0.2'), ('GstMcastSrc:legs', '0.2'),
            ('element-mcastdemux', '0.2')])


if __name__ == '__main__':
    tap.main()
