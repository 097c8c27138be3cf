#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scripts for users: they keep other people's folders, and ask before they use sudo."""

import json
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

import tap

ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
SCRIPTS = {'tests/run.sh': ('build', 'build-asan', 'build-clang', 'build-tsan'), 'examples/film.sh': ('build',)}
OPTIONS = {'build-asan': ['--sanitize'], 'build-clang': ['--clang'], 'build-tsan': ['--threads']}


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

    def test_install_option(self):
        """It reaches packaging/setup.sh."""
        for script in SCRIPTS:
            self.run_script(script, '--install')
            self.assertIn('packaging/setup.sh --install ', self.started())
            self.log.unlink()

    def test_own_folder(self):
        for script, folder, path in self.each_folder():
            # As a setup leaves it that was interrupted.
            (path / 'meson-private').mkdir(parents=True)
            (path / 'kept').touch()
            result = self.run_script(script, *OPTIONS.get(folder, []))
            self.assertNotIn('Move it away', result.stderr)
            self.assertIn(f'meson setup {folder}', self.started())
            self.assertTrue((path / 'kept').exists())


class Setup(unittest.TestCase):
    """packaging/setup.sh where every package is missing."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.programs = pathlib.Path(directory.name)
        self.log = self.programs / 'log'
        for name in ('env', 'grep', 'mktemp', 'rm', 'sed', 'sh', 'sort', 'tail', 'tr'):
            (self.programs / name).symlink_to(shutil.which(name))
        self.add_program('apt-get', f'echo "apt-get $*" >>{self.log}')
        self.add_program('apt-cache', 'echo "  Candidate: 1.0"')
        self.add_program('dpkg-query', 'exit 1')
        self.add_program('sudo', f'echo sudo >>{self.log}\nexec "$@"')
        self.become(1000)

    def add_program(self, name, script):
        program = self.programs / name
        program.write_text(f'#!/bin/sh\n{script}\n', encoding='utf-8')
        program.chmod(0o755)

    def become(self, user_id):
        self.add_program('id', f'echo {user_id}')

    def run_setup(self, *arguments, stdin=subprocess.DEVNULL, **variables):
        environment = {key: value for key, value in os.environ.items() if key != 'CI'}
        environment |= variables | {'PATH': str(self.programs)}
        return subprocess.run([ROOT / 'packaging' / 'setup.sh', *arguments], stdin=stdin,
                              capture_output=True, text=True, env=environment, timeout=20,
                              check=False)

    def run_on_terminal(self, answer):
        terminal, stdin = pty.openpty()
        os.write(terminal, answer.encode())
        try:
            return self.run_setup('clang', stdin=stdin)
        finally:
            os.close(stdin)
            os.close(terminal)

    def started(self):
        return self.log.read_text(encoding='utf-8').splitlines() if self.log.exists() else []

    def assert_installed(self, result, *first):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('Installing with apt-get, for clang: clang', result.stdout)
        *before, command = self.started()
        self.assertEqual(before, [*first])
        self.assertRegex(command, '^apt-get .* install .*clang libclang-rt-dev$')

    def assert_printed(self, result):
        self.assertEqual(result.returncode, 1)
        self.assertIn('apt-get install -y --no-install-recommends clang', result.stderr)
        self.assertEqual(self.started(), [])

    def test_without_terminal(self):
        result = self.run_setup('clang')
        self.assert_printed(result)
        self.assertIn('packaging/setup.sh --install clang', result.stderr)

    def test_terminal_yes(self):
        result = self.run_on_terminal('y\n')
        self.assertIn('apt-get install -y', result.stderr)
        self.assertIn('[y/N]', result.stderr)
        self.assert_installed(result, 'sudo')

    def test_terminal_no(self):
        for answer in ('\n', 'n\n', '\4'):
            with self.subTest(answer=answer):
                self.assert_printed(self.run_on_terminal(answer))

    def test_option(self):
        self.assert_installed(self.run_setup('--install', 'clang'), 'sudo')

    def test_ci(self):
        self.assert_installed(self.run_setup('clang', CI='true'), 'sudo')

    def test_root(self):
        self.become(0)
        self.assert_installed(self.run_setup('clang'))

    def test_without_sudo(self):
        (self.programs / 'sudo').unlink()
        self.assert_printed(self.run_setup('--install', 'clang'))

    def test_check(self):
        self.become(0)
        self.assertEqual(self.run_setup('--check', 'clang').returncode, 1)
        self.assertEqual(self.started(), [])


if __name__ == '__main__':
    tap.main()
