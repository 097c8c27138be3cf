#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes docs/reliability.md from the figures of the fault tests: table.py FIGURES.json > PAGE."""

import datetime
import json
import os
import pathlib
import platform
import sys
import textwrap

FAULTS = {
    'F1': ('the interface is set down and up', 'back in 50 ms (p99), no new join'),
    'F2': ('the link loses its carrier and gets it back', 'back in 50 ms (p99), no new join'),
    'F3': ('the interface is deleted and made again, new index', 'back in 100 ms (p99)'),
    'F4': ('the interface is deleted and made again, same index', 'back in 100 ms (p99)'),
    'F5': ('the interface moves to another namespace and back', 'back in 100 ms (p99)'),
    'F6': ('the interface is renamed, or its address changed', 'nothing missed, no new join'),
    'F7': ('the address that a sender is bound to goes and comes back',
           'said, and mended, in 100 ms (p99); a sender that is bound to none goes on'),
    'F8': ('the kernel could not tell of all changes', 'all memberships as wanted'),
    'F9': ('the interface is absent for the first three seconds', 'there in 100 ms (p99)'),
    'F10': ('the switch forgets the group',
            'back 100 ms after the recovery interval of 200 ms (p99), or an event'),
    'F11': ('refreshed while all is well',
            'nothing missed with IGMPv3 and MLDv2; at most 20 with IGMPv2 and fastleave'),
    'F12': ('nobody queries the members', 'the stream never stops for good'),
    'F17': ('the kernel refuses to send, or is interrupted',
            'each counted by its errno, nothing missed for a signal'),
    'F20': ('1000 groups; 64 interfaces', 'all joined in 2 s'),
    'F21': ('the limits of the kernel at their smallest', 'more sockets, or an error that says so'),
    'F22': ('no descriptors are left', 'back when there are some, nothing leaked'),
    'F24': ('another program is started', 'it inherits no descriptor, and holds no membership'),
    'F28': ('started and stopped while links flap', 'nothing leaked, no operation over 10 s'),
    'F31': ('forged queries and leaves of IGMP and MLD, up to 1000 a second',
            'the stream flows on, at most one refresh a second'),
}
LIMITS_US = {'F1': 50_000, 'F2': 50_000, 'F3': 100_000, 'F4': 100_000, 'F5': 100_000,
             'F7': 100_000, 'F9': 100_000, 'F10': 300_000, 'F28': 10_000_000}
MISSED_ALLOWED = {'F11 IGMPv2 fastleave': 20}
# Why a target is not reached, or what a figure does not say.
NOTES = {
    'F9': 'Eight of each kind wait side by side.',
    'F11': 'With IGMPv2 the kernel reports a membership anew only when it was left and joined. Its '
           'report follows the leave after two or three ticks of its clock, and a switch with '
           'fastleave believes the leave until then: what is sent meanwhile is missed at each '
           'refresh, and there are several here. A program cannot make the kernel report sooner, '
           'or without leaving; with CAP_NET_RAW the library writes the report itself instead.',
    'F12': 'The switch forgets after one second.',
    'F17': 'ENETUNREACH is of IPv6 alone: IPv4 multicast on an interface that was named needs no '
           'route. *kernel dropped* are those for which the receive buffer had no room; the test '
           'fails when others are missing.',
    'F22': 'What failed is tried again after 4 milliseconds, then after twice that, and so on, up '
           'to a second: the longer there were none, the longer it may take.',
    'F28': 'Every other operation is a start, of up to eight at a time, on the interface that '
           'flaps or on all.',
    'F31': 'A switch that snoops believes what is forged, and withholds a group from whoever asked '
           'for it, without a word to the host: all that did reach the interface was received, or '
           'the test had failed, and a GSocket stands beside ours for comparison. '
           '`recovery-interval` (1 second here) brings the stream back.',
}
MAX_WITHHELD = 200
MAX_JOIN_US = 2_000_000
TIMES = ('p50_us', 'p99_us', 'worst_us')
COLUMNS = ('row', 'subject', 'variant', 'runs', 'never')

