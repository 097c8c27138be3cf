#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the build of this folder offers to packagers."""

import os
import pathlib
import subprocess
import unittest

import tap

BUILD = pathlib.Path(os.environ['G_TEST_BUILDDIR']).parent


def tests_of(*options):
    """The names of the tests that meson test runs."""
    listed = subprocess.run(['meson', 'test', '-C', BUILD, '--no-rebuild', '--list', *options],
                            check=True, capture_output=True, text=True).stdout
    return {line.split(' / ')[-1] for line in listed.splitlines() if ' / ' in line}


class SetupTest(unittest.TestCase):
    def test_default_is_quick(self):
        quick = tests_of()
        self.assertEqual(quick, tests_of('--setup', 'quick'))
        self.assertIn('rx-socket', quick)
        self.assertEqual([name for name in quick if name.endswith('-long')], [])

    def test_all(self):
        slow = tests_of('--suite', 'slow')
        self.assertTrue(slow)
        self.assertEqual(tests_of('--setup', 'all'), tests_of() | slow)


if __name__ == '__main__':
    tap.main()
