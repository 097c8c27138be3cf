#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Multicast pipelines written for udpsrc and udpsink do the same with mcastsrc and mcastsink.

Runs those of pipelines.txt, with the names as they are, then replaced on either side and on both.
What differs must stand there; table.py makes docs/replaced-pipelines.md of it."""

import collections
import concurrent.futures
import json
import os
import pathlib
import queue
import re
import select
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import tap
import table

NETNS_RUN = pathlib.Path(os.environ['G_TEST_BUILDDIR'], 'netns-run')
N_WORLDS = 4
N_TRIES = 4
# A machine answers sooner, for it has deadlines of its own.
DEADLINE_S = 100

REPLACED = {'udpsrc': 'mcastsrc', 'udpsink': 'mcastsink', 'multiudpsink': 'mcastsink'}
NETWORK_SINKS = {'udpsink', 'multiudpsink', 'mcastsink'}
# Which side has the new names: (sender, receiver).
ORIGINAL = (False, False)
SWAPS = [ORIGINAL, (False, True), (True, False), (True, True)]


class Machine:
    """A process of machine.py in a network namespace."""

    def __init__(self, namespace, directory):
        self._process = subprocess.Popen(
            ['nsenter', f'--net={namespace}', sys.executable, HERE / 'machine.py', directory],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def order(self, *order):
        self._process.stdin.write(json.dumps(order) + '\n')
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], DEADLINE_S)[0]:
            self._process.kill()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f'{order[0]}: the process ended with {self._process.wait()}')
        reply = json.loads(line)
        if 'missing' in reply:
            raise unittest.SkipTest(reply['missing'])
        if 'error' in reply:
            raise AssertionError(reply['error'])
        return reply['answer']

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


class World:
    """Two machines with an eth0 each, and a folder for their files."""

    def __init__(self):
        self._directory = tempfile.mkdtemp()
        self._holder = subprocess.Popen(
            [NETNS_RUN, '--pair', 'sh', '-c', 'echo "$NETNS_PEER"; exec cat'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        peer = self._holder.stdout.readline().strip()
        home = f'/proc/{self._holder.pid}/ns/net'
        self._places = {'sender': home, 'receiver': peer, 'neighbour': home}
        self._machines = {}

    def machine(self, name):
        if name not in self._machines:
            self._machines[name] = Machine(self._places[name], self._directory)
        return self._machines[name]

    def close(self):
        for machine in self._machines.values():
            machine.close()
        self._holder.stdin.close()
        self._holder.stdout.close()
        self._holder.wait()
        shutil.rmtree(self._directory)


def replace_names(line, is_replaced):
    if not is_replaced:
        return line
    return re.sub(r'(?<=\s|!)(multi)?udp(src|sink)(?=\s)', r'mcast\2', f' {line}').strip()


def run(world, pipeline, swap):
    """What the sender sent, and what the receiver got."""
    send, receive = (replace_names(pipeline[key], is_replaced)
                     for key, is_replaced in zip(('send', 'receive'), swap))
    rtcp = pipeline.get('rtcp', '').split()
    sender = world.machine('sender')
    receiver = world.machine('neighbour' if 'on' in pipeline else 'receiver')
    try:
        receiver.order('play', receive)
        sender.order('play', send)
        sent = sender.order('wait_sent', rtcp)
        counts = {key: flow['count'] for key, flow in sent['sent'].items()} | dict.fromkeys(rtcp, 1)
        receiver.order('wait_received', counts, pipeline.get('messages', '').split())
        sender.order('wait_received', dict.fromkeys(rtcp, 1), [])
        received = receiver.order('end')
        return {'sender': sent | {'received': sender.order('end')['received']},
                'receiver': received}
    finally:
        receiver.order('clear')
        sender.order('clear')


def run_undisturbed(world, pipeline, swap):
    """Repeats a run in which the kernel dropped datagrams: no fault of the elements."""
    for _ in range(N_TRIES):
        result = run(world, pipeline, swap)
        if result['receiver']['dropped'] == 0:
            break
    return result


def run_all(worlds, pipeline):
    world = worlds.get()
    try:
        if 'file' in pipeline:
            world.machine('sender').order('run', pipeline['file'])
        return {swap: run_undisturbed(world, pipeline, swap) for swap in SWAPS}
    finally:
        worlds.put(world)


# --- What is compared ----------------------------------------------------------------------------

def describe_run(pipeline, result):
    """What went wrong in one run; nothing may."""
    problems = []
    rtcp = pipeline.get('rtcp', '').split()
    sent, receiver = result['sender']['sent'], result['receiver']
    for key, flow in receiver['received'].items():
        if key not in rtcp:
            problems += describe_flow(pipeline, key, sent.get(key), flow)
    for key, flow in (receiver['received'] | result['sender']['received']).items():
        if key in rtcp and flow['count'] == 0:
            problems.append(f'no RTCP on {key}')
    missing = set(pipeline.get('messages', '').split()) - set(receiver['messages'])
    return problems + [f'no message {name}' for name in missing] + describe_ends(pipeline, receiver)


def describe_flow(pipeline, key, sent, received):
    if sent is None:
        return [f'nothing is sent to {key}']
    skipped = re.search(r'skip-first-bytes=(\d+)', pipeline['receive'])
    if skipped:
        is_same = received['size'] == sent['size'] - sent['count'] * int(skipped[1])
    else:
        is_same = received['digest'] == sent['digest']
    if is_same and sent['count'] > 0:
        return []
    return ['{}: {} datagrams of {} bytes sent, {} of {} bytes received'.format(
        key, sent['count'], sent['size'], received['count'], received['size'])]


def describe_ends(pipeline, receiver):
    problems = []
    ends = receiver['ends']
    media = [end for end in ends if end['name'] not in NETWORK_SINKS]
    for wanted, end in zip(pipeline.get('out', '').split(','), media):
        what = {'buffers': end['count'], 'bytes': end['size']}
        if wanted and f' {what[wanted.split()[1]]} ' not in f' {wanted} ':
            problems.append(f'{wanted.strip()} must come out, not {what}')
    digests = {flow['digest'] for flow in receiver['received'].values()}
    for end in ends:
        if end['count'] == 0:
            problems.append(f'nothing came out at {end["name"]}')
        if end not in media and 'rtcp' not in pipeline and end['digest'] not in digests:
            problems.append('the relay sends something else than it received')
    return problems


def media_of(receiver):
    return [end['bytes'] for end in receiver['ends'] if end['name'] not in NETWORK_SINKS]


def find_differences(pipeline, original, result):
    """What is not as with the original elements, in words of the field "differs"."""
    ours, theirs = result['receiver'], original['receiver']
    found = set()
    if 'varies' not in pipeline and media_of(ours) != media_of(theirs):
        found.add('output')
    if [name for name in ours['messages'] if not name.startswith('mcast-')] != theirs['messages']:
        found.add('messages')
    if set(ours['warnings']) != set(theirs['warnings']):
        found.add('warnings')
    if ([flow['sender'] for flow in ours['received'].values()]
            != [flow['sender'] for flow in theirs['received'].values()]):
        found.add('sender address')
    return found


def title(swap):
    return {(False, False): 'the original names', (False, True): 'mcastsrc at the receiver',
            (True, False): 'mcastsink at the sender', (True, True): 'both'}[swap]


def describe_all(pipeline, results):
    problems = []
    differences = collections.defaultdict(set)
    for swap, result in results.items():
        problems += [f'{title(swap)}: {problem}' for problem in describe_run(pipeline, result)]
        for difference in find_differences(pipeline, results[ORIGINAL], result):
            differences[difference].add(swap)
    known = table.differences(pipeline).keys()
    problems += [f'not written down in pipelines.txt: {name} differs with '
                 + ', '.join(map(title, differences[name]))
                 for name in differences.keys() - known]
    return problems + [f'{name} does not differ' for name in known - differences.keys()]


# --- The tests -----------------------------------------------------------------------------------

PIPELINES = {name: pipeline for name, pipeline in table.read().items() if 'skip' not in pipeline}
outcomes = {}


def setUpModule():
    worlds = queue.SimpleQueue()
    pool = concurrent.futures.ThreadPoolExecutor(N_WORLDS)
    made = [World() for _ in range(N_WORLDS)]
    for world in made:
        worlds.put(world)
    for name, pipeline in PIPELINES.items():
        outcomes[name] = pool.submit(run_all, worlds, pipeline)

    def close():
        pool.shutdown()
        for world in made:
            world.close()

    unittest.addModuleCleanup(close)


class PipelineTest(unittest.TestCase):
    def check(self, name):
        pipeline = PIPELINES[name]
        problems = describe_all(pipeline, outcomes[name].result())
        if problems:
            self.fail('\n'.join(problems))

    def test_table(self):
        """The page of the manual says what is run here."""
        self.assertEqual(table.PAGE.read_text(encoding='utf-8'), table.write(table.read()))

    def test_number(self):
        self.assertGreaterEqual(len(PIPELINES), 40)


for pipeline_name in PIPELINES:
    setattr(PipelineTest, 'test_' + pipeline_name.replace('-', '_'),
            lambda self, name=pipeline_name: self.check(name))


if __name__ == '__main__':
    tap.main()
