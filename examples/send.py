#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Sends text to a group: send.py [GROUP [TEXT]], as in: send.py 239.1.2.3%eth0:5004 hello"""

import sys
import libmcast

group = sys.argv[1] if len(sys.argv) > 1 else '239.1.2.3:5004'
text = sys.argv[2] if len(sys.argv) > 2 else 'hello'
try:
    libmcast.TxSocket(group).send(text.encode())
except (OSError, ValueError) as error:
    sys.exit(str(error))
print('Sent to', group)
