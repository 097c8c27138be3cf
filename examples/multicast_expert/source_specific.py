#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram from the selected senders: source_specific.py 10.0.0.1@232.1.2.3 ..."""

import sys
import libmcast

print(libmcast.RxSocket(sys.argv[1:], 12345).recv())
