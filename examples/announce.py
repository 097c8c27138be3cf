#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Announces a session until Ctrl-C, and withdraws it then: announce.py FILE.sdp [INTERFACE...]"""

import pathlib
import signal
import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast

if len(sys.argv) < 2:
    print('Usage: announce.py FILE.sdp [INTERFACE...]', file=sys.stderr)
    sys.exit(2)
announcer = Mcast.SapAnnouncer.new(sys.argv[2:])
# As AES67 devices do.
announcer.set_min_interval_us(30 * 1000000)
try:
    announcer.add(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'))
except GLib.Error as error:
    sys.exit(error.message)
print('Announcing', sys.argv[1], flush=True)
loop = GLib.MainLoop()
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, loop.quit)
loop.run()
announcer.close()
