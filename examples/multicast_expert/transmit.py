#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends to a group on the interface of the default route: transmit.py"""

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast

Mcast.TxSocket.new(['239.1.2.3'], 12345).send(GLib.Bytes(b'Hello World'))
