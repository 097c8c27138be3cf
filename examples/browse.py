#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Prints the sessions that are announced on the network, as they come and go: browse.py"""

import signal
import sys

import gi
gi.require_version('Mcast', '1.0')
from gi.repository import GLib, Mcast


def on_items_changed(listener, position, n_removed, n_added):
    for i in range(position, position + n_added):
        session = listener.get_item(i)
        # The name is what a host of the network sent: repr() escapes it.
        print('changed:' if n_removed else 'added:', repr(session.get_name()),
              'from', session.get_origin().to_string(),
              'on', ', '.join(session.get_interfaces()), flush=True)
    if not n_added:
        print(f'removed: {listener.get_n_items()} left', flush=True)


try:
    sap_listener = Mcast.SapListener.new(None)
except GLib.Error as error:
    sys.exit(error.message)
sap_listener.connect('items-changed', on_items_changed)
signal.signal(signal.SIGINT, signal.SIG_DFL)
GLib.MainLoop().run()
