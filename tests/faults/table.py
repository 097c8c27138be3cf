#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes docs/reliability.md from the figures of the fault tests: table.py FIGURES.json > PAGE."""

import datetime
import json
import os
import pathlib
import platform
import sys
import textwrap

FAULTS = {
    'F1': ('the interface is set down and up', 'resumes within 50 ms (p99), no new join'),
    'F2': ('the link loses its carrier and regains it', 'resumes within 50 ms (p99), no new join'),
    'F3': ('the interface is deleted and recreated with a new index',
           'resumes within 100 ms (p99)'),
    'F4': ('the interface is deleted and recreated with the same index',
           'resumes within 100 ms (p99)'),
    'F5': ('the interface moves to another namespace and back', 'resumes within 100 ms (p99)'),
    'F6': ('the interface is renamed, or its address changes',
           'no datagram missed, no new join'),
    'F7': ('the source address of a sender disappears and returns',
           'failure and recovery reported within 100 ms (p99); a sender without a pinned address '
           'continues'),
    'F8': ('the kernel loses notifications of changes', 'all memberships as requested'),
    'F9': ('the interface is missing for the first three seconds', 'starts within 100 ms (p99)'),
    'F10': ('the switch forgets the group',
            'resumes within 100 ms after the recovery interval of 200 ms (p99), or an event'),
    'F11': ('memberships are refreshed while the network works',
            'no datagram missed with IGMPv3 and MLDv2; at most 20 with IGMPv2 and fastleave'),
    'F12': ('the network has no querier', 'the stream never stops for good'),
    'F17': ('the kernel refuses to send, or a signal interrupts a call',
            'each refusal counted by its errno, no datagram missed because of a signal'),
    'F20': ('1000 groups; 64 interfaces', 'all joined within 2 s'),
    'F21': ('the limits of the kernel are at their minimum',
            'more sockets, or an error that names the limit'),
    'F22': ('no file descriptors are available',
            'resumes when descriptors are available again, no leak'),
    'F24': ('the process starts another program',
            'the program inherits no descriptor and holds no membership'),
    'F28': ('receivers and senders start and stop while links flap',
            'no leak, no operation over 10 s'),
    'F31': ('forged queries and leaves of IGMP and MLD, up to 1000 per second',
            'the stream continues, at most one refresh per second'),
}
LIMITS_US = {'F1': 50_000, 'F2': 50_000, 'F3': 100_000, 'F4': 100_000, 'F5': 100_000,
             'F7': 100_000, 'F9': 100_000, 'F10': 300_000, 'F28': 10_000_000}
MISSED_ALLOWED = {'F11 IGMPv2 fastleave': 20}
# The reason why a target is missed, or the conditions of a measurement.
NOTES = {
    'F9': 'Eight receivers of each kind wait side by side.',
    'F11': 'With IGMPv2, the kernel reports a membership again only after leaving and joining. The '
           'report follows the leave after two or three ticks of the kernel clock. Until then, a '
           'switch with fastleave does not forward the group, and the datagrams sent in that time '
           'are missed at each refresh. A program cannot make the kernel report sooner, or without '
           'leaving. With CAP_NET_RAW, the library sends the report itself instead.',
    'F12': 'The switch forgets a membership after one second.',
    'F17': 'ENETUNREACH occurs only with IPv6: IPv4 multicast on a named interface needs no route. '
           '*kernel dropped* counts the datagrams that did not fit into the receive buffer; the '
           'test fails if any others are missing.',
    'F22': 'After a failure, the library retries after 4 milliseconds, then after twice that time, '
           'and so on, up to a second: the longer descriptors are missing, the longer recovery may '
           'take.',
    'F28': 'Every other operation is a start, of up to eight at a time, on the flapping interface '
           'or on all interfaces.',
    'F31': 'A snooping switch trusts forged messages and stops forwarding a group to its members '
           'without notifying the host. All datagrams that reached the interface were received; '
           'otherwise the test would fail. A GSocket receives the same stream for comparison. '
           '`recovery-interval` (1 second here) restores the stream.',
}
MAX_WITHHELD = 200
MAX_JOIN_US = 2_000_000
TIMES = ('p50_us', 'p99_us', 'worst_us')
COLUMNS = ('row', 'subject', 'variant', 'runs', 'never')

