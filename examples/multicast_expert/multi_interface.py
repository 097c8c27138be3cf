#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Prints the interface on which a datagram arrives: multi_interface.py eth0 10.0.0.2 ..."""

import sys
import libmcast

print(libmcast.RxSocket('239.1.2.3', 12345, sys.argv[1:]).receive().interface)
