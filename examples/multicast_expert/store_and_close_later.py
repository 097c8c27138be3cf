#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Stores a socket in an object, without a with statement: store_and_close_later.py"""

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast


class Announcer:
    def __init__(self):
        self.tx = Mcast.TxSocket.new(['239.1.2.3'], 12345)

    def stop(self):
        self.tx.close()


announcer = Announcer()
announcer.tx.send(GLib.Bytes(b'Hello World'))
announcer.stop()
