#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The numbers of summary.py for every way a program can end."""

import json
import pathlib
import tempfile
import unittest

import summary
import tap


def count(*programs):
    """(passed, failed, skipped) of programs, each (output, meson's result, exit status)."""
    with tempfile.TemporaryDirectory() as directory:
        log = pathlib.Path(directory) / 'meson-logs' / 'testlog.json'
        log.parent.mkdir()
        log.write_text(''.join(
            json.dumps({'name': 'x', 'stdout': output, 'result': result, 'returncode': status})
            + '\n' for output, result, status in programs), encoding='utf-8')
        counted = summary.Summary()
        counted.add_log(log)
    return counted.passed, len(counted.failed), len(counted.skipped)


class SummaryTest(unittest.TestCase):
    def test_passed(self):
        self.assertEqual(count(('1..2\nok 1 /a\nok 2 - /b\n', 'OK', 0)), (2, 0, 0))

    def test_skipped(self):
        self.assertEqual(count(('1..2\nok 1 /a # SKIP no # veth\nok 2 /b\n', 'OK', 0)), (1, 0, 1))

    def test_incomplete_is_skipped(self):
        self.assertEqual(count(('1..1\nnot ok 1 /a # TODO later\n', 'OK', 0)), (0, 0, 1))

    def test_failed(self):
        self.assertEqual(count(('1..2\nnot ok 1 /a\nok 2 /b\n', 'ERROR', 1)), (1, 1, 0))

    def test_program_skips_itself(self):
        self.assertEqual(count(('1..0 # SKIP forbidden\n', 'SKIP', 0)), (0, 0, 1))

    def test_bail_out(self):
        self.assertEqual(count(('1..3\nok 1 /a\nBail out! x.c:1\n', 'ERROR', -6)), (1, 1, 0))

    def test_crash(self):
        self.assertEqual(count(('1..3\nok 1 /a\n', 'ERROR', -11)), (1, 1, 0))

    def test_too_few(self):
        self.assertEqual(count(('1..3\nok 1 /a\n', 'ERROR', 0)), (1, 1, 0))

    def test_timeout(self):
        self.assertEqual(count(('1..3\nok 1 /a\nnot ok 2 /b\n', 'TIMEOUT', -15)), (1, 2, 0))

    def test_leak_after_success(self):
        self.assertEqual(count(('1..1\nok 1 /a\n', 'ERROR', 1)), (1, 1, 0))

    def test_silent_tap_program(self):
        self.assertEqual(count(('', 'SKIP', 0)), (0, 1, 0))

    def test_exit_status_only(self):
        self.assertEqual(count(('hello\n', 'OK', 0), ('', 'FAIL', 1), ('', 'SKIP', 77)), (1, 1, 1))

    def test_nothing_ran(self):
        self.assertEqual(count(), (0, 1, 0))

    def test_no_log(self):
        counted = summary.Summary()
        counted.add_log(pathlib.Path('no-build/meson-logs/testlog.json'))
        self.assertEqual(counted.failed, ['no-build: no test ran'])


if __name__ == '__main__':
    tap.main()
