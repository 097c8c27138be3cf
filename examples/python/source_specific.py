#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram from one sender only: source_specific.py 10.0.0.1"""

import sys
import libmcast

print(libmcast.RxSocket(f'{sys.argv[1]}@232.1.2.3', 5004).recv())
