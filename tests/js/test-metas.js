// SPDX-FileCopyrightText: 2026 The mcast authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// The metas of mcastsrc in JavaScript. Prints TAP.
imports.gi.versions.Gst = '1.0';
imports.gi.versions.Mcast = '1.0';
const { GLib, Gst, Mcast } = imports.gi;
const System = imports.system;

const GROUP = '239.1.2.3';
const PORT = 5004;
const DEADLINE = 20;

function readMeta() {
    const pipeline = Gst.parse_launch(`mcastsrc name=src address=${GROUP} port=${PORT} interfaces=lo ` +
        'add-origin-meta=true ! appsink name=out sync=false');
    pipeline.set_state(Gst.State.PLAYING);
    Mcast.TxSocket.new([GROUP], PORT, ['lo']).send(new GLib.Bytes(new Uint8Array(1)), null);
    const sample = pipeline.get_by_name('out').emit('try-pull-sample', DEADLINE * Gst.SECOND);
    const fields = pipeline.get_by_name('src').emit('get-origin', sample.get_buffer());
    pipeline.set_state(Gst.State.NULL);
    return [fields.get_string('interface'), fields.get_string('group'), fields.get_uint('port')[1],
        fields.get_int('hop-limit')[1]];
}

Gst.init(null);
print('1..1');
const actual = JSON.stringify(readMeta());
const expected = JSON.stringify(['lo', GROUP, PORT, 1]);
if (actual !== expected) {
    print(`not ok 1 read: ${actual} is not ${expected}`);
    System.exit(1);
}
print('ok 1 read');
