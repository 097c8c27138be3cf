#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pip installs the library into a virtual environment: from an sdist, without a network."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import tap

SOURCE = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
PROGRAM = """
import libmcast
print(libmcast.Group('239.1.2.3'), libmcast.__file__)
print('/libmcast/lib/libmcast-1.0.so' in open('/proc/self/maps').read())
"""
# What leads to the build directory would hide what the package lacks.
CLEAN = {name: value for name, value in os.environ.items()
         if name not in ('GI_TYPELIB_PATH', 'LD_LIBRARY_PATH', 'PYTHONPATH')}


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=False, capture_output=True,
                          text=True, env=CLEAN, **options)


class WheelTest(unittest.TestCase):
    def setUp(self):
        for module in ('ensurepip', 'mesonpy'):
            if importlib.util.find_spec(module) is None:
                self.skipTest(f'the Python module {module} is missing')
        if not (SOURCE / '.git').exists():
            self.skipTest('an sdist is made from a git clone')

    def check(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_install(self):
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory)
            clone = folder / 'clone'
            self.check(run('git', 'clone', '--quiet', SOURCE, clone))
            sdist = self.check(run(sys.executable, '-c',
                                   f'import mesonpy; print(mesonpy.build_sdist("{folder}"))',
                                   cwd=clone)).split()[-1]
            self.check(run(sys.executable, '-m', 'venv', '--system-site-packages', folder / 'venv'))
            python = folder / 'venv' / 'bin' / 'python'
            self.check(run(python, '-m', 'pip', 'install', '--no-index', '--no-build-isolation',
                           folder / sdist))
            output = self.check(run(python, '-c', PROGRAM, cwd='/'))
            self.assertRegex(output, f'239.1.2.3 {folder}/venv/.*\nTrue\n')


if __name__ == '__main__':
    tap.main()
