// SPDX-FileCopyrightText: 2026 The mcast authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// The library as a program in JavaScript sees it. Prints TAP.
imports.gi.versions.Mcast = '1.0';
const { Gio, GLib, Mcast } = imports.gi;
const System = imports.system;

Gio._promisify(Mcast.RxSocket.prototype, 'receive_async', 'receive_finish');
Gio._promisify(Mcast.RxSocket.prototype, 'receive_batch_async', 'receive_batch_finish');
Gio._promisify(Mcast.TxSocket.prototype, 'send_async', 'send_finish');

const GROUP = '239.1.2.3';
const PORT = 5004;
// Longest wait for something that must happen; only a failing test waits that long.
const DEADLINE = 20;

function assertEqual(actual, expected) {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b)
        throw new Error(`${a} is not ${b}`);
}

function assertThrows(domain, code, text, run) {
    try {
        run();
    } catch (error) {
        if (!(error instanceof GLib.Error) || !error.matches(domain, code) ||
            !error.message.includes(text))
            throw error;
        return;
    }
    throw new Error(`no error that says ${text}`);
}

function waitFor(what, condition) {
    let late = false;
    const timer = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, DEADLINE, () => (late = true));
    while (!condition() && !late)
        GLib.MainContext.default().iteration(true);
    if (late)
        throw new Error(`not in ${DEADLINE} s: ${what}`);
    GLib.source_remove(timer);
}

function ip(...words) {
    if (!Gio.Subprocess.new(['ip', ...words], Gio.SubprocessFlags.NONE).wait_check(null))
        throw new Error(`ip ${words.join(' ')}`);
}

function pair(iface = 'lo') {
    const rx = Mcast.RxSocket.new([GROUP], PORT, [iface]);
    rx.set_timeout_us(DEADLINE * 1000000);
    return [Mcast.TxSocket.new([GROUP], PORT, [iface]), rx];
}

function send(tx, ...texts) {
    for (const text of texts)
        tx.send(new GLib.Bytes(new TextEncoder().encode(text)), null);
}

function text(datagram) {
    return new TextDecoder().decode(datagram.get_payload().toArray());
}

