#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends to a group on the interface of the default route: transmit.py"""

import libmcast

libmcast.TxSocket('239.1.2.3', 12345).send(b'Hello World')
