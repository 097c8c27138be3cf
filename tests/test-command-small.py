#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command built without JSON and without the live table: what is missing is said."""

import unittest

import tap
import command
from command import ENVIRONMENT, MCAST, mcast, running, sender
from terminal import Terminal

command.skip_without_json = lambda arguments: None
VERBS = ('say', 'recv', 'hear', 'interfaces', 'doctor', 'ping', 'pong', 'relay', 'monitor', 'noop')


class Small(unittest.TestCase):
    def test_json_is_missing(self):
        for verb in VERBS:
            for arguments in (['--json', verb], [verb, '--json']):
                result = mcast(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ''), arguments)
                self.assertIn('built without JSON', result.stderr)
        for verb in ('recv', 'hear'):
            result = mcast(verb, '--format', 'json')
            self.assertEqual((result.returncode, result.stdout), (2, ''), verb)
            self.assertIn('built without JSON', result.stderr)

    def test_the_rest_works(self):
        for verb in VERBS:
            self.assertEqual(mcast(verb, '--help').returncode, 0)
        self.assertIn('v0', mcast('interfaces').stdout)
        self.assertIn('checked', mcast('doctor').stdout)
        with running('recv', '--timeout', '0', '--format', 'hex', '--iface', 'v1') as recv:
            self.assertEqual(mcast('say', '--iface', 'v0', 'JK').returncode, 0)
            self.assertEqual((recv.wait(), recv.stdout), (0, b'4a4b\n'))

    def test_monitor_prints_lines_on_a_terminal(self):
        terminal = Terminal([MCAST, 'monitor', '--interval', '0.1', '--iface', 'v1', '239.1.2.3'],
                            environment=ENVIRONMENT | {'TERM': 'xterm'})
        screen = terminal.wait_for('nothing arrives')
        self.assertIn('built without the live table', screen)
        with sender() as tx:
            tx.sendto(b'x', ('239.1.2.3', 59259))
        terminal.wait_for('239.1.2.3:59259 from .* on v1')
        terminal.type('\x03')
        self.assertEqual(terminal.wait_end(), 130)


if __name__ == '__main__':
    tap.main()
