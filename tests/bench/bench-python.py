#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Receiving from Python: bench-python.py MODE, see MODES. Prints what the C programs print."""

import argparse
import json
import os
import pathlib
import select
import socket
import struct
import sys
import time

WARM_UP = 2000
END_SIZE = 1
MAX_PAYLOAD = 65507
BATCH = 64
RUNS = 4
EXIT_SKIPPED = 77
PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "python"


def skip(reason):
    print(reason, file=sys.stderr)
    sys.exit(EXIT_SKIPPED)


def open_plain(options):
    """A plain socket, as a program without any library has it."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.buffer_size:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.buffer_size)
    sock.bind((options.group, options.port))
    index = socket.if_nametoindex(options.interfaces)
    request = struct.pack("4s4si", socket.inet_aton(options.group), bytes(4), index)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
    return sock


def plain(options):
    sock = open_plain(options)
    return lambda: (1, sock.recvfrom(MAX_PAYLOAD)[0])


def plain_select(options):
    """What multicast_expert does for each datagram: select(), then recvfrom()."""
    sock = open_plain(options)

    def receive():
        readable, _, _ = select.select([sock], [], [], None)
        data, _source = readable[0].recvfrom(MAX_PAYLOAD)
        return 1, data

    return receive


def open_mcast(options, merging=False):
    try:
        import gi
        gi.require_version("Mcast", "1.0")
        from gi.repository import Mcast
    except (ImportError, ValueError) as error:
        skip(f"introspection: {error}")
    rx = Mcast.RxSocket(groups=[options.group], port=options.port,
                        interfaces=[options.interfaces],
                        receive_buffer_size=options.buffer_size, receive_offload=merging)
    rx.init(None)
    return rx


def mcast(options):
    rx = open_mcast(options)
    return lambda: (1, rx.receive(None).get_payload().get_data())


def mcast_batch(options):
    rx = open_mcast(options)

    def receive():
        datagrams = rx.receive_batch(BATCH, None)
        payloads = [datagram.get_payload().get_data() for datagram in datagrams]
        return len(payloads), payloads[-1]

    return receive


def mcast_batch_objects(options):
    """The datagrams as they come, for a program that passes them on or stores them."""
    rx = open_mcast(options)

    def receive():
        datagrams = rx.receive_batch(BATCH, None)
        return len(datagrams), datagrams[-1].get_payload().get_data()

    return receive


def mcast_payloads(options, merging=False, batch=BATCH):
    """The payloads as bytes, cut from what comes joined."""
    rx = open_mcast(options, merging)

    def receive():
        joined, sizes = rx.receive_payloads(batch, None)
        data = joined.get_data()
        payloads = []
        end = 0
        for size in sizes:
            payloads.append(data[end:end + size])
            end += size
        return len(payloads), payloads[-1]

    return receive


def mcast_payloads_merged(options):
    """A run has up to 49 datagrams: more than a few of them do not fit the processor's caches."""
    return mcast_payloads(options, merging=True, batch=RUNS)


def open_override(options):
    """With the types of Python: the package libmcast."""
    open_mcast(options).close()
    sys.path.insert(0, str(PACKAGE))
    import libmcast
    return libmcast.RxSocket(options.group, options.port, options.interfaces,
                             receive_buffer_size=options.buffer_size)


def libmcast_recvfrom(options):
    rx = open_override(options)
    return lambda: (1, rx.recvfrom()[0])


def libmcast_for(options):
    datagrams = iter(open_override(options))
    return lambda: (1, next(datagrams).payload)


def libmcast_views(options):
    rx = open_override(options)

    def receive():
        views = rx.receive_views(BATCH)
        return len(views), views[-1]

    return receive


def multicast_expert(options):
    """The variable MULTICAST_EXPERT is the folder of a checkout."""
    sys.path.insert(0, os.environ.get("MULTICAST_EXPERT", ""))
    try:
        import multicast_expert as peer
    except ImportError as error:
        skip(f"multicast_expert: {error}; MULTICAST_EXPERT=FOLDER names a checkout")
    rx = peer.McastRxSocket(socket.AF_INET, mcast_ips=[options.group], port=options.port,
                            iface_ip=options.address, blocking=True)
    rx.__enter__()
    return lambda: (1, rx.recvfrom()[0])


MODES = {
    "plain": plain,
    "plain-select": plain_select,
    "mcast": mcast,
    "mcast-batch": mcast_batch,
    "mcast-batch-objects": mcast_batch_objects,
    "mcast-payloads": mcast_payloads,
    "mcast-payloads-merged": mcast_payloads_merged,
    "libmcast-recvfrom": libmcast_recvfrom,
    "libmcast-for": libmcast_for,
    "libmcast-views": libmcast_views,
    "multicast-expert": multicast_expert,
}


def get_peak_kb():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--group", default="233.252.0.1")
    parser.add_argument("--interfaces", default="v0")
    parser.add_argument("--port", type=int, default=5004)
    parser.add_argument("--buffer-size", type=int, default=0)
    parser.add_argument("--address", default="10.9.0.2", help="ours, on the interface")
    return parser.parse_args()


def main():
    options = parse_options()
    receive = MODES[options.mode](options)
    print("ready", flush=True)
    datagrams = 0
    counted = None
    while True:
        n, last = receive()
        if len(last) == END_SIZE:
            break
        datagrams += n
        if counted is None and datagrams >= WARM_UP:
            counted = datagrams
            began = time.monotonic()
            cpu = time.process_time_ns()
    used = time.process_time_ns() - cpu if counted is not None else 0
    print(json.dumps({
        "datagrams": datagrams,
        "counted": datagrams - (counted or 0),
        "cpu_ns": used,
        "seconds": time.monotonic() - began if counted is not None else 0,
        "peak_rss_kb": get_peak_kb(),
    }))


if __name__ == "__main__":
    main()
