#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives in asyncio until 10 seconds pass without a datagram: asyncio_receive.py"""

import asyncio
import libmcast


async def main() -> None:
    async for datagram in libmcast.RxSocket('239.1.2.3', 5004, timeout=10):
        print(datagram.payload, flush=True)

asyncio.run(main())
