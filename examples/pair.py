#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
import libmcast  # Sends to a group and receives it on this machine only: pair.py
rx = libmcast.RxSocket('239.1.2.3', 5004, 'lo')
libmcast.TxSocket('239.1.2.3', 5004, 'lo').send(b'hello')
print(rx.recv())
