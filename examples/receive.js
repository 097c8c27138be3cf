#!/usr/bin/env gjs
// SPDX-FileCopyrightText: 2026 The mcast authors
// SPDX-License-Identifier: 0BSD
// Prints the datagrams of a group: gjs receive.js [GROUP], as in: gjs receive.js 239.1.2.3:5004
imports.gi.versions.Mcast = '1.0';
const { Gio, GLib, Mcast } = imports.gi;

Gio._promisify(Mcast.RxSocket.prototype, 'receive_async', 'receive_finish');

async function receiveAll(rx) {
    for (;;) {
        const datagram = await rx.receive_async(GLib.PRIORITY_DEFAULT, null);
        const text = new TextDecoder().decode(datagram.get_data());
        print(`${datagram.get_interface_name()}, from ${datagram.get_source_text()}: ${text}`);
    }
}

const [group = '239.1.2.3:5004'] = ARGV;
const loop = GLib.MainLoop.new(null, false);
receiveAll(Mcast.RxSocket.new([group], 0, null)).catch(error => {
    printerr(error.message);
    loop.quit();
});
loop.run();
