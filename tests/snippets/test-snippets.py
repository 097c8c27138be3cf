#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every program and command in the manual runs. snippets.py says what a page can say of them."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(os.environ['G_TEST_SRCDIR'], 'python')))
from mcasttest import BUILD, SOURCE, Program
import snippets
import tap

HERE = SOURCE / 'snippets'
WORLD = ['unshare', '--net', '--pid', '--fork', '--kill-child', HERE / 'world.sh']

# What stands above the parts of a program, as the text around them says.
PARTS = {
    'python': '''\
import asyncio, contextlib, gi, threading
gi.require_version("Gst", "1.0")
gi.require_version("Mcast", "1.0")
import libmcast
from gi.repository import Gio, GLib, Gst, Mcast
Gst.init()
source, sink = (Gst.ElementFactory.make(f"mcast{end}") for end in ("src", "sink"))
rx = Mcast.RxSocket.new(["239.1.2.3"], 5004)
tx = Mcast.TxSocket.new(["239.1.2.3"], 5004)
''',
    'c': '''\
#include <arpa/inet.h>
#include <mcast.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
const char *groups[] = { "239.1.2.3", NULL };
GError *error = NULL;
gpointer rx;
int main (void)
{
@
  if (error != NULL)
    g_error ("%s", error->message);
}
''',
    'javascript': '''\
imports.gi.versions.Mcast = '1.0';
const { Gio, GLib, Mcast } = imports.gi;
const rx = Mcast.RxSocket.new(['239.1.2.3'], 5004, null);
''',
    'lua': '''\
local lgi = require 'lgi'
local GLib, Mcast = lgi.GLib, lgi.require('Mcast', '1.0')
local rx = Mcast.RxSocket.new({ '239.1.2.3' }, 5004, nil)
''',
}
WHOLE = {'python': 'import (gi|libmcast)|from libmcast', 'c': r'\bmain \(', 'javascript': r'imports\.gi\.versions',
         'lua': 'require'}
SUFFIXES = {'c': '.c', 'javascript': '.js', 'lua': '.lua', 'python': '.py', 'sh': '.sh',
            'terminal': '.sh', 'vala': '.vala'}
NEEDED = {'c': ['cc', 'pkg-config'], 'javascript': ['gjs'], 'lua': ['lua'],
          'vala': ['valac', 'cc', 'pkg-config'], 'python': [], 'sh': [],
          'terminal': []}
WARNINGS = '-Wall -Werror -Wno-unused -Wno-misleading-indentation'
# Commands of the shell that are no part of every system.
TOOLS = re.compile(r'(?:^\s*|^\$ |\| )(gst-launch-1\.0|jq|mcast|nft|tcpdump|nstat|sysctl)\b',
                   re.MULTILINE)


# How long a command runs that only has to be understood, in seconds.
GLIMPSE = '0.5'


def glimpse(command):
    """Runs a command for a moment; 2 is the status of a wrong usage, 127 that of a wrong name."""
    return (f"timeout --signal=INT {GLIMPSE} sh -c {shlex.quote(command)} || status=$?\n"
            f"case $status in 2 | 12[67]) exit $status ;; esac\n")


def whole_text(snippet):
    if snippet.language == snippets.TERMINAL:
        commands = [line.removeprefix(snippets.PROMPT) for line in snippet.text.splitlines()
                    if line.startswith(snippets.PROMPT)]
        return 'status=0\n' + ''.join(map(glimpse, commands))
    part = PARTS.get(snippet.language, '')
    if not part or re.search(WHOLE[snippet.language], snippet.text):
        return snippet.text
    return part.replace('@', snippet.text) if '@' in part else part + snippet.text


class SnippetTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.directory.name)
        cls.environment = os.environ | {
            'PATH': f'{BUILD.parent / "tools"}:{os.environ["PATH"]}:/usr/sbin:/sbin',
            'PKG_CONFIG_PATH': str(BUILD.parent / 'meson-uninstalled'),
        }
        if shutil.which('gst-launch-1.0'):
            cls.make_film()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    @classmethod
    def make_film(cls):
        subprocess.run('gst-launch-1.0 -q videotestsrc num-buffers=30 ! x264enc ! mpegtsmux'
                       ' ! filesink location=film.ts', shell=True, check=False, cwd=cls.path)

    def require(self, snippet):
        tools = NEEDED[snippet.language] + TOOLS.findall(snippet.text)
        for tool in tools:
            if shutil.which(tool, path=self.environment['PATH']) is None:
                self.skipTest(f'{tool} is missing')
        if 'tcpdump' in tools and 'deny' in pathlib.Path('/proc/self/setgroups').read_text('ascii'):
            self.skipTest('tcpdump cannot change its user in the namespace of a user')
        if 'lua' in tools and subprocess.run(['lua', '-e', 'require "lgi"'], check=False,
                                             capture_output=True).returncode:
            self.skipTest('the Lua module lgi is missing')

    def build(self, *command):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              cwd=self.path, env=self.environment, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))
        return done

    def compile(self, snippet):
        """Returns the command that runs it, in as many words as that takes."""
        file = self.path / (snippet.name + SUFFIXES[snippet.language])
        program = self.path / snippet.name
        file.write_text(whole_text(snippet), encoding='utf-8')
        flags = '$(pkg-config --cflags --libs mcast-1.0)'
        if snippet.language == 'c':
            self.build('sh', '-c', f'cc {WARNINGS} {file} {flags} -o {program}')
            return [program]
        if snippet.language == 'vala':
            lib = BUILD.parent / 'lib'
            self.build('valac', '--quiet', '--disable-warnings', '--vapidir', lib, '--pkg',
                       'gio-2.0', '--pkg', 'mcast-1.0', '-X', '-w', file, '-o', program)
            return [program]
        if snippet.language == 'python':
            self.build(sys.executable, '-m', 'py_compile', file)
        interpreters = {'javascript': ['gjs'], 'lua': ['lua'], 'python': [sys.executable, '-u'],
                        'sh': ['sh', '-eu'], 'terminal': ['sh', '-u']}
        return [*interpreters[snippet.language], file]

    def run_snippet(self, snippet):
        if snippet.mode == 'skip':
            self.skipTest(snippet.argument)
        self.require(snippet)
        command = self.compile(snippet)
        if snippet.mode == 'compile':
            return
        environment = dict(self.environment)
        if snippet.mode == 'run':
            environment['PATH'] = f'{HERE / "bin"}:{environment["PATH"]}'
        with Program(*WORLD, *command, cwd=self.path, env=environment) as program:
            if snippet.mode == 'prints':
                program.prints(snippet.argument)
            else:
                status = program.wait()
                self.assertEqual(status, 0, program.output)


def add_tests():
    for path, snippet in snippets.find(SOURCE.parent):
        def run(self, path=path, snippet=snippet):
            try:
                self.run_snippet(snippet)
            except AssertionError as error:
                raise AssertionError(f'{path}:{snippet.line}: {error}') from None
        setattr(SnippetTest, f'test_{snippet.name}', run)


add_tests()

if __name__ == '__main__':
    tap.main()
