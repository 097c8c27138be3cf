#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Receives what chosen hosts send and nothing else: source_specific.py 10.0.0.1 fd00::1 ..."""

import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast

rx = Mcast.RxSocket.new(
    [f'{source}@{"ff35::1:2" if ":" in source else "232.1.2.3"}' for source in sys.argv[1:]],
    12345, None)
datagram = rx.receive()
print(datagram.get_group().to_string(), datagram.get_payload().get_data())
