# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bars of time per datagram, as SVG that reads on white and on black."""

import math
from xml.sax.saxutils import escape

WIDTH = 900
LEFT = 370
RIGHT = 90
BAR = 16
STEP = 24
TITLE_STEP = 40
SMALLEST = 10

TEXT = "#768390"
GRID = "#76839055"
COLORS = {"limit": "#768390", "mcast": "#2f9e6e", "peer": "#d1783c"}
NAMES = {"limit": "plain sockets: the limit", "mcast": "mcast", "peer": "others"}


def format_time(nanoseconds):
    return f"{nanoseconds:,.0f} ns"


class Chart:
    """Panels of bars under each other, on one logarithmic scale."""

    def __init__(self, largest):
        self.largest = 10 ** math.ceil(math.log10(max(largest, 100)))
        self.parts = []
        self.y = 10

    def _x(self, value):
        span = math.log10(self.largest / SMALLEST)
        share = math.log10(max(value, SMALLEST) / SMALLEST) / span
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _text(self, x, text, anchor="start", extra=""):
        self.parts.append(f'<text x="{x:.1f}" y="{self.y + BAR - 4:.1f}" '
                          f'text-anchor="{anchor}"{extra}>{escape(text)}</text>')

    def add_legend(self):
        x = LEFT
        self._text(0, "Shorter is better; the scale is logarithmic")
        for kind, name in NAMES.items():
            self.parts.append(f'<rect x="{x}" y="{self.y}" width="{BAR}" height="{BAR}" rx="3" '
                              f'fill="{COLORS[kind]}"/>')
            self._text(x + BAR + 6, name)
            x += 60 + 7 * len(name)
        self.y += STEP

    def add_panel(self, title, bars):
        """bars: (label, kind, median, least, most) in nanoseconds."""
        self.y += TITLE_STEP - STEP
        self._text(0, title, extra=' font-weight="bold"')
        self.y += STEP
        top = self.y
        for label, kind, median, least, most in bars:
            self._add_bar(label, kind, median, least, most)
        self._add_grid(top - 4, self.y - 4)

    def _add_bar(self, label, kind, median, least, most):
        middle = self.y + BAR / 2
        self._text(LEFT - 10, label, "end")
        self.parts.append(f'<rect x="{LEFT}" y="{self.y}" width="{self._x(median) - LEFT:.1f}" '
                          f'height="{BAR}" rx="3" fill="{COLORS[kind]}"/>')
        self.parts.append(f'<path d="M{self._x(least):.1f} {middle}H{self._x(most):.1f}" '
                          f'stroke="{TEXT}" stroke-width="2"/>')
        self._text(max(self._x(median), self._x(most)) + 6, format_time(median))
        self.y += STEP

    def _add_grid(self, top, bottom):
        value = SMALLEST
        lines = []
        while value <= self.largest:
            lines.append(f"M{self._x(value):.1f} {top}V{bottom}")
            value *= 10
        self.parts.insert(0, f'<path d="{"".join(lines)}" stroke="{GRID}" fill="none"/>')

    def add_axis(self):
        value = SMALLEST
        while value <= self.largest:
            self._text(self._x(value), format_time(value), "middle")
            value *= 10
        self.y += STEP

    def render(self, title):
        height = self.y + 10
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13" '
            f'fill="{TEXT}" role="img">',
            f"<title>{escape(title)}</title>",
            *self.parts,
            "</svg>",
        ]) + "\n"
