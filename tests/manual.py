# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads the pages of the manual, for the tests that compare them with the library."""

import os
import pathlib
import re

ROOT = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
PAGES = sorted((ROOT / 'docs').glob('*.md'))


def read(*names):
    return ROOT.joinpath(*names).read_text(encoding='utf-8')


def section(text, title):
    """What stands below a heading, up to the next one of the same rank or a higher one."""
    rank = len(title) - len(title.lstrip('#'))
    _, _, rest = text.partition(f'\n{title}\n')
    return re.split(rf'^#{{1,{rank}}} ', rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text):
    """The names in the first column of the tables."""
    names = []
    for cell in re.findall(r'^\| (`[^|]*) \|', text, re.MULTILINE):
        names += re.findall('`([^`]*)`', cell)
    return names
