#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Waits for two sockets and for a line on standard input: select_two.py"""

import select
import sys
import libmcast

a, b = libmcast.RxSocket('239.1.2.3', 5004), libmcast.RxSocket('239.1.2.4', 5006)
while True:
    for ready in select.select([a, b, sys.stdin], [], [])[0]:
        print(ready.readline() if ready is sys.stdin else ready.recv(), flush=True)
