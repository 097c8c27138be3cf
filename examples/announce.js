#!/usr/bin/env gjs
// SPDX-FileCopyrightText: 2026 The mcast authors
// SPDX-License-Identifier: 0BSD
// Announces a session until Ctrl-C, and withdraws it then: gjs announce.js FILE.sdp [INTERFACE...]
imports.gi.versions.Mcast = '1.0';
const { GLib, Mcast } = imports.gi;
const SIGINT = 2;

const [file, ...interfaces] = ARGV;
const [, bytes] = GLib.file_get_contents(file);
const announcer = Mcast.SapAnnouncer.new(interfaces);
// As AES67 devices do.
announcer.set_min_interval_us(30 * 1000000);
announcer.add(new TextDecoder().decode(bytes));
print(`Announcing ${file}`);

const loop = GLib.MainLoop.new(null, false);
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, SIGINT, () => {
    loop.quit();
    return GLib.SOURCE_REMOVE;
});
loop.run();
announcer.close();
