#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives in asyncio: asyncio_receive.py [GROUP], as in: asyncio_receive.py 239.1.2.3:5004"""

import asyncio
import sys
import libmcast


async def main(group: str) -> None:
    async with libmcast.RxSocket(group) as rx:
        async for datagram in rx:
            print(datagram.interface, datagram.payload, flush=True)


try:
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else '239.1.2.3:5004'))
except (OSError, ValueError) as error:
    sys.exit(str(error))
except KeyboardInterrupt:
    pass
