#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs `reuse lint` on the files that git tracks, and prints what it says if it fails.

The reuse of Debian 12 predates REUSE.toml. It gets a copy of the files with the older dep5 file.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def to_dep5(annotations):
    paragraphs = ['Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n']
    for annotation in annotations:
        paragraphs.append(f'Files: {" ".join(annotation["path"])}\n'
                          f'Copyright: {annotation["SPDX-FileCopyrightText"]}\n'
                          f'License: {annotation["SPDX-License-Identifier"]}\n')
    return '\n'.join(paragraphs)


def predates_toml():
    version = subprocess.run(['reuse', '--version'], check=True, capture_output=True, text=True)
    return int(re.search('[0-9]+', version.stdout)[0]) < 4


def copy_tracked_files(copy):
    names = subprocess.run(['git', 'ls-files', '-z'], cwd=ROOT, check=True, capture_output=True,
                           text=True).stdout.rstrip('\0').split('\0')
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name, follow_symlinks=False)


def main():
    if shutil.which('reuse') is None:
        print('reuse is missing: packaging/setup.sh licenses', file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as directory:
        copy = pathlib.Path(directory)
        copy_tracked_files(copy)
        if predates_toml():
            settings = tomllib.loads((copy / 'REUSE.toml').read_text(encoding='utf-8'))
            (copy / 'REUSE.toml').unlink()
            (copy / '.reuse').mkdir()
            (copy / '.reuse' / 'dep5').write_text(to_dep5(settings['annotations']),
                                                  encoding='utf-8')
        done = subprocess.run(['reuse', '--root', copy, 'lint'], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout)
    return done.returncode


if __name__ == '__main__':
    sys.exit(main())
