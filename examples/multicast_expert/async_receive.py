#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram while a main loop runs: async_receive.py"""

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast

rx = Mcast.RxSocket.new(['239.1.2.3'], 12345)
rx.receive_async(GLib.PRIORITY_DEFAULT, None,
                 lambda rx, result: print(rx.receive_finish(result).get_payload().get_data()))
GLib.MainLoop().run()
