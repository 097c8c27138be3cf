#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Prints the datagrams of a group: receive.py [GROUP], as in: receive.py 239.1.2.3%eth0:5004"""

import signal
import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast

# Python would handle Ctrl-C only after the next datagram.
signal.signal(signal.SIGINT, signal.SIG_DFL)
group = sys.argv[1] if len(sys.argv) > 1 else '239.1.2.3:5004'
try:
    rx = Mcast.RxSocket.new([group], 0, None)
    while True:
        datagram = rx.receive()
        print(f'{datagram.get_interface_name()}, from {datagram.get_source_text()}:',
              bytes(datagram.get_data()).decode(errors='replace'), flush=True)
except GLib.Error as error:
    sys.exit(error.message)
