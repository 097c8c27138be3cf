# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/replaced-pipelines.md, from pipelines.txt: `table.py` writes it, test-pipelines.py checks
that it is what a run finds."""

import configparser
import pathlib

HERE = pathlib.Path(__file__).parent
PAGE = HERE.parent.parent / 'docs' / 'replaced-pipelines.md'

BEGINNING = '''Title: Pipelines with replaced names

# Pipelines with replaced names

{number} multicast pipelines as they are written for `udpsrc`, `udpsink` and `multiudpsink`, from
documentation and practice. The test `pipelines` runs each of them four times, between two machines
of its own: with the original elements, with `mcastsrc` in place of `udpsrc`, with `mcastsink` in
place of `udpsink` or `multiudpsink`, and with both. Nothing else is changed. Each time it compares

- every datagram that the sender sent with those that came out of the receiving element: number,
  sizes, order and bytes;
- what comes out at the end of the pipeline, decoded, with what came out with the original elements;
- warnings and element messages;
- the sender’s address in the buffers.

The lines themselves are in `tests/pipelines/pipelines.txt`.

| Pipeline | Where such a line is found | With mcastsrc, mcastsink, both |
|:---------|:---------------------------|:-------------------------------|
'''

EVERYWHERE = '''
“Output varies” means that the decoded output is another in every run, with the original elements
too; there the datagrams were compared.

## What differs everywhere

- mcastsrc and mcastsink post messages of their own, `mcast-interface-joined` and others. A program
  that reads element messages by name does not notice.
- mcastsrc listens on every interface of the machine when `multicast-iface` is not set, udpsrc on
  one. See [Coming from udpsrc and udpsink](coming-from-udpsrc.html).
- When several datagrams are waiting, mcastsrc pushes them as a buffer list. Elements take both; a
  pad probe of a program must ask for `GST_PAD_PROBE_TYPE_BUFFER_LIST` too, or set `batch-size=1`.
- mcastsink does not join the groups that it sends to, and `clients` reads back in the order in
  which it was set, IPv6 addresses in brackets.

## What was not run
'''


def read():
    parser = configparser.ConfigParser(delimiters=[':'], comment_prefixes=['#'],
                                       interpolation=None)
    parser.read(HERE / 'pipelines.txt', encoding='utf-8')
    return {name: parser[name] for name in parser.sections()}


def differences(pipeline):
    """What differs, and why."""
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
