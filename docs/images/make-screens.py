#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Creates monitor.svg and doctor.svg from the terminal output of the command, in about 70 seconds:

    build/tests/netns-run python3 docs/images/make-screens.py build/tools/mcast

The traffic and the faults are real, in network namespaces that this program creates.
"""

import pathlib
import re
import sys
import xml.sax.saxutils

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / 'tests'))

from command import ENVIRONMENT, MCAST, Host  # noqa: E402
from terminal import Terminal  # noqa: E402

COLUMNS = 100
COLUMN, LINE, SIZE, MARGIN, CAPTION = 8.4, 19, 14, 14, 34
BLOCKS = '▁▂▃▄▅▆▇█'
COLORS = {31: '#ff7b72', 32: '#56d364'}
PAPER, INK, FAINT = '#1b1f27', '#dde3ea', '#39414f'

# Arguments: group, port, interface, datagrams per second, then words: rtp, ts, waves, and lose=N,
# which drops every Nth packet.
SENDER = r'''
import math, socket, struct, sys, time
group, port, interface, rate, *words = sys.argv[1:]
port, rate = int(port), float(rate)
lose = [int(word[5:]) for word in words if word.startswith('lose=')]
family = socket.AF_INET6 if ':' in group else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
index = socket.if_nametoindex(interface)
if family == socket.AF_INET6:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
else:
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack('4s4si', b'', b'', index))
start = due = time.monotonic()
number = counter = 0
while True:
    number += 1
    payload = b''
    if 'rtp' in words:
        stamp = int((due - start) * 90000) & 0xffffffff
        payload = struct.pack('!BBHII', 0x80, 33, number & 0xffff, stamp, 7)
    for _ in range(7 if 'ts' in words else 0):
        payload += bytes([0x47, 1, 0, 0x10 | counter & 15]) + bytes(184)
        counter += 1
    if not lose or number % lose[0]:
        s.sendto(payload or b'{"temperature": 21.5, "humidity": 40}', (group, port))
    wave = 1 + 0.6 * math.sin((due - start) / 4) if 'waves' in words else 1
    due += 1 / (rate * wave)
    time.sleep(max(due - time.monotonic(), 0))
'''


def style_of(cell):
    """Returns the color, the weight, and whether the cell is reversed."""
    color = next((COLORS[number] for number in cell.style if number in COLORS), INK)
    return color, 'bold' if 1 in cell.style else 'normal', 7 in cell.style


def draw_block(x, y, cell):
    """Draws a block as a shape, so that it looks the same with every font."""
    height = (BLOCKS.index(cell.character) + 1) * (LINE - 4) / 8
    return (f'<rect x="{x:.1f}" y="{y + LINE - 2 - height:.1f}" width="{COLUMN - 1:.1f}" '
            f'height="{height:.1f}" fill="#79c0ff"/>')


def draw_text(x, y, text, style):
    """Draws each word at its column, independent of the font."""
    color, weight, is_reverse = style
    shapes = []
    if is_reverse:
        shapes.append(f'<rect x="{x:.1f}" y="{y}" width="{len(text) * COLUMN:.1f}" '
                      f'height="{LINE}" fill="{FAINT}"/>')
    for word in re.finditer(r'\S+', text):
        width = len(word[0]) * COLUMN
        shapes.append(f'<text x="{x + word.start() * COLUMN:.1f}" y="{y + LINE - 5}" '
                      f'textLength="{width:.1f}" fill="{color}" font-weight="{weight}">'
                      f'{xml.sax.saxutils.escape(word[0])}</text>')
    return shapes


def draw_row(row, y):
    shapes, start = [], 0
    while start < len(row):
        if row[start].character in BLOCKS:
            shapes.append(draw_block(MARGIN + start * COLUMN, y, row[start]))
            start += 1
            continue
        style, end = style_of(row[start]), start
        while (end < len(row) and style_of(row[end]) == style
               and row[end].character not in BLOCKS):
            end += 1
        text = ''.join(cell.character for cell in row[start:end])
        shapes += draw_text(MARGIN + start * COLUMN, y, text, style)
        start = end
    return shapes


def write_svg(name, command, rows, description):
    while not ''.join(cell.character for cell in rows[-1]).strip():
        rows = rows[:-1]
    width = round(2 * MARGIN + COLUMNS * COLUMN)
    height = CAPTION + len(rows) * LINE + MARGIN
    shapes = [f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
              *draw_text(MARGIN, 7, f'$ {command}', ('#8b949e', 'normal', False))]
    for number, row in enumerate(rows):
        shapes += draw_row(row, CAPTION + number * LINE)
    (HERE / name).write_text(
        '<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->\n<!-- made by make-screens.py -->\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" '
        f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{SIZE}">\n'
        f'<title>{xml.sax.saxutils.escape(description)}</title>\n'
        + '\n'.join(shapes) + '\n</svg>\n', encoding='utf-8')


def open_terminal(host, rows, *arguments):
    return Terminal([*host.inside, MCAST, *arguments], columns=COLUMNS, rows=rows,
                    environment=ENVIRONMENT | {'TERM': 'xterm-256color', 'LC_ALL': 'C.UTF-8'})


class Scene:
    """A host with an interface to each of two other hosts: 10.1.0.2 and 10.2.0.2."""

    def __init__(self):
        self.here, *self.others = (Host(pair=False) for _ in range(3))
        for number, other in enumerate(self.others):
            name = f'eth{number}'
            self.here.run(f'ip link add {name} type veth peer name eth0 netns {other.pid}')
            for last, host, own in ((1, self.here, name), (2, other, 'eth0')):
                host.run(f'ip address add 10.{number + 1}.0.{last}/24 dev {own}; '
                         f'ip -6 address add fd00:{number + 1}::{last}/64 dev {own} nodad; '
                         f'ip link set {own} up; ip route replace default dev {own}')
        self._senders = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for terminal in self._senders:
            terminal.type('\x03')
        for host in (self.here, *self.others):
            host.__exit__()

    def send(self, other, group, port, rate, *words):
        self._senders.append(Terminal([*self.others[other].inside, 'python3', '-c', SENDER, group,
                                       str(port), 'eth0', str(rate), *words]))


def make_monitor(scene):
    arguments = ('monitor', '239.1.2.3:5004', '239.1.2.4:5006', '239.9.9.9:7000',
                 '[ff15::7]:5004')
    scene.send(0, '239.1.2.3', 5004, 380, 'rtp', 'ts')
    scene.send(1, '239.1.2.3', 5004, 380, 'rtp', 'ts', 'lose=997')
    scene.send(0, '239.1.2.4', 5006, 160, 'ts', 'waves')
    scene.send(1, '239.9.9.9', 7000, 4)
    scene.send(1, 'ff15::7', 5004, 90, 'rtp', 'waves')
    terminal = open_terminal(scene.here, 16, *arguments)
    terminal.watch(62.5)
    write_svg('monitor.svg', f'mcast {" ".join(arguments)}', terminal.cells(),
              'A live table of mcast monitor: five flows of four groups on two interfaces, with '
              'rates, sizes, RTP loss and jitter, MPEG-TS errors and the last minute of each.')
    terminal.type('q')
    terminal.wait_end()


def make_doctor(host):
    arguments = ('doctor', '--interface', 'eth0,eth1', '239.1.2.3:5004')
    host.run('ip link set v0 down; ip link set v0 name eth0 up; '
             'ip link set v1 down; ip link set v1 name eth1 up; ip route add default dev eth0; '
             'echo 1 >/proc/sys/net/ipv4/conf/eth1/rp_filter; '
             'echo 2 >/proc/sys/net/ipv4/conf/eth0/force_igmp_version; '
             "nft 'add table inet filter; add chain inet filter input "
             "{ type filter hook input priority 0; }; "
             "add rule inet filter input iifname eth1 udp dport 1024-65535 drop'")
    terminal = open_terminal(host, 40, *arguments)
    terminal.wait_for('checked')
    write_svg('doctor.svg', f'mcast {" ".join(arguments)}', terminal.cells(),
              'Findings of mcast doctor, each with the problem, its effect and the command that '
              'fixes it, and the result of its self-test on two interfaces.')
    terminal.wait_end()


if __name__ == '__main__':
    with Host() as host:
        make_doctor(host)
    with Scene() as scene:
        make_monitor(scene)
