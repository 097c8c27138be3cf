#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A project with mcast in its subprojects folder builds, without asking for more than a library."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import tap

HERE = pathlib.Path(__file__).parent
ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
WORK = pathlib.Path(os.environ['G_TEST_BUILDDIR']) / 'subproject'


def run(*command):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          env={**os.environ, 'PKG_CONFIG_PATH': ''})


class SubprojectTest(unittest.TestCase):
    def setUp(self):
        shutil.rmtree(WORK, ignore_errors=True)
        (WORK / 'subprojects').mkdir(parents=True)
        for name in ('meson.build', 'user.c'):
            shutil.copy(HERE / name, WORK)
        (WORK / 'subprojects' / 'mcast').symlink_to(ROOT, target_is_directory=True)

    def assert_runs(self, *command):
        done = run(*command)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_program(self):
        build = WORK / 'build'
        # Nothing installed may stand in for the tree.
        self.assert_runs('meson', 'setup', build, WORK, '--force-fallback-for=mcast-1.0',
                         '-Doptimization=0')
        self.assert_runs('meson', 'compile', '-C', build, '-j', '2', 'user')
        self.assertRegex(self.assert_runs(build / 'user'),
                         r'^10\.0\.0\.1@232\.1\.2\.3:5004 from mcast [0-9]+\.[0-9]+\.[0-9]+\n$')


if __name__ == '__main__':
    tap.main()
