#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives in asyncio: asyncio_receive.py [GROUP], as in: asyncio_receive.py 239.1.2.3:5004"""

import asyncio
import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast


async def wait_readable(fd):
    loop = asyncio.get_running_loop()
    readable = loop.create_future()
    loop.add_reader(fd, lambda: readable.done() or readable.set_result(None))
    try:
        await readable
    finally:
        loop.remove_reader(fd)


async def datagrams(rx):
    """Yields each datagram. The loop runs other tasks until the next one arrives."""
    while True:
        await wait_readable(rx.get_fd())
        while (datagram := rx.try_receive()) is not None:
            yield datagram


async def main(group):
    async for datagram in datagrams(Mcast.RxSocket.new([group], 0, None)):
        print(datagram.get_interface_name(), datagram.get_payload().get_data(), flush=True)


try:
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else '239.1.2.3:5004'))
except GLib.Error as error:
    sys.exit(error.message)
except KeyboardInterrupt:
    pass
