#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables, lists and links of the manual agree with the library and with each other."""

import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, os.environ['G_TEST_SRCDIR'])
import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Gio, Mcast
import tap
from manual import PAGES, ROOT, first_cells, read, section


class ErrorTest(unittest.TestCase):
    def test_own_codes(self):
        names = [name.removeprefix('MCAST_ERROR_') for name in (
            Mcast.Error(code).value_name for code in sorted(Mcast.Error.__enum_values__))]
        table = first_cells(section(read('docs', 'errors.md'), '## Codes of mcast'))
        self.assertEqual(table, names)

    def test_transient(self):
        """The manual and the reference agree on the errors that can disappear."""
        header = read('lib', 'mcast-error.h')
        rows = re.findall(r'^\| `(\w+)` \|.*\|.*\| (yes|no) \|.*\|$',
                          section(read('docs', 'errors.md'), '## Codes of mcast'), re.M)
        self.assertEqual(len(rows), len(Mcast.Error.__enum_values__))
        for name, transient in rows:
            [text] = re.findall(rf'@MCAST_ERROR_{name}:(.*?)\n \* (?:@|\n)|$',
                                header.replace('\n *\n', '\n * \n'), re.S)[:1]
            self.assertIn('Transient' if transient == 'yes' else 'Permanent', text, name)

    def test_codes_of_gio(self):
        table = first_cells(section(read('docs', 'errors.md'), '## Codes of GIO'))
        self.assertGreater(len(table), 8)
        for name in table:
            self.assertTrue(hasattr(Gio.IOErrorEnum, name), name)


class VersionTest(unittest.TestCase):
    def test_needed(self):
        build = read('meson.build') + read('docs', 'meson.build')
        table = section(read('docs', 'versioning.md'), '## Requirements')
        for what, name in (('GLib', 'glib_req'), ('GStreamer, for the elements', 'gst_req')):
            [version] = re.findall(rf"{name} = '>= (.*)'", build)
            self.assertIn(f'| {what} | {version} |', table)
        [version] = re.findall(r"meson_version: '>= (.*)'", build)
        self.assertIn(f'| meson, to build | {version} |', table)
        [version] = re.findall(r"'libmnl', version: '>= (.*)'", build)
        self.assertIn(f'| libmnl | {version} |', table)

    def test_names(self):
        """The numbers in the names of the files are those of the promise."""
        build = read('meson.build')
        [api] = re.findall("mcast_api_version = '(.*)'", build)
        [abi] = re.findall('mcast_soversion = (.*)', build)
        text = read('docs', 'versioning.md')
        for name in (f'mcast-{api}.pc', f'libmcast-{api}.so.{abi}', f'Mcast-{api}.typelib'):
            self.assertIn(f'`{name}`', text)

    def test_macros(self):
        header = read('lib', 'mcast-version.h.in')
        for macro in ('MCAST_MAJOR_VERSION', 'MCAST_MINOR_VERSION', 'MCAST_MICRO_VERSION',
                      'MCAST_VERSION_S'):
            self.assertIn(f'`{macro}`', read('docs', 'versioning.md'))
            self.assertRegex(header, rf'#define {macro}\b')

    def test_address(self):
        """The project has one address."""
        [url] = re.findall("mcast_url = '(.*)'", read('meson.build'))
        for path in ('README.md', 'packaging/mcast.wrap'):
            self.assertIn(url, read(*path.split('/')))

    def test_release(self):
        """A version between releases ends with -dev, and a release has the date of NEWS."""
        build = read('meson.build')
        [(release, dev)] = re.findall(r"^  version: '([0-9.]+)(-dev)?'", build, re.MULTILINE)
        [date] = re.findall("release_date = '(.*)'", build)
        self.assertIn(release, read('README.md'))
        first, *others = re.findall('^## (.*)$', read('NEWS.md'), re.MULTILINE)
        self.assertEqual(first, f'{release} ({"unreleased" if dev else date})')
        for heading in others:
            self.assertRegex(heading, r'^\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)$')


class PageTest(unittest.TestCase):
    def test_lists(self):
        """Every page is built, listed on the front page and linked in the margin."""
        names = re.findall(r"^  \['([\w-]+)', '.+'\],$", read('docs', 'meson.build'), re.MULTILINE)
        self.assertEqual(sorted(names), sorted(page.stem for page in PAGES))

    def test_links(self):
        anchors = {}
        for page in PAGES:
            titles = re.findall('^#+ (.*)$', page.read_text(encoding='utf-8'), re.MULTILINE)
            anchors[page.stem] = {re.sub(r'[^\w\s-]', '', title.lower()).strip().replace(' ', '-')
                                  for title in titles}
        for page in PAGES:
            text = page.read_text(encoding='utf-8')
            for target, anchor in re.findall(r'\]\((?!https:)([^)#]*)(?:#([^)]*))?\)', text):
                with self.subTest(page=page.name, link=f'{target}#{anchor}'):
                    self.assertTrue((page.parent / target).exists(), target)
                    if anchor:
                        self.assertIn(anchor, anchors[target.removesuffix('.md') or page.stem])

    def test_readable(self):
        """The pages have nothing that only the generator of the site understands."""
        for page in PAGES:
            text = page.read_text(encoding='utf-8')
            with self.subTest(page=page.name):
                self.assertRegex(text, r'\A# ')
                self.assertNotRegex(text, r'\[\w+@\w+[.\]]')

    def test_overview(self):
        """The overview, where the site begins, leads to each page."""
        overview = read('docs', 'overview.md')
        for page in PAGES:
            if page.name != 'overview.md':
                self.assertIn(f']({page.name})', overview)

    def test_site(self):
        """Each link of the site leads to a page or file of the site."""
        site = pathlib.Path(os.environ['G_TEST_BUILDDIR']).parent / 'docs' / 'mcast-1.0'
        if not site.is_dir():
            self.skipTest('the manual was not built as HTML')
        for page in site.rglob('*.html'):
            for link in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"',
                                   page.read_text(encoding='utf-8')):
                with self.subTest(page=page.name, link=link):
                    self.assertTrue((page.parent / link).exists(), link)

    def test_figures(self):
        """The figures of the comparison are those of the measured pages."""
        table = read('README.md').partition('\n|:-|')[2].partition('\n\n')[0]
        for page, unit in (('performance.md', 'ns'), ('reliability.md', 'ms')):
            figures = re.findall(rf'([\d,.]+) {unit}', table)
            self.assertTrue(figures, unit)
            cells = set(re.findall(r'\| ([\d,.]+)', read('docs', page)))
            self.assertEqual(set(figures) - cells, set())

    def test_files(self):
        """Each link of the pages in the root leads to a file."""
        for page in ('README.md', 'NEWS.md', 'CONTRIBUTING.md', 'SECURITY.md'):
            for target in re.findall(r'\]\(([^)#:]+)\)', read(page)):
                self.assertTrue((ROOT / target).exists(), target)


if __name__ == '__main__':
    tap.main()
