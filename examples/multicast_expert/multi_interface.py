#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Receives on several interfaces and tells which it was: multi_interface.py eth0 10.0.0.2 ..."""

import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast

rx = Mcast.RxSocket.new(['239.1.2.3'], 12345, sys.argv[1:])
while True:
    datagram = rx.receive()
    print(datagram.get_interface_name(), datagram.get_payload().get_data(), flush=True)
