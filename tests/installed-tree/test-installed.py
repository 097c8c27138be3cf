#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is installed is enough: a program builds with the pkg-config file alone, and runs."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import tap

BUILD = pathlib.Path(os.environ['G_TEST_BUILDDIR']).parent
EXAMPLES = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent / 'examples'
ROOT = BUILD / 'tests' / 'installed'


def run(*command, **variables):
    # What leads to the build directory would hide what is missing from the installed tree.
    environment = {key: value for key, value in os.environ.items()
                   if key not in ('GI_TYPELIB_PATH', 'LD_LIBRARY_PATH', 'GST_PLUGIN_PATH',
                                  'PYTHONPATH')}
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env=environment | variables, check=False)


class InstalledTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which('pkg-config') is None:
            raise unittest.SkipTest('pkg-config is missing')
        shutil.rmtree(ROOT, ignore_errors=True)
        installed = run('meson', 'install', '-C', BUILD, '--no-rebuild', '--quiet',
                        '--destdir', ROOT)
        if installed.returncode != 0:
            raise RuntimeError(installed.stdout + installed.stderr)
        options = json.loads((BUILD / 'meson-info' / 'intro-buildoptions.json').read_text())
        values = {option['name']: option['value'] for option in options}
        cls.prefix = pathlib.Path(f'{ROOT}{values["prefix"]}')
        cls.library_dir = cls.prefix / values['libdir']
        pc_file = cls.library_dir / 'pkgconfig' / 'mcast-1.0.pc'
        # The tree stands somewhere else than it was made for.
        pc_file.write_text(re.sub('^prefix=.*$', f'prefix={cls.prefix}', pc_file.read_text(),
                                  flags=re.MULTILINE))

    def setUp(self):
        self.flags = self.pkg_config('--cflags', '--libs').split()

    def pkg_config(self, *options):
        done = run('pkg-config', *options, 'mcast-1.0',
                   PKG_CONFIG_PATH=str(self.library_dir / 'pkgconfig'))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def compile(self, *arguments):
        compiler = os.environ.get('CC', 'cc').split()
        return run(*compiler, '-Wall', '-Werror', *arguments, *self.flags)

    def test_program(self):
        program = ROOT / 'receive'
        compiled = self.compile('-o', program, EXAMPLES / 'receive.c')
        self.assertEqual(compiled.returncode, 0, compiled.stderr)
        failed = run(program, '10.1.2.3', LD_LIBRARY_PATH=str(self.library_dir))
        self.assertEqual(failed.returncode, 1)
        self.assertIn('10.1.2.3', failed.stderr)

    def test_static_flags(self):
        """libmnl is ours alone: who links the shared library does not need it."""
        self.assertNotIn('-lmnl', self.flags)

    def test_headers_one_by_one(self):
        headers = list((self.prefix / 'include' / 'mcast-1.0').glob('*.h'))
        self.assertGreater(len(headers), 8)
        for header in headers:
            done = self.compile('-fsyntax-only', '-include', header.name, '-x', 'c', '/dev/null')
            if header.name == 'mcast.h':
                self.assertEqual(done.returncode, 0, done.stderr)
            else:
                self.assertNotEqual(done.returncode, 0, header.name)
                self.assertIn('Include <mcast.h>, not its parts.', done.stderr)

    def test_only_public_headers(self):
        self.assertEqual(list(self.prefix.glob('include/**/*private*')), [])

    def test_typelib(self):
        directory = self.library_dir / 'girepository-1.0'
        if not directory.exists():
            self.skipTest('built without introspection')
        done = run(sys.executable, '-c', 'import gi; gi.require_version("Mcast", "1.0");'
                   'from gi.repository import Mcast; print(Mcast.VERSION_S, Mcast.RxSocket)',
                   GI_TYPELIB_PATH=str(directory), LD_LIBRARY_PATH=str(self.library_dir))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.split()[0], self.pkg_config('--modversion').strip())

    def test_python(self):
        """PyGObject finds the override where the folder of Python packages is in its path."""
        overrides = list(self.prefix.glob('lib/**/gi/overrides/Mcast.py'))
        if not (self.library_dir / 'girepository-1.0').exists():
            self.skipTest('built without introspection')
        self.assertEqual(len(overrides), 1, overrides)
        folder = overrides[0].parents[2]
        self.assertIn(folder.name, ('dist-packages', 'site-packages'))
        done = run(sys.executable, '-c', 'import gi; gi.require_version("Mcast", "1.0");'
                   'from gi.repository import Mcast; print(Mcast.Group("239.1.2.3"))',
                   GI_TYPELIB_PATH=str(self.library_dir / 'girepository-1.0'),
                   LD_LIBRARY_PATH=str(self.library_dir), PYTHONPATH=str(folder))
        self.assertEqual((done.stdout, done.stderr), ('239.1.2.3\n', ''))

    def test_directories(self):
        """The pkg-config file says where the GIR file and the typelib are."""
        if not (self.library_dir / 'girepository-1.0').exists():
            self.skipTest('built without introspection')
        for variable, name in (('girdir', 'Mcast-1.0.gir'), ('typelibdir', 'Mcast-1.0.typelib')):
            folder = pathlib.Path(self.pkg_config(f'--variable={variable}').strip())
            self.assertTrue((folder / name).exists(), folder)

    def test_library_version(self):
        """The file has the version of the release, and links lead to it."""
        link = self.library_dir / 'libmcast-1.0.so'
        if not link.exists():
            self.skipTest('built without a shared library')
        _, minor, micro = self.pkg_config('--modversion').strip().removesuffix('-dev').split('.')
        self.assertRegex(link.resolve().name, rf'^libmcast-1\.0\.so\.\d+\.{minor}\.{micro}$')

    def test_vapi(self):
        """A program in Vala needs the name of the package and nothing else."""
        vapi = self.prefix / 'share' / 'vala' / 'vapi'
        if not vapi.exists() or shutil.which('valac') is None:
            self.skipTest('built without Vala, or valac is missing')
        program = ROOT / 'send-vala'
        done = run('valac', '--vapidir', vapi, '--pkg', 'mcast-1.0', '-X', '-w', '-o', program,
                   EXAMPLES / 'send.vala', PKG_CONFIG_PATH=str(self.library_dir / 'pkgconfig'))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        failed = run(program, '10.1.2.3', LD_LIBRARY_PATH=str(self.library_dir))
        self.assertEqual(failed.returncode, 1)
        self.assertIn('10.1.2.3', failed.stderr)


if __name__ == '__main__':
    tap.main()
