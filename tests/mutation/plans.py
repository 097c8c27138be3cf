#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Breaks the plans of lib/rx and lib/tx in the ways that plans.toml lists, one at a time, and
expects their unit tests to fail.

Runs from a build directory, or on the one given. A mutant is compiled from a copy in a temporary
directory and linked in front of the library's objects, so no file of the tree changes.
"""

import argparse
import collections
import pathlib
import shlex
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# A mutant may loop without an end.
TIMEOUT = 60

Mutation = collections.namedtuple('Mutation', 'file test why old new')


class Failure(Exception):
    pass


def load_mutations(names):
    with open(HERE / 'plans.toml', 'rb') as file:
        tables = tomllib.load(file)['mutation']
    mutations = [Mutation(**table) for table in tables]
    return [mutation for mutation in mutations if not names or mutation.test in names]


class Program:
    """A test program, and how it is linked with another object of one source file."""

    def __init__(self, build, name, source):
        target = f'tests/test-{name}'
        self.build = build
        self.source = source
        subprocess.run(['ninja', '-C', build, target], check=True, stdout=subprocess.DEVNULL)
        text = subprocess.run(['ninja', '-C', build, '-t', 'commands', target], check=True,
                              capture_output=True, text=True).stdout
        commands = [shlex.split(line) for line in text.splitlines()]
        self.compile = self.find(commands, lambda words: '-c' in words
                                 and words[-1].endswith(source))
        self.link = self.find(commands, lambda words: '-o' in words and '-c' not in words
                              and words[words.index('-o') + 1] == target)

    def find(self, commands, is_wanted):
        for words in commands:
            if is_wanted(words):
                return words[1:] if words[0] == 'ccache' else words
        raise Failure(f'{self.build} does not say how {self.source} is built')

    def run(self, text, folder):
        """Returns whether the test passes with @text instead of the source file."""
        source = folder / 'mutant.c'
        object_file = folder / 'mutant.o'
        program = folder / 'mutant'
        source.write_text(text, encoding='utf-8')

        words = without_dependencies(self.compile)
        words[words.index('-o') + 1] = str(object_file)
        words[-1] = str(source)
        self.call(words + ['-w', '-Wno-error'])

        words = list(self.link)
        output = words.index('-o') + 1
        words[output:output + 1] = [str(program), str(object_file)]
        self.call(words)
        return passes(program, folder)

    def call(self, words):
        result = subprocess.run(words, cwd=self.build, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            raise Failure(f'it does not build:\n{result.stdout}')


def without_dependencies(words):
    """The command without the options that write a file for ninja."""
    kept = [word for word in words if word != '-MD']
    for option in ('-MQ', '-MF'):
        if option in kept:
            position = kept.index(option)
            del kept[position:position + 2]
    return kept


def passes(program, folder):
    try:
        return subprocess.run([program], cwd=folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=TIMEOUT).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def mutate(mutation):
    text = (ROOT / mutation.file).read_text(encoding='utf-8')
    n = text.count(mutation.old)
    if n != 1:
        raise Failure(f'its text is {n} times in {mutation.file}, and must be once')
    return text.replace(mutation.old, mutation.new)


def check_unchanged(program, mutation, folder):
    if not program.run((ROOT / mutation.file).read_text(encoding='utf-8'), folder):
        raise Failure(f'test-{mutation.test} fails without a mutation')


def run_all(mutations, build, is_tap):
    programs = {}
    survived = []
    if is_tap:
        print(f'1..{len(mutations)}')
    for number, mutation in enumerate(mutations, 1):
        with tempfile.TemporaryDirectory(prefix='mcast-mutation-') as name:
            folder = pathlib.Path(name)
            key = mutation.test, mutation.file
            try:
                if key not in programs:
                    programs[key] = Program(build, mutation.test, mutation.file)
                    check_unchanged(programs[key], mutation, folder)
                survives = programs[key].run(mutate(mutation), folder)
            except Failure as failure:
                sys.exit(f'{mutation.test}: {mutation.why}: {failure}')
        if survives:
            survived.append(mutation)
        if is_tap:
            print(f'{"not ok" if survives else "ok"} {number} {mutation.test}: {mutation.why}')
        else:
            print(f'{"SURVIVED" if survives else "killed  "} {mutation.test}: {mutation.why}',
                  flush=True)
    return survived


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default=pathlib.Path.cwd(),
                        help='the build directory, instead of the current one')
    parser.add_argument('--tap', action='store_true', help='print the result as TAP')
    parser.add_argument('test', nargs='*', help='rx-plan, tx-plan; all unless given')
    options = parser.parse_args()

    mutations = load_mutations(options.test)
    survived = run_all(mutations, options.build.resolve(), options.tap)
    print(f'{"# " if options.tap else ""}{len(mutations) - len(survived)} killed, '
          f'{len(survived)} survived')
    sys.exit(1 if survived else 0)


if __name__ == '__main__':
    main()
