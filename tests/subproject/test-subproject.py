#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A project with mcast in its subprojects folder builds, without asking for more than a library."""

import json
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
        for name in ('meson.build', 'meson_options.txt', 'user.c'):
            shutil.copy(HERE / name, WORK)
        # With the folder in place, the wrap downloads nothing.
        shutil.copy(ROOT / 'packaging' / 'mcast.wrap', WORK / 'subprojects')
        (WORK / 'subprojects' / 'mcast').symlink_to(ROOT, target_is_directory=True)
        self.build = WORK / 'build'

    def assert_runs(self, *command):
        done = run(*command)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def setup_command(self, *options):
        # An installed mcast must not replace the tree.
        return ('meson', 'setup', self.build, WORK, '--force-fallback-for=mcast-1.0',
                '-Doptimization=0', *options)

    def configure(self, *options):
        return self.assert_runs(*self.setup_command(*options))

    def folders(self):
        """The folders of mcast from which something is built."""
        targets = json.loads(self.assert_runs('meson', 'introspect', '--targets', self.build))
        files = [pathlib.Path(target['defined_in']) for target in targets
                 if target['subproject'] == 'mcast']
        return {file.parts[file.parts.index('mcast') + 1] for file in files}

    def test_program(self):
        self.configure('-Dmcast:gst=disabled')
        self.assertEqual(self.folders(), {'lib'})
        self.assert_runs('meson', 'compile', '-C', self.build, '-j', '2')
        self.assertRegex(self.assert_runs(self.build / 'user'),
                         r'^10\.0\.0\.1@232\.1\.2\.3:5004 from mcast [0-9]+\.[0-9]+\.[0-9]+(-dev)?\n$')

    def test_static(self):
        """A typelib of a static library could not be loaded."""
        enabled = run(*self.setup_command('--default-library=static', '-Dmcast:gst=disabled',
                                          '-Dintrospection=enabled'))
        self.assertNotEqual(enabled.returncode, 0)
        self.assertIn('a typelib loads the shared library', enabled.stdout)
        shutil.rmtree(self.build)
        automatic = self.configure('--default-library=static', '-Dmcast:gst=disabled',
                                   '-Dintrospection=auto')
        self.assertIn('Mcast-1.0.gir is not built', automatic)

    def test_options(self):
        """What is asked for is built, and introspection and documentation follow the project."""
        if shutil.which('g-ir-scanner') is None or shutil.which('gi-docgen') is None:
            self.skipTest('g-ir-scanner or gi-docgen is missing')
        self.configure('-Dmcast:gst=disabled', '-Dmcast:tools=enabled', '-Dmcast:examples=enabled',
                       '-Dmcast:tests=enabled', '-Dintrospection=enabled', '-Ddocs=enabled')
        self.assertEqual(self.folders(), {'docs', 'examples', 'lib', 'tests', 'tools'})


if __name__ == '__main__':
    tap.main()
