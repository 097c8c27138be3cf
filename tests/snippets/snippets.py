# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds the programs and commands in the written pages and in the doc comments.

A comment before a block, which no reader sees, says what a test has to know:

    <!-- test: skip REASON -->     it cannot run here
    <!-- test: compile REASON -->  it is only compiled
    <!-- test: prints TEXT -->     it does not end by itself, and is right when it has printed TEXT

Without one the block is run and ends with success. In the output of a terminal, the commands after
the prompt “$ ” are run; they must be understood, whatever they find."""

import dataclasses
import pathlib
import re
import textwrap

TERMINAL = 'terminal'
PROMPT = '$ '
LANGUAGES = {TERMINAL, 'c', 'javascript', 'lua', 'python', 'sh', 'vala'}
# Not programs: a grammar, files of configuration, and what a program prints.
OTHER_FORMATS = {'', 'ini', 'meson', 'text'}

FENCE = re.compile(r'```(?P<language>.*)')
DIRECTIVE = re.compile(r'<!-- test: (?P<mode>skip|compile|prints) (?P<argument>.*) -->')


@dataclasses.dataclass
class Snippet:
    name: str
    line: int
    language: str
    mode: str
    argument: str
    text: str


def lines_of(path):
    """The lines in which there may be a block: in a program those of its doc comments."""
    is_comment = path.suffix == '.md'
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        if path.suffix == '.md':
            yield number, line
            continue
        if line.strip() == '/**':
            is_comment = True
        if is_comment:
            yield number, re.sub(r'^\s*\* ?', '', line)
        if line.strip() == '*/':
            is_comment = False


def blocks_of(path):
    """The fenced blocks: first line, language, the directive before it, and the text."""
    begin = 0
    language = ''
    directive = None
    text = []
    for number, line in lines_of(path):
        fence = FENCE.fullmatch(line.strip())
        if fence and not begin:
            begin, language, text = number, fence['language'], []
        elif fence:
            yield begin, language, directive, textwrap.dedent('\n'.join(text)) + '\n'
            begin, directive = 0, None
        elif begin:
            text.append(line)
        elif line.strip():
            directive = DIRECTIVE.fullmatch(line.strip())


def snippets_of(path):
    for i, (line, language, directive, text) in enumerate(blocks_of(path), 1):
        if not language and text.startswith(PROMPT):
            language = TERMINAL
        if language in OTHER_FORMATS:
            continue
        if language not in LANGUAGES:
            raise ValueError(f'{path}:{line}: nobody knows how to test {language!r}')
        mode, argument = directive.groups() if directive else ('run', '')
        yield Snippet(f'{path.stem}_{i}'.replace('-', '_'), line, language, mode, argument, text)


def find(root):
    pages = [*root.glob('*.md'), *root.glob('docs/*.md')]
    sources = [*root.glob('lib/*.[ch]'), *root.glob('gst/*.[ch]')]
    for path in sorted(map(pathlib.Path, pages)) + sorted(sources):
        for snippet in snippets_of(path):
            yield path.relative_to(root), snippet
