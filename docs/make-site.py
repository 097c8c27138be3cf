#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the manual as HTML: make-site.py TOML GIR OUTPUT PAGE... -- GI-DOCGEN OPTION...

The pages of this folder read well as they are, in the repository: their links lead to other pages,
and names of the library are code. On the site, links lead to HTML, and names to the reference."""

import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

GIR = '{http://www.gtk.org/introspection/core/1.0}'
C_TYPE = '{http://www.gtk.org/introspection/c/1.0}type'
C_IDENTIFIER = '{http://www.gtk.org/introspection/c/1.0}identifier'
GLIB_SIGNAL = '{http://www.gtk.org/introspection/glib/1.0}signal'
GLIB_ERROR_DOMAIN = '{http://www.gtk.org/introspection/glib/1.0}error-domain'

TYPES = {'class': 'class', 'interface': 'iface', 'record': 'struct', 'enumeration': 'enum',
         'bitfield': 'flags'}
CALLABLES = {'method': 'method', 'function': 'func', 'constructor': 'ctor'}


def find_links(gir):
    """Returns what gi-docgen calls each name of the library that a page can have as code."""
    namespace = xml.etree.ElementTree.parse(gir).getroot().find(f'{GIR}namespace')
    prefix = namespace.get('name')
    links = {f'{function.get(C_IDENTIFIER)}()': f'[func@{prefix}.{function.get("name")}]'
             for function in namespace.iterfind(f'{GIR}function')}
    for tag, kind in TYPES.items():
        for element in namespace.iterfind(f'{GIR}{tag}'):
            if element.get(C_TYPE):
                links.update(find_links_of_type(element, kind, prefix))
    return links


def find_links_of_type(element, kind, prefix):
    name, symbol = f'{prefix}.{element.get("name")}', element.get(C_TYPE)
    if GLIB_ERROR_DOMAIN in element.attrib:
        kind = 'error'
    yield symbol, f'[{kind}@{name}]'
    for tag, callable_kind in CALLABLES.items():
        for function in element.iterfind(f'{GIR}{tag}'):
            yield (f'{function.get(C_IDENTIFIER)}()',
                   f'[{callable_kind}@{name}.{function.get("name")}]')
    for member in element.iterfind(f'{GIR}property'):
        yield f'{symbol}:{member.get("name")}', f'[property@{name}:{member.get("name")}]'
    for member in element.iterfind(GLIB_SIGNAL):
        yield f'{symbol}::{member.get("name")}', f'[signal@{name}::{member.get("name")}]'


def convert_line(line, links):
    line = re.sub(r'\]\(([\w-]+)\.md(#[^)]*)?\)', r'](\1.html\2)', line)
    line = line.replace('](images/', '](')
    if line.startswith('#'):
        return line
    return re.sub('(?<!`)`([^`]+)`(?!`)', lambda code: links.get(code[1], code[0]), line)


def convert_page(text, links):
    """A page begins with its title, which gi-docgen wants to have in a line of its own."""
    title = text.partition('\n')[0].removeprefix('# ')
    lines, is_code = [f'Title: {title}', ''], False
    for line in text.splitlines():
        is_code ^= line.startswith('```')
        lines.append(line if is_code else convert_line(line, links))
    return '\n'.join(lines) + '\n'


def make_entry_page(output):
    """The site begins with the overview; the index of the reference gets a page of its own."""
    for page in output.rglob('*.html'):
        text = page.read_text(encoding='utf-8')
        page.write_text(re.sub(r'(href="(?:\.\./)*)index\.html', r'\1reference.html', text),
                        encoding='utf-8')
    (output / 'index.html').rename(output / 'reference.html')
    (output / 'index.html').write_bytes((output / 'overview.html').read_bytes())


def main():
    end = sys.argv.index('--')
    toml, gir, output, *pages = sys.argv[1:end]
    links = find_links(gir)
    content = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as directory:
        for page in map(pathlib.Path, pages):
            text = convert_page(page.read_text(encoding='utf-8'), links)
            pathlib.Path(directory, page.name).write_text(text, encoding='utf-8')
        subprocess.run([*sys.argv[end + 1:], f'--config={toml}', f'--content-dir={directory}',
                        f'--content-dir={content}', f'--output-dir={output}', gir], check=True)
    make_entry_page(pathlib.Path(output))


if __name__ == '__main__':
    main()