HEAD = '''Title: Reliability
Slug: reliability

# Reliability

What becomes of a stream when something goes wrong below it, and how long it takes until it is
back. No row needs a restart of the program. The page is made by `tests/faults/run.sh` in network
namespaces of one machine: {machine},
Linux {kernel}, {date}.

- Times are milliseconds from the moment at which the kernel says that the interface is up and has
  its carrier (F7: at which the address changed; F10: at which the switch forgot; F22: at which
  there are descriptors again; F28: of one start or stop) to the first datagram, which was sent
  every millisecond.
- mcast (library, mcastsrc, mcastsink) is waited for 20 seconds, and a test fails when it does not
  come back. The others, udpsrc, udpsink and a plain GSocket that joined once, are waited for two
  seconds, and after three times in vain they count as *never came back* for the rest of the runs.
- *repeated* are datagrams that came twice, *joins* those beyond the first, *refreshes* what
  [property@Mcast.RxSocket:recovery-interval] did. Names in capitals are those of errno, with how
  many datagrams were refused for it: mostly those that the test sends while the link is away.
'''


def number_of(row):
    return row.split()[0]


def milliseconds(figures, name):
    return f'{figures[name] / 1000:.1f}' if name in figures else '–'


def verdict(row, figures):
    limit = LIMITS_US.get(number_of(row))
    never = figures.get('never', 0)
    missed = figures.get('missed', 0) - figures.get('kernel_dropped', 0)
    withheld = figures.get('withheld_by_switch', 0)
    if never:
        return f'never came back, {never} of {figures["runs"]}'
    if limit and figures.get('p99_us', 0) > limit:
        return 'too late'
    if figures.get('join_all_us', 0) > MAX_JOIN_US:
        return 'too late'
    if missed > MISSED_ALLOWED.get(row, 0):
        return f'{missed} missed'
    if withheld > MAX_WITHHELD:
        return 'back, with gaps' if 'refreshes' in figures else f'{withheld} withheld'
    return 'met'


def others(figures):
    shown = [f'{milliseconds(figures, name)} ms {words(name.removesuffix("_us"))}'
             if name.endswith('_us') else f'{words(name)} {figures[name]}'
             for name in figures if name not in (*TIMES, *COLUMNS)]
    return ', '.join(shown) or '–'


def words(name):
    return name.replace('_', ' ')


def print_line(row, figures):
    times = ' | '.join(milliseconds(figures, name) for name in TIMES)
    variant = f'{row.partition(" ")[2]} {figures.get("variant", "")}'.strip()
    print(f'| {figures.get("subject", "–")} | {variant} | {figures.get("runs") or "–"} | {times} '
          f'| {others(figures)} | {verdict(row, figures)} |')


def print_fault(number, lines):
    what, target = FAULTS.get(number, ('a fault without a description', 'none'))
    print(f'\n## {number}: {what}\n\nTarget: {target}.\n')
    if not lines:
        print('No figures: its test did not come to its end, or was skipped.')
        return
    if number in NOTES:
        print(textwrap.fill(NOTES[number], 100), end='\n\n')
    print('| Subject | Variant | Runs | p50 | p99 | Worst | More | Result |')
    print('|:--------|:--------|-----:|----:|----:|------:|:-----|:-------|')
    for figures in lines:
        print_line(figures['row'], figures)


def find_processor():
    for line in pathlib.Path('/proc/cpuinfo').read_text(encoding='utf-8').splitlines():
        if line.startswith('model name'):
            return line.partition(':')[2].strip()
    return platform.machine()


def read_lines(path):
    """One line for a row, subject and variant: the last one, should there be more."""
    lines = {}
    for text in pathlib.Path(path).read_text(encoding='utf-8').splitlines():
        figures = json.loads(text)
        lines[figures['row'], figures.get('subject'), figures.get('variant')] = figures
    return list(lines.values())


def main():
    lines = read_lines(sys.argv[1])
    numbers = sorted({number_of(figures['row']) for figures in lines} | set(FAULTS),
                     key=lambda number: (len(number), number))
    machine = f'{os.cpu_count()} processors {find_processor()}'
    print(HEAD.format(machine=machine, kernel=platform.release().partition('-')[0],
                      date=datetime.date.today().isoformat()), end='')
    for number in numbers:
        print_fault(number, [figures for figures in lines if number_of(figures['row']) == number])


if __name__ == '__main__':
    main()
