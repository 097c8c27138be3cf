#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends a text, as McastSAY does: say.py TEXT"""

import sys
import libmcast

libmcast.TxSocket('224.0.0.1', 59259).send(sys.argv[1].encode())
