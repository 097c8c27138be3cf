#!/usr/bin/env gjs
// SPDX-FileCopyrightText: 2026 The mcast authors
// SPDX-License-Identifier: 0BSD
// Prints the sessions that are announced on the network, as they come and go: gjs browse.js
imports.gi.versions.Mcast = '1.0';
const { GLib, Mcast } = imports.gi;

const listener = Mcast.SapListener.new(null);

listener.connect('items-changed', (list, position, nRemoved, nAdded) => {
    for (let i = position; i < position + nAdded; i++) {
        const session = list.get_item(i);
        // The name is what a host of the network sent: JSON escapes it.
        const name = JSON.stringify(session.get_name());
        const origin = session.get_origin().to_string();
        const interfaces = session.get_interfaces().join(', ');
        print(`${nRemoved > 0 ? 'changed' : 'added'}: ${name} from ${origin} on ${interfaces}`);
    }
    if (nAdded === 0)
        print(`removed: ${list.get_n_items()} left`);
});
GLib.MainLoop.new(null, false).run();
