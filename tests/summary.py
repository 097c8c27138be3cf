#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the single tests in what `meson test` wrote: summary.py BUILD/meson-logs/testlog.json...

Prints what was skipped and why, what failed and where its log is, and last one line of numbers.
A program that ends as it should not counts as one failed test, and so does a log that is missing.
"""

import json
import pathlib
import re
import signal
import sys

RESULT = re.compile(r'^(?P<bad>not )?ok\b *\d* *(?:- )?(?P<name>[^#]*?) *'
                    r'(?:# *(?P<directive>SKIP|TODO)\S* *(?P<reason>.*))?$', re.IGNORECASE)
SKIPPED_PLAN = re.compile(r'^1\.\.0 *# *SKIP\S* *(?P<reason>.*)$', re.IGNORECASE)
GOOD_ENDS = ('OK', 'SKIP', 'EXPECTEDFAIL')


class Summary:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add_log(self, path):
        try:
            lines = path.read_text(encoding='utf-8').splitlines()
        except FileNotFoundError:
            lines = []
        if not lines:
            self.failed.append(f'{path.parent.parent}: no test ran')
        for line in lines:
            self.add_program(path.parent.parent.name, json.loads(line))

    def add_program(self, build, program):
        where = f'{build}: {program["name"]}'
        output = program.get('stdout') or ''
        failed_before = len(self.failed)
        counted = [self.add_line(where, line) for line in output.splitlines()]

        if program['result'] not in GOOD_ENDS:
            if len(self.failed) == failed_before or program['result'] == 'TIMEOUT':
                self.failed.append(f'{where}: {describe_end(program, output)}')
        elif not any(counted):
            self.add_silent_program(where, program)

    def add_line(self, where, line):
        """Counts a line of TAP; False for a line that is no result."""
        plan = SKIPPED_PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            self.skipped.append(f'{where}: {plan["reason"]}')
        elif not result:
            return False
        elif result['directive']:
            self.skipped.append(f'{where}: {result["name"]}: {result["reason"]}')
        elif result['bad']:
            self.failed.append(f'{where}: {result["name"]}')
        else:
            self.passed += 1
        return True

    def add_silent_program(self, where, program):
        """A program without TAP is one test; meson calls one that prints nothing skipped."""
        if program['result'] == 'OK':
            self.passed += 1
        elif program['returncode'] == 77:
            self.skipped.append(f'{where}: exit status 77')
        else:
            self.failed.append(f'{where}: printed no result')

    def print(self, logs):
        if self.skipped:
            print('Skipped:', *self.skipped, sep='\n  ')
        if self.failed:
            print('Failed:', *self.failed, sep='\n  ')
            print('Logs:', *(log.with_suffix('.txt') for log in logs), sep='\n  ')
        print(f'{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped')


def describe_end(program, output):
    bail_out = re.search(r'^Bail out!\s*(.*)$', output, re.MULTILINE)
    status = program['returncode']
    if program['result'] in ('TIMEOUT', 'INTERRUPT'):
        return {'TIMEOUT': 'timed out', 'INTERRUPT': 'interrupted'}[program['result']]
    if bail_out:
        return bail_out[1].removesuffix('**')
    if status < 0:
        return f'killed by {signal.Signals(-status).name}'
    if status > 0:
        return f'exit status {status}'
    return 'ended before all its tests had run'


def main():
    logs = [pathlib.Path(argument) for argument in sys.argv[1:]]
    summary = Summary()
    for log in logs:
        summary.add_log(log)
    summary.print(logs)
    return 0 if summary.passed and not summary.failed else 1


if __name__ == '__main__':
    sys.exit(main())
