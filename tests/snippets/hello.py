# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Says hello to the groups of the manual, on every interface of its machine, until it is killed."""

import socket
import struct
import time

GROUPS = ('239.1.2.3', '239.1.2.4', '232.1.2.3')
INTERFACES = ('lo', 'eth0', 'eth1')
PORT = 5004

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for name in INTERFACES:
        index = socket.if_nametoindex(name)
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                          struct.pack('4s4si', bytes(4), bytes(4), index))
        for group in GROUPS:
            sender.sendto(b'hello', (group, PORT))
    time.sleep(0.02)
