#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library keeps its ABI: test-abi.py LIBRARY

It exports what libmcast-1.0.symbols lists, and nothing else. A symbol that is gone or means
something else breaks programs that were linked before: then the soversion changes. A new one is
added to the list.

Its functions and public types are those of libmcast-1.0.abi, the record of this release. After a
change that NEWS.md lists, record it again: test-abi.py --record LIBRARY, from the build folder.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import tap

LIBRARY = sys.argv.pop()
RECORD = HERE / 'libmcast-1.0.abi'
# What the public headers do not define is private.
PUBLIC = ['--drop-private-types', '--exported-interfaces-only']


def record():
    subprocess.run(['abidw', '--headers-dir', pathlib.Path(LIBRARY).parent / 'include', *PUBLIC,
                    '--no-corpus-path', '--no-comp-dir-path', '--no-show-locs', '--type-id-style',
                    'hash', '--out-file', RECORD, LIBRARY], check=True)


def has_debug_information():
    sections = subprocess.run(['readelf', '--sections', LIBRARY], check=True, capture_output=True,
                              text=True).stdout
    return '.debug_info' in sections


def exported():
    output = subprocess.run(['nm', '--dynamic', '--defined-only', '--format=posix', LIBRARY],
                            check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in output.splitlines()}


@unittest.skipIf(shutil.which('nm') is None, 'nm is missing')
class AbiTest(unittest.TestCase):
    def test_symbols(self):
        listed = (HERE / 'libmcast-1.0.symbols').read_text(encoding='ascii').split()
        self.assertEqual(listed, sorted(listed), 'the list is not sorted')
        self.assertEqual(sorted(set(listed) - exported()), [], 'symbols that are gone')
        self.assertEqual(sorted(exported() - set(listed)), [], 'symbols that are not listed')


@unittest.skipIf(shutil.which('abidiff') is None, 'abidiff is missing')
class TypesTest(unittest.TestCase):
    def test_types(self):
        if os.uname().machine != 'x86_64':
            self.skipTest('the record is that of x86_64')
        if not has_debug_information():
            self.skipTest('the library was built without debug information')
        done = subprocess.run(['abidiff', '--headers-dir2',
                               pathlib.Path(LIBRARY).parent / 'include', *PUBLIC,
                               '--no-added-syms', RECORD, LIBRARY], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == '__main__':
    if '--record' in sys.argv:
        record()
    else:
        tap.main()
