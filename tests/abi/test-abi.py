#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library exports what libmcast-1.0.symbols lists, and nothing else: test-abi.py LIBRARY

A symbol that is gone or means something else breaks programs that were linked before: then the
soversion changes. A new one is added to the list.
"""

import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import tap

LIBRARY = sys.argv.pop()


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


if __name__ == '__main__':
    tap.main()
