#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram of a group on any interface: receive.py"""

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast

print(Mcast.RxSocket.new(['239.1.2.3'], 12345).receive().get_payload().get_data())
