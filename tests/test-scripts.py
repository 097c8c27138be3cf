#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""tests/run.sh and examples/film.sh leave folders alone that are not theirs."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import tap

ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
SCRIPTS = {'tests/run.sh': ('build', 'build-asan', 'build-clang'), 'examples/film.sh': ('build',)}
OPTIONS = {'build-asan': ['--sanitize'], 'build-clang': ['--clang']}


class Scripts(unittest.TestCase):
    def setUp(self):
        # Not the tree itself: a script that does not refuse would delete its build folder.
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name).resolve() / 'tree'
        for name in (*SCRIPTS, 'packaging/check-build-folder.sh'):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        # Neither installs nor builds anything.
        self.programs = self.root.parent / 'bin'
        self.programs.mkdir()
        self.log = self.root.parent / 'log'
        for program, status in ((self.root / 'packaging' / 'setup.sh', 0),
                                (self.programs / 'meson', 1), (self.programs / 'ninja', 1)):
            program.write_text(f'#!/bin/sh\necho "$0 $*" >>{self.log}\nexit {status}\n',
                               encoding='utf-8')
            program.chmod(0o755)

    def run_script(self, script, *arguments):
        environment = os.environ | {'PATH': f'{self.programs}:{os.environ["PATH"]}'}
        return subprocess.run([self.root / script, *arguments], capture_output=True, text=True,
                              env=environment, timeout=20, check=False)

    def started(self):
        """What the script started."""
        return self.log.read_text(encoding='utf-8') if self.log.exists() else ''

    def assert_refused(self, script, folder):
        before = sorted(self.root.rglob('*'))
        result = self.run_script(script, *OPTIONS.get(folder, []))
        self.assertEqual(result.returncode, 1, result)
        self.assertIn(folder, result.stderr)
        self.assertIn('Move it away', result.stderr)
        self.assertEqual(sorted(self.root.rglob('*')), before)
        self.assertEqual(self.started(), '')

    def each_folder(self):
        for script, folders in SCRIPTS.items():
            for folder in folders:
                yield script, folder, self.root / folder
                shutil.rmtree(self.root / folder, ignore_errors=True)
                self.log.unlink(missing_ok=True)

    def test_folder_with_other_files(self):
        for script, folder, path in self.each_folder():
            (path / 'meson-logs').mkdir(parents=True)
            (path / 'meson-logs' / 'testlog.json').touch()
            (path / 'thesis.tex').touch()
            self.assert_refused(script, folder)

    def test_build_folder_of_another_place(self):
        for script, folder, path in self.each_folder():
            for part in ('meson-info', 'meson-private'):
                (path / part).mkdir(parents=True)
            (path / 'build.ninja').touch()
            info = {'directories': {'source': '/somewhere/else', 'build': '/somewhere/else/build'}}
            (path / 'meson-info' / 'meson-info.json').write_text(json.dumps(info), encoding='utf-8')
            self.assert_refused(script, folder)

    def test_file(self):
        for script, folder, path in self.each_folder():
            path.touch()
            self.assert_refused(script, folder)
            path.unlink()

    def test_own_folder(self):
        for script, folder, path in self.each_folder():
            # As a setup leaves it that was interrupted.
            (path / 'meson-private').mkdir(parents=True)
            (path / 'kept').touch()
            result = self.run_script(script, *OPTIONS.get(folder, []))
            self.assertNotIn('Move it away', result.stderr)
            self.assertIn(f'meson setup {folder}', self.started())
            self.assertTrue((path / 'kept').exists())


if __name__ == '__main__':
    tap.main()
