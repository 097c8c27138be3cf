#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram of a group on any interface: receive.py"""

import libmcast

print(libmcast.RxSocket('239.1.2.3', 12345).recv())
