#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks lib/, gst/ and tools/ against the layers: prints each violation as FILE:LINE: RULE: TEXT.

An include may lead to a file of the same layer or of a lower one. A module is a .c file with its .h
and -private.h; modules do not include each other in a circle.
"""

import collections
import pathlib
import re
import sys

FOLDERS = ('lib', 'gst', 'tools', 'uri')

# lib/ itself holds the lowest layer and the highest ones, so its modules are listed.
VALUES = '''
    mcast-address mcast-datagram mcast-datagram-origin mcast-enums mcast-error mcast-event
    mcast-group mcast-interface mcast-interface-specifier mcast-limits mcast-log mcast-path
    mcast-route mcast-rx-message mcast-rx-options mcast-source-filter mcast-text mcast-tx-message
    mcast-tx-options mcast-version mcast-version-check mcast-version-macros mcast-weak-ref
'''
MODULE_LAYERS = {
    **{module: 'values' for module in VALUES.split()},
    'mcast-interface-monitor': 'interfaces',
    'mcast-sap-session': 'sap',
    'mcast-rx-socket': 'sockets',
    'mcast-tx-socket': 'sockets',
    'mcast-sap-announcer': 'discovery',
    'mcast-sap-listener': 'discovery',
    'mcast': 'discovery',
}
FOLDER_LAYERS = {
    'lib/os': 'os',
    'lib/interfaces': 'interfaces',
    'lib/rx': 'rx',
    'lib/tx': 'tx',
    'lib/socket': 'socket',
    'lib/sap': 'sap',
}
# Layers of the same height do not include each other.
HEIGHTS = {'values': 0, 'os': 1, 'interfaces': 2, 'rx': 3, 'tx': 3, 'socket': 4, 'sockets': 5,
           'sap': 1, 'discovery': 6}

# Pure logic, which its tests run without a kernel.
PURE_MODULES = ('mcast-rx-plan', 'mcast-tx-plan')

GENERATED = {'config.h': None, 'mcast-version.h': 'mcast-version'}
SYSTEM_HEADERS = re.compile(r'linux/|libmnl/|poll\.h|sys/(epoll|eventfd|poll)\.h')
SYSTEM_PATH = re.compile(r'"/(proc|sys)[/"]')
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)


Finding = collections.namedtuple('Finding', 'file line rule text')


def without_comments(source):
    def blank(match):
        text = match.group()
        return text if text[0] == '"' else re.sub(r'[^\n]', ' ', text)
    return COMMENT_OR_TEXT.sub(blank, source)


class File:
    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.name = path.name
        self.folder = self.path.split('/', 1)[0]
        self.module = re.sub(r'(-private|-linux|-posix|-windows)+$', '', path.stem)
        self.lines = without_comments(path.read_text(encoding='utf-8')).split('\n')
        self.layer = self._find_layer()

    def _find_layer(self):
        if self.folder != 'lib':
            return self.folder
        parent = self.path.rpartition('/')[0]
        return MODULE_LAYERS.get(self.module) if parent == 'lib' else FOLDER_LAYERS.get(parent)

    def includes(self):
        """(line, is quoted, name) of each."""
        for number, line in enumerate(self.lines, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1) == '"', match.group(2)


class Tree:
    def __init__(self, root):
        self.findings = []
        self.files = {}
        for folder in FOLDERS:
            for path in sorted((root / folder).rglob('*.[ch]')):
                file = File(root, path)
                self.files[file.path] = file
        # File -> (line, file) of each include of ours.
        self.includes = {file: list(self.own_includes(file)) for file in self.files.values()}

    def add(self, file, line, rule, text):
        self.findings.append(Finding(file.path, line, rule, text))

    def resolve(self, file, name):
        """The file that a quoted include leads to: from the top folder on, outside lib/ also from
        the folder of the including file, and from uri/."""
        places = [f'{file.folder}/{name}']
        if file.folder != 'lib':
            places.append((pathlib.PurePosixPath(file.path).parent / name).as_posix())
            places.append(f'uri/{name}')
        return next((self.files[place] for place in places if place in self.files), None)

    def own_includes(self, file):
        for line, is_quoted, name in file.includes():
            if is_quoted and name not in GENERATED:
                target = self.resolve(file, name)
                if target is not None:
                    yield line, target
                else:
                    self.add(file, line, 'include', f'"{name}" is no file of {file.folder}/')

    def check(self):
        self.check_names()
        for file in self.files.values():
            self.check_layer(file)
            self.check_foreign(file)
            self.check_paths(file)
            self.check_pure(file)
        self.check_cycles()
        return sorted(self.findings)

    def check_names(self):
        seen = {}
        for file in self.files.values():
            first = seen.setdefault(file.name, file)
            if first is not file:
                self.add(file, 1, 'name', f'{first.path} has the same name')

    def check_layer(self, file):
        if file.layer is None:
            self.add(file, 1, 'layer', 'no layer is known for it; name one in tests/layering.py')
        for line, target in self.includes[file]:
            if file.layer in HEIGHTS and target.layer in HEIGHTS and file.layer != target.layer \
                    and HEIGHTS[target.layer] >= HEIGHTS[file.layer]:
                self.add(file, line, 'layer', f'{file.layer} includes {target.path} of '
                         f'{target.layer}')

    def check_foreign(self, file):
        for line, is_quoted, name in file.includes():
            if is_quoted:
                continue
            if SYSTEM_HEADERS.match(name) and file.folder != 'tools' and file.layer != 'os':
                self.add(file, line, 'system', f'<{name}> is for lib/os alone')
            if name.startswith('mcast') and (file.folder == 'lib' or name != 'mcast.h'):
                self.add(file, line, 'include', f'<{name}> is not public')

    def check_paths(self, file):
        if file.folder != 'lib' or file.layer == 'os':
            return
        for number, line in enumerate(file.lines, 1):
            if SYSTEM_PATH.search(line):
                self.add(file, number, 'system', 'paths of the system are for lib/os alone')

    def check_pure(self, file):
        if file.module not in PURE_MODULES:
            return
        for line, target in self.includes[file]:
            for reached in reach(target, lambda other: [to for _, to in self.includes[other]]):
                if reached.layer == 'os':
                    self.add(file, line, 'pure', f'it leads to {reached.path}')

    def check_cycles(self):
        edges = collections.defaultdict(dict)
        for file, targets in self.includes.items():
            for line, target in targets:
                if target.module != file.module:
                    edges[file.module].setdefault(target.module, (file, line))
        reached = {module: set().union(*(reach(other, lambda m: edges.get(m, ())) for other in to))
                   for module, to in edges.items()}
        done = set()
        for module in sorted(edges):
            if module in reached[module] and module not in done:
                circle = [other for other in sorted(reached[module])
                          if module in reached.get(other, ())]
                done.update(circle)
                place = next(edges[module][other] for other in circle if other in edges[module])
                self.add(*place, 'cycle', ', '.join(circle) + ' include each other')


def reach(start, neighbors):
    """Start and all that neighbors() leads to from there."""
    reached = [start]
    for item in reached:
        reached += [other for other in neighbors(item) if other not in reached]
    return reached


def check(root):
    return Tree(pathlib.Path(root)).check()


def main():
    findings = check(pathlib.Path(__file__).resolve().parent.parent)
    for finding in findings:
        print(f'{finding.file}:{finding.line}: {finding.rule}: {finding.text}')
    sys.exit(1 if findings else 0)


if __name__ == '__main__':
    main()
