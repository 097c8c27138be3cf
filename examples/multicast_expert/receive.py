#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Receives one datagram of a group, on whichever interface it comes: receive.py"""

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast

datagram = Mcast.RxSocket.new(['239.1.2.3'], 12345, None).receive()
print(datagram.get_source().to_string(), datagram.get_payload().get_data())
