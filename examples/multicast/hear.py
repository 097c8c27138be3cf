#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Answers each datagram until STOP arrives, as McastHEAR does: hear.py"""

import socket
import libmcast

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answers:
    for datagram in libmcast.RxSocket('224.0.0.1', 59259):
        text = datagram.payload.decode(errors='replace')
        print(text, flush=True)
        answer = f'HEAR [ {text.upper()} SAID {datagram.source} ] from {datagram.group}'
        answers.sendto(answer.encode(), datagram.source)
        if 'STOP' in text:
            break