const tests = {
    'send and receive'() {
        const [tx, rx] = pair();
        send(tx, 'naïve');
        const datagram = rx.receive(null);
        assertEqual(text(datagram), 'naïve');
        assertEqual([datagram.get_group().to_string(), datagram.get_port()], [GROUP, PORT]);
        assertEqual([datagram.get_interface_name(), datagram.get_hop_limit()], ['lo', 1]);
        assertEqual(datagram.get_source() instanceof Gio.InetSocketAddress, true);
        assertEqual(datagram.is_truncated(), false);
    },

    'calls with a limit and without waiting'() {
        const [tx, rx] = pair();
        assertEqual(rx.try_receive(), null);
        assertThrows(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT, 'Timed out',
            () => rx.receive_with_timeout(1000, null));
        tx.send_data(new TextEncoder().encode('naïve'), null);
        const datagram = rx.receive_with_timeout(-1, null);
        assertEqual(new TextDecoder().decode(datagram.get_data()), 'naïve');
        assertEqual(datagram.get_source_text(), datagram.get_source().to_string());
        assertEqual(tx.send_with_timeout(new Uint8Array([1]), 0, null), true);
        assertEqual(rx.receive_batch_with_timeout(9, -1, null).length, 1);
    },

    'payloads'() {
        const [tx, rx] = pair();
        const joined = new GLib.Bytes(new TextEncoder().encode('onethree'));
        assertEqual(tx.send_payloads(joined, [3, 0, 5], null), 3);
        const sizes = [];
        while (sizes.length < 3) {
            const [, more, ids] = rx.receive_payloads_with_paths(9, null);
            sizes.push(...more);
            assertEqual(ids.length, more.length);
        }
        assertEqual(sizes, [3, 0, 5]);
    },

    'asynchronous batch'() {
        const [tx, rx] = pair();
        let length = 0;
        (async () => {
            await tx.send_async(new Uint8Array([1]), GLib.PRIORITY_DEFAULT, null);
            length = (await rx.receive_batch_async(9, GLib.PRIORITY_DEFAULT, null)).length;
        })();
        waitFor('a batch', () => length > 0);
        assertEqual(length, 1);
    },

    'a sender on the port of a receiver'() {
        const [, rx] = pair();
        const tx = Mcast.TxSocket.new_for_receiver(rx, [GROUP], ['lo']);
        send(tx, 'x');
        assertEqual(rx.receive(null).get_source().get_port(), PORT);
        assertEqual(Mcast.Interface.lookup('lo').get_name(), 'lo');
    },

    'a Uint8Array is a payload'() {
        const [tx, rx] = pair();
        tx.send(new Uint8Array([0, 255, 7]), null);
        assertEqual([...rx.receive(null).get_payload().toArray()], [0, 255, 7]);
    },

    'elements outlive their list'() {
        const [tx, rx] = pair();
        send(tx, ...Array(20).fill('kept'));
        const payloads = rx.receive_batch(20, null).map(datagram => datagram.get_payload());
        const interfaces = Mcast.Interface.list();
        const sources = Mcast.Group.parse('10.0.0.2+10.0.0.1@232.1.2.3').get_sources();
        System.gc();
        assertEqual(payloads.every(bytes => bytes.get_size() === 4), true);
        assertEqual(interfaces.map(iface => iface.get_name()).includes('lo'), true);
        assertEqual(sources.map(source => source.to_string()), ['10.0.0.1', '10.0.0.2']);
    },

    'async'() {
        const [tx, rx] = pair();
        const received = [];
        (async () => {
            received.push(text(await rx.receive_async(GLib.PRIORITY_DEFAULT, null)));
            received.push(text(await rx.receive_async(GLib.PRIORITY_DEFAULT, null)));
        })();
        send(tx, 'one', 'two');
        waitFor('two datagrams', () => received.length === 2);
        assertEqual(received, ['one', 'two']);
    },

    'a cancelled request takes nothing'() {
        const [tx, rx] = pair();
        const cancellable = new Gio.Cancellable();
        let reason = null;
        rx.receive_async(GLib.PRIORITY_DEFAULT, cancellable).catch(error => (reason = error));
        cancellable.cancel();
        waitFor('an end', () => reason !== null);
        assertEqual(reason.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), true);
        send(tx, 'kept');
        assertEqual(text(rx.receive(null)), 'kept');
    },

    'a source'() {
        const [tx, rx] = pair();
        const received = [];
        rx.timeout_us = 0;
        const source = rx.create_source(null);
        source.set_callback(() => {
            received.push(...rx.receive_batch(10, null).map(text));
            return received.length < 2 ? GLib.SOURCE_CONTINUE : GLib.SOURCE_REMOVE;
        });
        source.attach(null);
        send(tx, 'one');
        waitFor('one datagram', () => received.length === 1);
        send(tx, 'two');
        waitFor('the end of the source', () => source.is_destroyed());
        assertEqual(received, ['one', 'two']);
    },

    'errors'() {
        const [tx, rx] = pair();
        const { new: open } = Mcast.RxSocket;
        assertThrows(Mcast.Error, Mcast.Error.NOT_MULTICAST, '10.1.2.3',
            () => open(['10.1.2.3'], PORT, null));
        assertThrows(Mcast.Error, Mcast.Error.NO_SUCH_INTERFACE, 'nowhere0',
            () => open([GROUP], PORT, ['nowhere0']));
        assertThrows(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT, '65536',
            () => open([GROUP], 65536, null));
        assertThrows(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT, '“239.1.2”',
            () => Mcast.Group.parse('239.1.2'));
        rx.set_timeout_us(0);
        assertThrows(Gio.IOErrorEnum, Gio.IOErrorEnum.WOULD_BLOCK, 'No datagram',
            () => rx.receive(null));
        rx.close();
        assertThrows(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED, 'closed', () => rx.receive(null));
        tx.close();
        assertThrows(Gio.IOErrorEnum, Gio.IOErrorEnum.CLOSED, 'closed', () => send(tx, 'late'));
    },

    'groups'() {
        const group = Mcast.Group.parse('10.0.0.1@232.1.2.3%eth0:5004');
        assertEqual([group.to_string(), group.get_address().to_string(), group.get_port()],
            ['10.0.0.1@232.1.2.3%eth0:5004', '232.1.2.3', 5004]);
        assertEqual([group.get_interface(), group.get_filter_mode(), group.get_family()],
            ['eth0', Mcast.FilterMode.INCLUDE, Gio.SocketFamily.IPV4]);
        assertEqual(group.equal(Mcast.Group.parse(group.to_string())), true);
        assertEqual(Mcast.Group.parse('ff12::5').get_interface(), null);
        const made = Mcast.Group.new(group.get_address(), 5004, 'eth0', group.get_sources(),
            Mcast.FilterMode.INCLUDE);
        assertEqual([made.equal(group), made.hash() === group.hash()], [true, true]);
        const [tx, rx] = pair();
        const other = Mcast.Group.parse('239.7.7.7');
        rx.join_group(other);
        tx.add_destination(other);
        assertEqual(rx.get_group_list().map(each => each.to_string()), [GROUP, '239.7.7.7']);
        rx.leave_group(other);
        tx.remove_destination(other);
        assertEqual(tx.get_group_list().length, 1);
        assertEqual(Mcast.error_quark(), Mcast.Error.quark());
    },

    'settings'() {
        const [tx, rx] = pair();
        const notified = [];
        tx.connect('notify', (_, { name }) => notified.push(name));
        for (const [name, value] of Object.entries({
            ttl: 7, loopback: false, dscp: 46, pacing_rate: 10 ** 9,
        })) {
            tx[`set_${name}`](value);
            assertEqual([tx[`get_${name}`](), tx[name]], [value, value]);
        }
        assertEqual(notified, ['ttl', 'loopback', 'dscp', 'pacing-rate']);
        rx.timeout_us = 5;
        assertEqual([rx.get_timeout_us(), rx.get_fd() > 2, rx.is_closed()], [5, true, false]);
        assertEqual([rx.port, tx.get_port()], [PORT, PORT]);
        assertEqual([rx.groups, rx.interfaces], [[GROUP], ['lo']]);
    },

    'changes'() {
        const [tx, rx] = pair();
        const names = sock => sock.get_active_interfaces().map(iface => iface.get_name()).sort();
        tx.add_group('239.7.7.7');
        rx.join('239.7.7.7');
        assertEqual(rx.get_groups().sort(), [GROUP, '239.7.7.7']);
        tx.remove_group('239.7.7.7');
        rx.leave('239.7.7.7');
        assertEqual([tx.get_groups(), rx.get_groups()], [[GROUP], [GROUP]]);
        tx.add_interface('v0');
        rx.add_interface('v1');
        assertEqual([names(tx), names(rx)], [['lo', 'v0'], ['lo', 'v1']]);
        assertEqual([tx.interfaces, rx.get_interfaces()], [['lo', 'v0'], ['lo', 'v1']]);
        assertEqual(tx.get_local_addresses().length, 2);
        tx.remove_interface('v0');
        rx.remove_interface('v1');
        tx.send_to(Gio.InetSocketAddress.new_from_string(GROUP, PORT),
            new TextEncoder().encode('to'), null);
        const datagram = rx.receive(null);
        assertEqual([text(datagram), datagram.get_interface_index()], ['to', 1]);
        tx.close();
        assertEqual([tx.is_closed(), tx.get_groups()], [true, [GROUP]]);
    },

    'properties open with init'() {
        const merged = new Mcast.RxSocket({
            groups: [GROUP], port: PORT, interfaces: ['lo'], merge: Mcast.Merge.RTP,
        });
        assertEqual(merged.is_closed(), true);
        merged.init(null);
        assertEqual([merged.is_closed(), merged.merge], [false, Mcast.Merge.RTP]);
    },

    'statistics'() {
        const [tx, rx] = pair();
        send(tx, 'one', 'two22');
        rx.receive(null);
        rx.receive(null);
        const { arrived, delivered, bytes, paths } = rx.get_stats().recursiveUnpack();
        assertEqual([arrived, delivered, bytes], [2, 2, 8]);
        assertEqual(paths.map(path => [path.group, path.interface]), [[GROUP, 'lo']]);
        assertEqual(tx.get_stats().recursiveUnpack().accepted, 2);
    },

    'interfaces'() {
        const names = list => list.map(iface => iface.get_name());
        assertEqual(names(Mcast.Interface.list()).sort(), ['lo', 'v0', 'v1']);
        const known = Mcast.Interface.list();
        assertEqual(names(Mcast.Interface.find(['lo'], known)), ['lo']);
        assertEqual(Mcast.Interface.lookup('lo').get_name(), 'lo');
        assertEqual(names(Mcast.Interface.find(['*'], known)).sort(), ['v0', 'v1']);
        assertEqual(Mcast.Interface.get_default(Gio.SocketFamily.IPV4).get_name(), 'v0');
        assertEqual(Mcast.Interface.list()[0].get_addresses()[0].to_string(), '127.0.0.1/8');
        const [lo] = Mcast.Interface.list();
        assertEqual([lo.name, lo.get_index(), lo.get_mtu(), lo.is_up(), lo.is_running()],
            ['lo', 1, 65536, true, true]);
        assertEqual([lo.is_loopback(), lo.is_multicast(), lo.is_point_to_point()],
            [true, false, false]);
        const v0 = Mcast.Interface.lookup('v0');
        assertEqual(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(v0.get_hardware_address()), true);
    },

    'monitor'() {
        const monitor = Mcast.InterfaceMonitor.get();
        assertEqual([monitor.n_items, monitor.lookup_index(1).get_name()], [3, 'lo']);
        const find = name => [...Array(monitor.get_n_items()).keys()]
            .map(i => monitor.get_item(i)).find(iface => iface.get_name() === name);
        let changes = 0;
        const handler = monitor.connect('items-changed', () => changes++);
        ip('link', 'set', 'v1', 'mtu', '1400');
        waitFor('a change of v1', () => find('v1').get_mtu() === 1400);
        ip('link', 'add', 'br7', 'type', 'bridge');
        waitFor('br7', () => find('br7') !== undefined);
        ip('link', 'delete', 'br7');
        waitFor('br7 gone', () => find('br7') === undefined);
        assertEqual(changes >= 3, true);
        monitor.disconnect(handler);
    },

    'signals'() {
        const [tx, rx] = pair();
        const notified = [];
        rx.connect('interface-joined', (_, iface) => notified.push(`rx ${iface.get_name()}`));
        tx.connect('interface-ready', (_, iface) => notified.push(`tx ${iface.get_name()}`));
        rx.add_interface('v1');
        tx.add_interface('v1');
        waitFor('two signals', () => notified.length === 2);
        assertEqual(notified.sort(), ['rx v1', 'tx v1']);
    },

    'events'() {
        const [tx, rx] = pair();
        const seen = [];
        const note = (sock, event) => seen.push([event.get_event_type(), event.get_group(),
            event.get_interface().get_name(), event.get_reason()]);
        rx.connect('event', note);
        tx.connect('event', note);
        rx.add_interface('v1');
        tx.add_interface('v1');
        waitFor('two events', () => seen.length === 2);
        const expected = [Mcast.EventType.READY, `${GROUP}:${PORT}`, 'v1', null];
        assertEqual(seen, [expected, expected]);
    },
};

let n = 0;
let failed = 0;
print(`1..${Object.keys(tests).length}`);
for (const [name, run] of Object.entries(tests)) {
    n++;
    try {
        run();
        print(`ok ${n} ${name}`);
    } catch (error) {
        failed++;
        print(`# ${error.message}\n# ${(error.stack || '').trim().replace(/\n/g, '\n# ')}`);
        print(`not ok ${n} ${name}`);
    }
}
System.exit(failed > 0 ? 1 : 0);
