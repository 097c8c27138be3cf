#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mcast builds with the options that its packagers use: test-builds.py [--long]"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tap

ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
CROSS_FILE = '''[binaries]
c = 'cc'
ar = 'ar'
strip = 'strip'
pkgconfig = 'pkg-config'
pkg-config = 'pkg-config'

[properties]
needs_exe_wrapper = true

[host_machine]
system = 'linux'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
'''


class Build(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix='mcast-builds-')
        self.addCleanup(directory.cleanup)
        self.work = pathlib.Path(directory.name)
        self.build = self.work / 'build with a space'

    def run_command(self, *command, **variables):
        # What leads to the build that runs this test must not be used.
        environment = {key: value for key, value in os.environ.items()
                       if key not in ('GI_TYPELIB_PATH', 'LD_LIBRARY_PATH', 'GST_PLUGIN_PATH')}
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, env=environment | variables)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def configure(self, *options, **variables):
        self.run_command('meson', 'setup', self.build, ROOT, '-Dwerror=true', '-Doptimization=0',
                         *options, **variables)

    def configure_cross(self):
        cross_file = self.work / 'cross.ini'
        cross_file.write_text(CROSS_FILE, encoding='utf-8')
        self.configure('--cross-file', cross_file)

    def compile(self, *targets):
        self.run_command('meson', 'compile', '-C', self.build, '-j', '2', *targets)

    def targets(self):
        targets = self.run_command('meson', 'introspect', '--targets', self.build)
        return {target['name'] for target in json.loads(targets)}

    def build_library(self, *options):
        """Builds the library and the command, and runs the command."""
        self.configure('--auto-features=disabled', '-Dtools=enabled', *options)
        self.compile()
        self.run_command(self.build / 'tools' / 'mcast', 'noop')


class ShortTest(Build):
    def test_minimal(self):
        self.configure('--auto-features=disabled')
        self.compile()
        others = {'mcast', 'gstmcast', 'docs', 'Mcast-1.0.gir', 'film', 'receive', 'netns'}
        self.assertEqual(self.targets() & others, set())

    def test_static(self):
        self.build_library('-Ddefault_library=static')
        flags = self.run_command(
            'pkg-config', '--cflags', '--libs', 'mcast-1.0',
            PKG_CONFIG_PATH=str(self.build / 'meson-uninstalled')).replace('\\ ', '\0').split()
        program = self.work / 'receive'
        self.run_command('cc', ROOT / 'examples' / 'receive.c', '-o', program,
                         *(flag.replace('\0', ' ') for flag in flags))
        self.assertNotIn('libmcast', self.run_command('ldd', program))

    def test_both_libraries(self):
        self.build_library('-Ddefault_library=both')
        self.assertTrue((self.build / 'lib' / 'libmcast-1.0.so').exists())
        self.assertTrue((self.build / 'lib' / 'libmcast-1.0.a').exists())

    def test_zsh_folder(self):
        """Debian's zsh reads vendor-completions."""
        folder = 'share/zsh/vendor-completions'
        self.configure('--auto-features=disabled', '-Dtools=enabled',
                       f'-Dzsh-completions-dir={folder}')
        installed = self.run_command('meson', 'introspect', '--installed', self.build)
        self.assertIn(f'{folder}/_mcast"', installed)

    def test_lto(self):
        self.build_library('-Db_lto=true', '-Doptimization=2')

    def test_cross(self):
        """What a build must run is left out where the host's programs do not run."""
        self.configure_cross()
        self.assertNotIn('Mcast-1.0.gir', self.targets())

    def test_without_base_plugins(self):
        """GStreamer core is enough for the elements."""
        folders = self.run_command('pkg-config', '--variable', 'pc_path', 'pkg-config')
        for folder in reversed(folders.strip().split(':')):
            for file in pathlib.Path(folder).glob('*.pc'):
                link = self.work / file.name
                link.unlink(missing_ok=True)
                if not file.stem.startswith(('gstreamer-app', 'gstreamer-pbutils')):
                    link.symlink_to(file)
        self.configure('-Dgst=enabled', PKG_CONFIG_LIBDIR=str(self.work), PKG_CONFIG_PATH='')
        self.assertIn('gstmcast', self.targets())
        self.assertNotIn('film', self.targets())


class LongTest(Build):
    def test_unity(self):
        self.configure('-Dunity=on')
        self.compile()

    def test_thread_sanitizer(self):
        self.configure('-Db_sanitize=thread', '-Db_lundef=false', '-Dintrospection=disabled')
        self.compile()
        self.run_command('meson', 'test', '-C', self.build, '--no-rebuild', 'run-queue', 'group',
                         'command-help')

    def test_cross_compiled(self):
        self.configure_cross()
        self.compile()


if __name__ == '__main__':
    if '--long' in sys.argv:
        del ShortTest
    else:
        del LongTest
    tap.main()
