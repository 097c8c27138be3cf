#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends text to a group: send.py [GROUP [TEXT]], as in: send.py 239.1.2.3%eth0:5004 hello"""

import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast

group = sys.argv[1] if len(sys.argv) > 1 else '239.1.2.3:5004'
text = sys.argv[2] if len(sys.argv) > 2 else 'hello'
try:
    Mcast.TxSocket.new([group], 0, None).send_data(text.encode())
except GLib.Error as error:
    sys.exit(error.message)
print('Sent to', group)
