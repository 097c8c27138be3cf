#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""A server with a handler to extend, as HearUDPHandler is: server.py [GROUP:PORT]"""

import socket
import sys
import libmcast


class Server:
    """Calls handle() for each datagram and sends what it returns back to the sender."""

    def __init__(self, group: str) -> None:
        self.rx = libmcast.RxSocket(group)
        self.answers = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def handle(self, datagram: libmcast.Datagram) -> bytes:
        return datagram.payload

    def serve_forever(self) -> None:
        for datagram in self.rx:
            answer = self.handle(datagram)
            if answer:
                self.answers.sendto(answer, datagram.source)

    def shutdown(self) -> None:
        """Ends serve_forever(), from any thread."""
        self.rx.close()


class UpperCaseServer(Server):
    def handle(self, datagram: libmcast.Datagram) -> bytes:
        print(datagram.payload, 'from', datagram.source, flush=True)
        return datagram.payload.upper()


try:
    UpperCaseServer(sys.argv[1] if len(sys.argv) > 1 else '224.0.0.1:59259').serve_forever()
except KeyboardInterrupt:
    pass
