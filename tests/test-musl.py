#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library calls nothing that only glibc has: its sources compile with the headers of musl."""

import pathlib
import shlex
import shutil
import subprocess
import sys
import unittest

import tap

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(sys.argv.pop(1))


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def flags():
    """The headers of other libraries come after those of musl."""
    words = shlex.split(output('pkg-config', '--cflags', 'gio-unix-2.0', 'libmnl'))
    paths = [word[2:] for word in words if word.startswith('-I')]
    paths += ['/usr/include', f"/usr/include/{output('gcc', '-print-multiarch')}"]
    result = ['-D_GNU_SOURCE', '-DMCAST_COMPILATION', '-DG_LOG_DOMAIN="Mcast"', '-fsyntax-only',
              '-Werror=implicit-function-declaration', '-Wno-unknown-pragmas']
    result += [f'-I{path}' for path in (BUILD, BUILD / 'lib', ROOT / 'lib')]
    for path in paths:
        result += ['-idirafter', path]
    return result


@unittest.skipUnless(shutil.which('musl-gcc'), 'musl-gcc is missing (package musl-tools)')
class MuslTest(unittest.TestCase):
    def test_library(self):
        arguments = flags()
        for source in sorted((ROOT / 'lib').rglob('*.c')):
            with self.subTest(source=str(source.relative_to(ROOT))):
                result = subprocess.run(['musl-gcc', *arguments, str(source)], capture_output=True,
                                        text=True, check=False)
                self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == '__main__':
    tap.main()
