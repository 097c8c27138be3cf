#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the command says of itself: help, manual page and completions agree."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import tap
from command import mcast

TOOLS = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent / 'tools'
COMPLETIONS = TOOLS / 'completions'
DOCS = TOOLS.parent / 'docs'


def verbs():
    """The words of the list in --help."""
    text = mcast('--help').stdout
    return re.findall(r'(?m)^  ([a-z]+) {2,}', text.partition('Verbs')[2].partition('\n\n')[0])


def options(verb):
    return re.findall(r'(?m)^  (?:-\w, )?--([a-z-]+)', mcast(verb, '--help').stdout)


def page(name):
    return (DOCS / f'{name}.md').read_text(encoding='utf-8')


def complete_in_bash(*words):
    script = (f'. {COMPLETIONS}/mcast.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mcast; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    return subprocess.run(['bash', '-c', script, 'bash', *words], check=True, capture_output=True,
                          text=True).stdout.split()


class Help(unittest.TestCase):
    def test_there_are_thirteen_verbs(self):
        self.assertEqual(len(verbs()), 13)

    def test_manual_has_every_verb_and_option(self):
        manual = (TOOLS / 'man' / 'mcast.1.in').read_text(encoding='utf-8').replace('\\', '')
        for verb in verbs():
            self.assertIn(f'.SS {verb}\n', manual)
            for option in options(verb):
                self.assertRegex(manual, rf'--{option}\b')

    def test_every_verb_has_a_page(self):
        common = set(re.findall(r'--([a-z-]+)', page('command')))
        pages = (DOCS / 'meson.build').read_text(encoding='utf-8')
        for verb in verbs():
            name = 'mcast-ping' if verb == 'pong' else f'mcast-{verb}'
            text = page(name)
            self.assertIn(f'mcast {verb} ', text.replace('\n', ' '))
            for option in set(options(verb)) - common:
                self.assertRegex(text, rf'--{option}\b', verb)
            self.assertIn('## Exit status' if verb != 'noop' else 'exit status', text)
            self.assertIn(f"  ['{name}', '", pages)

    def test_every_finding_is_on_its_page_and_has_a_test(self):
        sources = ''.join(path.read_text(encoding='utf-8') for path in TOOLS.glob('doctor/*.c'))
        findings = set(re.findall(r'doctor_report_add \(\s*report, "([a-z0-9-]+)"', sources)
                       + re.findall(r'check_limit \(\s*report, "([a-z0-9-]+)"', sources))
        self.assertGreater(len(findings), 25)
        tests = (DOCS.parent / 'tests' / 'test-doctor.py').read_text(encoding='utf-8')
        listed = page('mcast-doctor').partition('## Findings')[2]
        for finding in findings:
            self.assertIn(f'`{finding}`', listed)
            self.assertIn(f"'{finding}'", tests)
        rows = re.findall(r'(?m)^\| (`.*?) \|', listed)
        named = set(re.findall(r'`([a-z0-9-]+)`', ' '.join(rows)))
        self.assertEqual(named - {'id'}, findings)

    def test_manual_has_no_fault(self):
        if shutil.which('groff') is None:
            self.skipTest('groff is not installed')
        result = subprocess.run(['groff', '-man', '-ww', '-z', '-Tascii',
                                 TOOLS / 'man' / 'mcast.1.in'], capture_output=True, text=True,
                                check=True, env={'PATH': os.environ['PATH']})
        self.assertEqual(result.stderr, '')

    def test_bash_completes_verbs(self):
        self.assertEqual(complete_in_bash('mcast', 're'), ['recv', 'relay'])
        self.assertLessEqual(set(verbs()), set(complete_in_bash('mcast', '')))

    def test_bash_completes_the_options_of_each_verb(self):
        for verb in verbs():
            for word in (verb, verb.upper()):
                self.assertEqual(set(complete_in_bash('mcast', word, '--')),
                                 {f'--{option}' for option in options(verb)}, verb)

    def test_bash_completes_values(self):
        self.assertEqual(complete_in_bash('mcast', 'recv', '--format', 'j'), ['json'])
        self.assertEqual(complete_in_bash('mcast', 'recv', '--format', '=', 'h'), ['hex'])
        self.assertIn('lo', complete_in_bash('mcast', '--use-std', 'hear', '--iface', ''))

    def test_zsh(self):
        path = COMPLETIONS / '_mcast'
        text = path.read_text(encoding='utf-8')
        for verb in verbs():
            self.assertIn(f"'{verb}:", text)
            for option in options(verb):
                self.assertRegex(text, rf"'--{option}[=\[]")
        if shutil.which('zsh') is None:
            self.skipTest('zsh is not installed')
        subprocess.run(['zsh', '-n', path], check=True)

    def test_fish(self):
        path = COMPLETIONS / 'mcast.fish'
        text = path.read_text(encoding='utf-8')
        for verb in verbs():
            self.assertIn(f'-a {verb} ', text)
            for option in options(verb):
                self.assertRegex(text, rf'-l {option} ')
        if shutil.which('fish') is None:
            self.skipTest('fish is not installed')
        for line, wanted in (('mcast re', {'recv', 'relay'}), ('mcast RECV --form', {'--format'}),
                             ('mcast recv --format=h', {'--format=hex'})):
            out = subprocess.run(['fish', '--no-config', '-c',
                                  f'source {path}; complete -C "{line}"'], check=True,
                                 capture_output=True, text=True).stdout
            self.assertEqual({row.split('\t')[0] for row in out.splitlines()}, wanted)


if __name__ == '__main__':
    tap.main()
