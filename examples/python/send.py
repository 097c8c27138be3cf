#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends one datagram: send.py"""

import libmcast

libmcast.TxSocket('239.1.2.3', 5004).send(b'hello')
