#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package libmcast: its names, its log and its types."""

import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from mcasttest import DEADLINE, SOURCE
import libmcast
from gi.repository import GObject, Mcast
import tap

PACKAGE = SOURCE.parent / 'python'
EXAMPLES = SOURCE.parent / 'examples'
GROUP = '239.1.2.3'

LOGGED = f'''
import logging, libmcast
logging.basicConfig(level=logging.DEBUG, format='%(name)s %(levelname)s %(group)s %(interface)s')
libmcast.log_to_logging()
libmcast.RxSocket('{GROUP}', 5004, 'lo')
'''

MISSPELLED = '''
import libmcast
rx = libmcast.RxSocket('239.1.2.3', 5004)
rx.recieve()
libmcast.TxSocket('239.1.2.3', 5004, tttl=3).send('text')
libmcast.RxSockte()
'''


class NamesTest(unittest.TestCase):
    def test_names(self):
        self.assertIs(libmcast.RxSocket, Mcast.RxSocket)
        self.assertIs(libmcast.VERSION_S, Mcast.VERSION_S)
        self.assertEqual(libmcast.__version__, Mcast.VERSION_S)
        self.assertIn('TxSocket', dir(libmcast))
        for name in libmcast.__all__:
            self.assertTrue(hasattr(libmcast, name), name)
        with self.assertRaises(AttributeError):
            libmcast.RxSockte

    def test_version(self):
        """PEP 440 writes it in another way than meson."""
        pattern = r"version(?:: | = )'([0-9.]+)(\.dev0|-dev)?'"
        versions = {}
        for name in ('meson.build', 'pyproject.toml'):
            found = re.search(pattern, (SOURCE.parent / name).read_text(encoding='utf-8'))
            versions[name] = found[1].rstrip('.'), bool(found[2])
        self.assertEqual(versions['meson.build'], versions['pyproject.toml'])

    def test_program(self):
        with libmcast.RxSocket(GROUP, 5004, 'lo', timeout=DEADLINE) as rx:
            libmcast.TxSocket(GROUP, 5004, 'lo').send(b'hello')
            self.assertEqual(rx.recv(), b'hello')


class LogTest(unittest.TestCase):
    def test_logging(self):
        done = subprocess.run([sys.executable, '-c', LOGGED], capture_output=True, text=True,
                              timeout=DEADLINE, check=True)
        self.assertIn(f'libmcast DEBUG {GROUP} lo\n', done.stderr)
        self.assertIn('libmcast DEBUG None None\n', done.stderr)


class TypesTest(unittest.TestCase):
    def read_stub(self):
        """Returns the names that the stub has for each class."""
        tree = ast.parse((PACKAGE / 'libmcast' / '__init__.pyi').read_text(encoding='utf-8'))
        names = {}
        for cls in tree.body:
            if isinstance(cls, ast.ClassDef):
                names[cls.name] = {getattr(part, 'name', None) or part.target.id for part in cls.body
                                   if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef,
                                                        ast.AnnAssign))}
        for name in ('TxSocket', 'RxSocket'):
            names[name] |= names['_Socket']
        return names

    def test_stub_has_every_name(self):
        stub = self.read_stub()
        inherited = set(dir(GObject.Object)) | {'copy', 'newv', 'new_with_options'}
        for cls in ('Datagram', 'Event', 'Group', 'Interface', 'Path', 'RxSocket', 'TxSocket'):
            names = {name for name in dir(getattr(Mcast, cls)) if not name.startswith('_')}
            self.assertEqual(names - inherited - stub[cls], set(), cls)
            self.assertEqual({name for name in stub[cls] if name[0] != '_'} - names, set(), cls)

    def test_stub_has_every_error(self):
        errors = {name for name in dir(Mcast.Error) if name.isupper() and name[0] != '_'}
        self.assertEqual(self.read_stub()['Error'], errors)

    def mypy(self, *arguments):
        if shutil.which('mypy') is None:
            self.skipTest('mypy is missing')
        # As the command finds it: the interpreter of the tests may be another one.
        return subprocess.run(['mypy', '--strict', '--python-version', '3.9', '--cache-dir',
                               os.devnull, *map(str, arguments)], capture_output=True, text=True,
                              env=os.environ | {'MYPYPATH': str(PACKAGE)}, check=False)

    def test_examples(self):
        for folder in (EXAMPLES / name for name in ('multicast', 'multicast_expert', 'python')):
            done = self.mypy(*folder.glob('*.py'))
            self.assertEqual(done.returncode, 0, done.stdout)
        done = self.mypy(*(EXAMPLES / f'{name}.py' for name in
                           ('asyncio_receive', 'pair', 'receive', 'send')))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_misspelled(self):
        program = pathlib.Path(os.environ['G_TEST_BUILDDIR'], 'misspelled.py')
        program.write_text(MISSPELLED, encoding='utf-8')
        errors = [line for line in self.mypy(program).stdout.splitlines() if ': error: ' in line]
        self.assertEqual([line.split(':')[1] for line in errors], ['4', '5', '5', '6'], errors)


if __name__ == '__main__':
    tap.main()
