#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Stores a socket in an object, without a with statement: store_and_close_later.py"""

import libmcast


class Announcer:
    def __init__(self) -> None:
        self.tx = libmcast.TxSocket('239.1.2.3', 12345)

    def stop(self) -> None:
        self.tx.close()


announcer = Announcer()
announcer.tx.send(b'Hello World')
announcer.stop()
