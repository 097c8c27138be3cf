#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram from the selected senders: source_specific.py 10.0.0.1@232.1.2.3 ..."""

import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast

print(Mcast.RxSocket.new(sys.argv[1:], 12345).receive().get_payload().get_data())
