#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the build of this folder offers to packagers."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import tap

ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
BUILD = pathlib.Path(os.environ['G_TEST_BUILDDIR']).parent


def tests_of(*options):
    """The names of the tests that meson test runs."""
    listed = subprocess.run(['meson', 'test', '-C', BUILD, '--no-rebuild', '--list', *options],
                            check=True, capture_output=True, text=True).stdout
    return {line.split(' / ')[-1] for line in listed.splitlines() if ' / ' in line}


class AddressTest(unittest.TestCase):
    """The address of the project is that of meson.build."""

    def setUp(self):
        build_file = (ROOT / 'meson.build').read_text(encoding='utf-8')
        [self.address] = re.findall("^mcast_url = '(.*)'$", build_file, re.MULTILINE)

    def test_pkg_config(self):
        pc_file = BUILD / 'meson-private' / 'mcast-1.0.pc'
        self.assertIn(f'\nURL: {self.address}\n', pc_file.read_text(encoding='utf-8'))

    def test_plugin(self):
        if shutil.which('gst-inspect-1.0') is None or not (BUILD / 'gst').exists():
            self.skipTest('gst-inspect-1.0 is missing, or the elements are not built')
        printed = subprocess.run(['gst-inspect-1.0', 'mcast'], check=True, capture_output=True,
                                 text=True).stdout
        self.assertRegex(printed, f'Origin URL +{re.escape(self.address)}\n')


class SetupTest(unittest.TestCase):
    def test_default_is_quick(self):
        quick = tests_of()
        self.assertEqual(quick, tests_of('--setup', 'quick'))
        self.assertIn('rx-socket', quick)
        self.assertEqual([name for name in quick if name.endswith('-long')], [])

    def test_brief(self):
        """With the sanitizers, CI leaves out what says why."""
        brief = tests_of('--setup', 'brief')
        excused = tests_of('--suite', 'unsanitized') | tests_of('--suite', 'once')
        self.assertEqual(brief, tests_of() - excused)
        self.assertIn('rx-socket', brief)

    def test_all(self):
        slow = tests_of('--suite', 'slow')
        self.assertTrue(slow)
        self.assertEqual(tests_of('--setup', 'all'), tests_of() | slow)


if __name__ == '__main__':
    tap.main()
