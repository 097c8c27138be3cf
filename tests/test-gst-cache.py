#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The description of the plugin for the documentation of GStreamer is that of the plugin."""

import importlib.util
import json
import os
import pathlib
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


if __name__ == '__main__':
    tap.main()
