# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes docs/replaced-pipelines.md from pipelines.txt. test-pipelines.py checks the page."""

import configparser
import pathlib

HERE = pathlib.Path(__file__).parent
PAGE = HERE.parent.parent / 'docs' / 'replaced-pipelines.md'

BEGINNING = '''# Pipelines with replaced names

The tests run {number} multicast pipelines from documentation and practice, written for `udpsrc`,
`udpsink` and `multiudpsink`. The test `pipelines` runs each of them four times between two test
machines: with the original elements, with `mcastsrc` instead of `udpsrc`, with `mcastsink` instead
of `udpsink` or `multiudpsink`, and with both. Nothing else is changed. Each time, it compares

- the datagrams sent with the output of the receiving element: number, sizes, order and bytes;
- the decoded output of the pipeline with that of the original elements;
- warnings and element messages;
- the sender’s address in the buffers.

The pipelines are in `tests/pipelines/pipelines.txt`.

| Pipeline | Origin | With mcastsrc, mcastsink, both |
|:---------|:-------|:-------------------------------|
'''

EVERYWHERE = '''
“Output varies” means that the decoded output differs in every run, also with the original
elements. For these pipelines, the test compares the datagrams.

## General differences

- mcastsrc and mcastsink also post their own messages, such as `mcast-interface-joined`. They do not
  affect a program that selects element messages by name.
- Without `multicast-iface`, mcastsrc receives on every interface of the machine, udpsrc on one. See
  [Coming from udpsrc and udpsink](coming-from-udpsrc.md).
- If several datagrams are waiting, mcastsrc pushes them as a buffer list. Elements accept both; a
  pad probe must also be added for `GST_PAD_PROBE_TYPE_BUFFER_LIST`, or set `batch-size=1`.
- mcastsink does not join the groups that it sends to, and `clients` returns the destinations in the
  order in which they were set, with IPv6 addresses in brackets.

## Pipelines that were not run
'''


def read():
    parser = configparser.ConfigParser(delimiters=[':'], comment_prefixes=['#'],
                                       interpolation=None)
    parser.read(HERE / 'pipelines.txt', encoding='utf-8')
    return {name: parser[name] for name in parser.sections()}


def differences(pipeline):
    """Returns the differences and their reasons."""
    pairs = (line.removesuffix(')').partition(' (')
             for line in pipeline.get('differs', '').splitlines() if line)
    return {name: reason for name, _, reason in pairs}


def cell(text):
    return text.replace('|', '\\|')


def result(pipeline):
    texts = [f'{name} differs: {reason}' for name, reason in differences(pipeline).items()]
    if 'varies' in pipeline:
        texts.append(f'output varies: {pipeline["varies"]}')
    return '; '.join(['the same'] * (not differences(pipeline)) + texts)


def write(pipelines):
    is_run = {name: 'skip' not in pipeline for name, pipeline in pipelines.items()}
    page = BEGINNING.format(number=sum(is_run.values()))
    for name, pipeline in pipelines.items():
        if is_run[name]:
            page += f'| {name} | {cell(pipeline["from"])} | {cell(result(pipeline))} |\n'
    page += EVERYWHERE
    for name, pipeline in pipelines.items():
        if not is_run[name]:
            page += f'\n- {name} ({pipeline["from"]}): {pipeline["skip"]}.'
    return page + '\n'


if __name__ == '__main__':
    PAGE.write_text(write(read()), encoding='utf-8')
