#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Prints the datagrams of a group: receive.py [GROUP], as in: receive.py 239.1.2.3%eth0:5004"""

import sys
import libmcast

group = sys.argv[1] if len(sys.argv) > 1 else '239.1.2.3:5004'
try:
    for datagram in libmcast.RxSocket(group):
        print(f'{datagram.interface}, from {datagram.get_source_text()}:',
              datagram.payload.decode(errors='replace'), flush=True)
except (OSError, ValueError) as error:
    sys.exit(str(error))
except KeyboardInterrupt:
    pass
