#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one text within a second, as McastRECV does: recv.py"""

import sys
import libmcast

try:
    data = libmcast.RxSocket('224.0.0.1', 59259).recv(timeout=1)
except TimeoutError:
    sys.exit(70)
print(data.decode(errors='replace'))
