#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the words that CONTRIBUTING.md replaces by those of GLib and the kernel.

Prints how often each word occurs in each part of the tree, and fails when a part has more of them
than count-words.txt allows. Identifiers count too: is_heard and EventTeller have one word each."""

import argparse
import collections
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = pathlib.Path(__file__).with_suffix('.txt')

# A part of the tree, and the files and folders in it.
AREAS = {
    'README': ['README.md'],
    'NEWS': ['NEWS.md'],
    'CONTRIBUTING': ['CONTRIBUTING.md', 'SECURITY.md'],
    'docs': ['docs'],
    'lib': ['lib'],
    'gst': ['gst'],
    'tools': ['tools'],
    'examples': ['examples'],
    'tests': ['tests'],
}

WORDS = {
    'hear': r'hears?|heard|hearing|hearers?',
    'tell': r'tells?|told|telling|tellers?',
    'behind': r'behind',
    'go on': r'go on|goes on|going on|gone on|went on',
    'news': r'news',
    'is none': r'(?:is|are|was|were|be) (?-i:none)',
    'for ever': r'for ever',
    'anew': r'anew',
    'made again': r'(?:made|make|makes|making) again',
    'under way': r'under way',
    'shall': r'shall',
    'whoever': r'whoever|whomever',
    'so many': r'so many',
    'keeper': r'keepers?',
    'lane': r'lanes?',
    'loose': r'loose(?:ly)?',
    'treatment': r'treatments?',
    'picture': r'pictures?',
    'collection': r'collections?',
    'those that': r'those (?:that|who)',
    'mend': r'mends?|mended|mending',
}
PATTERNS = {word: re.compile(rf'(?<![a-z])(?:{pattern})(?![a-z])'.replace(' ', r'[\s_*#/-]+'),
                             re.IGNORECASE)
            for word, pattern in WORDS.items()}

# The verb `mcast hear`, the names of files, and Python's module.
NAMES = re.compile(r'(?i:mcast[ -]hear)\b|(?<![A-Z])(?:HEAR|NEWS)(?![A-Z])|[`\'"\[]hear[`\'"\]]'
                   r'|[\w/-]+\.(?:c|h|html|md|py|txt)\b|import collections\b|\bcollections\.')
CAMEL_CASE = re.compile(r'(?<=[a-z])(?=[A-Z])')


def find_files(paths):
    """The text files at or below some paths. This program and its record quote the words."""
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob('*'))
        for file in files:
            if file.is_file() and '__pycache__' not in file.parts and file.stem != 'count-words':
                yield file


def find_words(file):
    """Pairs of a word and the number of the line that it begins in."""
    try:
        text = file.read_text(encoding='utf-8')
    except UnicodeDecodeError:
        return
    text = NAMES.sub('', CAMEL_CASE.sub(' ', text))
    for word, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            yield word, text.count('\n', 0, match.start()) + 1


class Record:
    """What count-words.txt holds: a ceiling for each area, and the exceptions."""

    def __init__(self):
        self.ceilings = {}
        self.exceptions = {}
        for line in RECORD.read_text(encoding='utf-8').splitlines():
            if line.startswith('ceiling '):
                _, area, number = line.split()
                self.ceilings[area] = int(number)
            elif line and not line.startswith('#'):
                place, number, _reason = line.split('|', 2)
                file, _, word = place.strip().partition(':')
                self.exceptions[file, word] = int(number)


def count(files, record, on_found=None):
    """How often each word occurs, less the exceptions."""
    counter = collections.Counter()
    for file in files:
        name = os.path.relpath(file, ROOT)
        found = collections.defaultdict(list)
        for word, line in find_words(file):
            found[word].append(line)
        for word, lines in found.items():
            n_allowed = record.exceptions.get((name, word), 0)
            counter[word] += max(len(lines) - n_allowed, 0)
            if on_found and len(lines) > n_allowed:
                on_found(name, word, lines)
    return counter


def table(counters):
    """Lines: a word each, with its count in each area."""
    rows = [[word, *(counter[word] for counter in counters.values())] for word in WORDS]
    rows.append(['total', *(counter.total() for counter in counters.values())])
    rows = [[*row, sum(row[1:])] for row in rows]
    widths = [max(map(len, WORDS)), *(max(len(name), 5) for name in [*counters, 'total'])]
    for row in [['word', *counters, 'total'], *rows]:
        first, *rest = row
        yield ' '.join([first.ljust(widths[0]),
                        *(str(cell).rjust(width) for cell, width in zip(rest, widths[1:]))])


def print_place(name, word, lines):
    for line in lines:
        print(f'{name}:{line}: {word}')


def check(counters, record, is_tap):
    """Prints the verdict on each area, and returns whether one is above its ceiling."""
    is_failed = False
    if is_tap:
        print(f'1..{len(counters)}')
    for number, (area, counter) in enumerate(counters.items(), 1):
        ceiling = record.ceilings[area]
        is_above = counter.total() > ceiling
        is_failed |= is_above
        if is_tap:
            print(f'{"not ok" if is_above else "ok"} {number} {area}')
        if is_above:
            print(f'# {area}: {counter.total()} words, at most {ceiling} are allowed; '
                  f'tests/count-words.py --list {" ".join(AREAS[area])} shows where')
        elif counter.total() < ceiling:
            print(f'# {area}: the ceiling in {RECORD.name} can be {counter.total()}')
    return is_failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--list', action='store_true', help='show file and line of each word')
    parser.add_argument('--tap', action='store_true', help='print the result as TAP')
    parser.add_argument('paths', metavar='PATH', nargs='*', type=pathlib.Path,
                        help='files or folders to count in, instead of the whole tree')
    options = parser.parse_args()

    record = Record()
    on_found = print_place if options.list else None
    if options.paths:
        counters = {str(path): count(find_files([path.resolve()]), record, on_found)
                    for path in options.paths}
    else:
        counters = {area: count(find_files(ROOT / name for name in names), record, on_found)
                    for area, names in AREAS.items()}
    for line in table(counters):
        print(f'# {line}' if options.tap else line)
    if options.paths:
        return 0
    return check(counters, record, options.tap)


if __name__ == '__main__':
    sys.exit(main())
