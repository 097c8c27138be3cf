# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""unittest for meson: a test in Python ends with tap.main(), which prints TAP."""

import sys
import unittest


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self._n_failures = 0
        self._n_errors = 0
        self._skip_reason = None

    def startTest(self, test):
        super().startTest(test)
        self._skip_reason = None

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._skip_reason = reason

    def stopTest(self, test):
        super().stopTest(test)
        verdict = 'not ok' if self.print_problems() else 'ok'
        directive = f' # SKIP {self._skip_reason}' if self._skip_reason else ''
        name = test.id().removeprefix('__main__.')
        print(f'{verdict} {self.testsRun} {name}{directive}', flush=True)

    def print_problems(self):
        """Prints the problems since the last call, and returns whether there were any."""
        problems = self.failures[self._n_failures:] + self.errors[self._n_errors:]
        self._n_failures = len(self.failures)
        self._n_errors = len(self.errors)
        for _, text in problems:
            for line in text.splitlines():
                print(f'# {line}')
        return bool(problems)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])
    print(f'1..{suite.countTestCases()}', flush=True)
    result = TapResult()
    suite.run(result)
    result.print_problems()
    sys.exit(0 if result.wasSuccessful() else 1)