HEAD = '''# Reliability

{result}

This page lists faults and the time until a stream resumes after each of them. None of them requires
a restart of the program. `tests/faults/run.sh` generates this page in network namespaces of one
machine: {machine},
Linux {kernel}, {date}.

- Times are in milliseconds. They start when the kernel reports that the interface is up and has a
  carrier (F7: when the address changed; F10: when the switch forgot the group; F22: when
  descriptors are available again; F28: when the start or stop began). They end with the first
  datagram; the sender sends one every millisecond.
- A test waits 20 seconds for mcast (library, mcastsrc, mcastsink) and fails if the stream does not
  resume. It waits two seconds for udpsrc, udpsink and a plain GSocket that joined once; after three
  timeouts they count as *never resumed* for the remaining runs.
- *repeated* counts datagrams received twice, *joins* counts joins after the first, and *refreshes*
  counts those of `McastRxSocket:recovery-interval-us`. A name in capital letters is an errno
  with the number of datagrams that were refused because of it, most of which the test sends while
  the link is down.
'''
OURS = ('library', 'mcastsrc', 'mcastsink')


def state_result(lines):
    """Returns what happens when an interface is recreated, which is why there is this page."""
    recreated = [figures for figures in lines if number_of(figures['row']) == 'F3']
    ours = [figures for figures in recreated if figures['subject'] in OURS]
    resumed = {figures['subject'] for figures in recreated
               if figures['subject'] not in OURS and figures.get('never') != figures['runs']}
    if not ours:
        return 'This run has no figures for an interface that is recreated.'
    text = (f'After an interface is deleted and recreated, mcast receives again within '
            f'{state_range(ours, sending=False)} and sends again within '
            f'{state_range(ours, sending=True)} (p99). ')
    text += ('`udpsrc`, `udpsink` and a plain `GSocket` never resume.' if not resumed else
             f'Of the alternatives, {", ".join(sorted(resumed))} resumed, too.')
    return textwrap.fill(text, 100)


def state_range(lines, sending):
    values = sorted(figures['p99_us'] for figures in lines
                    if ('sending' in describe(figures)) == sending and 'p99_us' in figures)
    least, most = (f'{value / 1000:.1f}' for value in (values[0], values[-1]))
    return f'{least} ms' if least == most else f'{least} to {most} ms'


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
        return f'never resumed, {never} of {figures["runs"]}'
    if limit and figures.get('p99_us', 0) > limit:
        return 'too late'
    if figures.get('join_all_us', 0) > MAX_JOIN_US:
        return 'too late'
    if missed > MISSED_ALLOWED.get(row, 0):
        return f'{missed} missed'
    if withheld > MAX_WITHHELD:
        return 'resumed, with gaps' if 'refreshes' in figures else f'{withheld} withheld'
    return 'met'


def others(figures):
    shown = [f'{milliseconds(figures, name)} ms {words(name.removesuffix("_us"))}'
             if name.endswith('_us') else f'{words(name)} {figures[name]}'
             for name in figures if name not in (*TIMES, *COLUMNS)]
    return ', '.join(shown) or '–'


def words(name):
    return name.replace('_', ' ')


def describe(figures):
    return f'{figures["row"].partition(" ")[2]} {figures.get("variant", "")}'.strip()


def print_line(row, figures):
    times = ' | '.join(milliseconds(figures, name) for name in TIMES)
    print(f'| {figures.get("subject", "–")} | {describe(figures)} | {figures.get("runs") or "–"} '
          f'| {times} | {others(figures)} | {verdict(row, figures)} |')


def print_fault(number, lines):
    title, target = FAULTS.get(number, ('a fault without a description', 'none'))
    print(f'\n## {number}: {title}\n\nTarget: {target}.\n')
    if not lines:
        print('No figures: the test did not finish, or was skipped.')
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
    """Returns the last line of each row, subject and variant."""
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
    print(HEAD.format(result=state_result(lines), machine=machine,
                      kernel=platform.release().partition('-')[0],
                      date=datetime.date.today().isoformat()), end='')
    for number in numbers:
        print_fault(number, [figures for figures in lines if number_of(figures['row']) == number])


if __name__ == '__main__':
    main()
