#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
import gi  # Sends to a group and receives it on this machine only: pair.py
gi.require_version('Mcast', '1.0')
from gi.repository import Mcast
rx = Mcast.RxSocket.new(['239.1.2.3'], 5004, ['lo'])
tx = Mcast.TxSocket.new(['239.1.2.3'], 5004, ['lo'])
tx.send_data(b'hello')
print(bytes(rx.receive().get_data()))
