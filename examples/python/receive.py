#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Receives one datagram within 10 seconds and prints its sender: receive.py"""

import libmcast

print(*libmcast.RxSocket('239.1.2.3', 5004).recvfrom(timeout=10))
