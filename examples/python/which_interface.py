#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Prints on which interface each datagram arrived: which_interface.py"""

import libmcast

for datagram in libmcast.RxSocket('239.1.2.3', 5004):
    print(datagram.interface, datagram.payload, flush=True)
