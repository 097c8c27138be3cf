#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram in asyncio: async_receive.py"""

import asyncio
import libmcast

print(asyncio.run(libmcast.RxSocket('239.1.2.3', 12345).receive_async()).payload)
