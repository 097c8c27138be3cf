#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The macros and the function for the version: test-version.py LIBRARY COMPILER...

A program is compiled, and what the compiler warns about is compared.
"""

import ctypes
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import tap

LIBRARY, *COMPILER = sys.argv[1:]
del sys.argv[1:]
ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
HEADERS = pathlib.Path(os.environ['G_TEST_BUILDDIR']).parent / 'lib' / 'include'
RELEASE = tuple(int(part) for part in re.search(
    r"^  version: '([0-9.]*)(-dev)?'", (ROOT / 'meson.build').read_text(encoding='utf-8'),
    re.MULTILINE)[1].split('.'))

PROGRAM = '''
#include <mcast.h>
MCAST_AVAILABLE_IN_0_1 void old_function (void);
MCAST_AVAILABLE_IN_1_0 void function_of_a_0_1_program (void);
MCAST_AVAILABLE_IN_0_2 void new_function (void);
MCAST_DEPRECATED_IN_0_2 void useless_function (void);
MCAST_DEPRECATED_IN_0_2_FOR (new_function) void replaced_function (void);
void use (void);
void
use (void)
{
  old_function ();
  function_of_a_0_1_program ();
  new_function ();
  useless_function ();
  replaced_function ();
}
'''


def compile_text(text, *options):
    flags = subprocess.run(['pkg-config', '--cflags', 'gio-2.0'], check=True, capture_output=True,
                           text=True).stdout.split()
    return subprocess.run([*COMPILER, '-x', 'c', '-fsyntax-only', f'-I{HEADERS}', *flags, *options,
                           '-'], input=text, capture_output=True, text=True, check=False,
                          env={**os.environ, 'LC_ALL': 'C', 'LD_PRELOAD': ''})


class MacroTest(unittest.TestCase):
    def assert_warns(self, options, functions):
        done = compile_text(PROGRAM, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(re.findall(r'warning: .(\w+_function).* is deprecated', done.stderr),
                         functions, done.stderr)
        return done.stderr

    def test_default(self):
        warnings = self.assert_warns([], ['useless_function', 'replaced_function'])
        self.assertIn("Use 'new_function' instead", warnings)

    def test_min_required(self):
        self.assert_warns(['-DMCAST_VERSION_MIN_REQUIRED=MCAST_VERSION_0_1'], [])

    def test_max_allowed(self):
        warnings = self.assert_warns(['-DMCAST_VERSION_MIN_REQUIRED=MCAST_VERSION_0_1',
                                      '-DMCAST_VERSION_MAX_ALLOWED=MCAST_VERSION_0_1'],
                                     ['new_function'])
        self.assertIn('Not available before 0.2', warnings)

    def test_contradiction(self):
        done = compile_text(PROGRAM, '-DMCAST_VERSION_MAX_ALLOWED=MCAST_VERSION_0_1')
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('MCAST_VERSION_MAX_ALLOWED must not be older', done.stderr)

    def test_dll(self):
        """On Windows, a program imports what the library exports."""
        for options, attribute in ((['-D_WIN32'], 'dllimport'),
                                   (['-D_WIN32', '-DMCAST_COMPILATION'], 'dllexport')):
            with self.subTest(options=options):
                done = compile_text('#include <glib.h>\n'
                                    '#undef G_OS_UNIX\n'
                                    '#define MCAST_INSIDE\n'
                                    '#include "mcast-version-macros.h"\n'
                                    'const char *is = G_STRINGIFY (MCAST_AVAILABLE_IN_0_2);\n',
                                    '-E', *options)
                self.assertIn(f'__declspec({attribute})', done.stdout.splitlines()[-1].replace(' ', ''))

    def test_check_version(self):
        for version, is_met in ((RELEASE, 1), ((0, 1, 9), 1), ((0, 2, 0), 1), ((0, 99, 0), 0),
                                ((99, 0, 0), 0), ((*RELEASE[:2], RELEASE[2] + 1), 0)):
            condition = f'MCAST_CHECK_VERSION {version} == {is_met}'
            with self.subTest(condition=condition):
                done = compile_text(f'#include <mcast.h>\nG_STATIC_ASSERT ({condition});\n')
                self.assertEqual(done.returncode, 0, done.stderr)


class FunctionTest(unittest.TestCase):
    def test_check_version(self):
        check = ctypes.CDLL(LIBRARY).mcast_check_version
        check.restype = ctypes.c_char_p
        major, minor, micro = RELEASE
        for version in (RELEASE, (0, 1, 0), (0, 1, 99)):
            self.assertIsNone(check(*version))
        for version in ((major, minor, micro + 1), (major, minor + 1, 0), (major + 1, 0, 0)):
            self.assertIn('.'.join(map(str, RELEASE)), check(*version).decode())


class SinceTest(unittest.TestCase):
    def test_release(self):
        """“Since” names a release that the availability macros know."""
        for page in sorted((ROOT / 'lib').rglob('*.[ch]*')):
            for since in re.findall(r'\bSince: *(.*)', page.read_text(encoding='utf-8')):
                with self.subTest(file=page.name):
                    self.assertIn(since, ('0.1', '0.2'))


if __name__ == '__main__':
    tap.main()
