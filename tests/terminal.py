# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal that supports what ncurses uses, to see what a user would see."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
import typing


class Cell(typing.NamedTuple):
    character: str = ' '
    style: frozenset = frozenset()  # of SGR numbers: 1 bold, 7 reverse, 31 red


SEQUENCE = re.compile(r'\x1b\[(?P<private>[?>]?)(?P<numbers>[\d;]*)(?P<letter>[A-Za-z@`])'
                      r'|\x1b[()][A-Z0-9]|\x1b[=>78M]')


class Terminal:
    """Runs a program on a pseudo-terminal."""

    def __init__(self, command, columns=80, rows=24, environment=None):
        self._size = (columns, rows)
        self._clear()
        self._text = ''
        self._style = frozenset()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment or os.environ)
        self.resize(columns, rows)

    def _clear(self):
        columns, rows = self._size
        self._cells = [[Cell()] * columns for _ in range(rows)]
        self._x = self._y = 0

    def resize(self, columns, rows):
        self._size = (columns, rows)
        self._clear()
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack('4H', rows, columns, 0, 0))

    def type(self, text):
        os.write(self._fd, text.encode())

    def cells(self):
        """The rows of the screen, each with a Cell for every column."""
        return [list(row) for row in self._cells]

    def screen(self):
        return '\n'.join(''.join(cell.character for cell in row).rstrip() for row in self._cells)

    def wait_for(self, pattern, deadline=20):
        """Waits until the screen shows a pattern, and returns the screen."""
        end = time.monotonic() + deadline
        while not re.search(pattern, self.screen()):
            if time.monotonic() > end or not self._read(end - time.monotonic()):
                raise AssertionError(f'{pattern} is not on the screen:\n{self.screen()}')
        return self.screen()

    def watch(self, seconds):
        """Shows for some time whatever comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._read(end - time.monotonic()):
            pass

    def wait_end(self, deadline=20):
        end = time.monotonic() + deadline
        while time.monotonic() < end and self._read(end - time.monotonic()):
            pass
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self, timeout):
        if not select.select([self._fd], [], [], max(timeout, 0))[0]:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self._text += data.decode(errors='replace')
        self._show()
        return bool(data)

    def _show(self):
        while self._text:
            match = SEQUENCE.match(self._text)
            if match:
                self._obey(match)
                self._text = self._text[match.end():]
            elif self._text[0] == '\x1b' and len(self._text) < 16:
                return
            else:
                self._put(self._text[0])
                self._text = self._text[1:]

    def _put(self, character):
        columns, rows = self._size
        if character == '\r':
            self._x = 0
        elif character == '\n':
            self._y = min(self._y + 1, rows - 1)
        elif character == '\b':
            self._x = max(self._x - 1, 0)
        elif character >= ' ':
            if self._x == columns:
                self._x, self._y = 0, min(self._y + 1, rows - 1)
            self._last = character
            self._cells[self._y][self._x] = Cell(character, self._style)
            self._x += 1

    def _obey(self, match):
        letter = match['letter']
        if letter is None or match['private']:
            return
        numbers = [int(number or 0) for number in match['numbers'].split(';')]
        n = max(numbers[0], 1)
        columns, rows = self._size
        if letter in 'Hf':
            self._y = min(n, rows) - 1
            self._x = min(max(numbers[1], 1) if len(numbers) > 1 else 1, columns) - 1
        elif letter in 'AB':
            self._y = min(max(self._y + (n if letter == 'B' else -n), 0), rows - 1)
        elif letter in 'CD':
            self._x = min(max(self._x + (n if letter == 'C' else -n), 0), columns - 1)
        elif letter in 'G`':
            self._x = min(n, columns) - 1
        elif letter == 'd':
            # What was on its way when the terminal shrank may be beyond it.
            self._y = min(n, rows) - 1
        elif letter == 'J':
            self._erase(self._y, self._x if numbers[0] == 0 else 0)
            for row in range(self._y + 1 if numbers[0] == 0 else 0, rows):
                self._erase(row, 0)
        elif letter == 'K':
            if numbers[0] == 1:
                self._cells[self._y][:self._x + 1] = [Cell()] * (self._x + 1)
            else:
                self._erase(self._y, self._x)
        elif letter == 'X':
            for x in range(self._x, min(self._x + n, columns)):
                self._cells[self._y][x] = Cell()
        elif letter == 'm':
            for number in numbers:
                self._set_style(number)
        elif letter == 'b':
            for _ in range(n):
                self._put(self._last)
        elif letter == 'P':
            row = self._cells[self._y]
            row[self._x:] = row[self._x + n:] + [Cell()] * n
            del row[columns:]
        elif letter == '@':
            row = self._cells[self._y]
            row[self._x:self._x] = [Cell()] * n
            del row[columns:]

    def _set_style(self, number):
        if number == 0:
            self._style = frozenset()
        elif 30 <= number <= 39:
            self._style -= set(range(30, 38))
            self._style |= {number} - {39}
        elif number in (22, 27):
            self._style -= {1, 2} if number == 22 else {7}
        else:
            self._style |= {number}

    def _erase(self, row, start):
        columns = self._size[0]
        self._cells[row][start:] = [Cell()] * (columns - start)
