#!/usr/bin/env gjs
// SPDX-FileCopyrightText: 2026 The mcast authors
// SPDX-License-Identifier: 0BSD
// Sends text to a group: gjs send.js [GROUP [TEXT]], as in: gjs send.js 239.1.2.3%eth0:5004 hello
imports.gi.versions.Mcast = '1.0';
const { Mcast } = imports.gi;

const [group = '239.1.2.3:5004', text = 'hello'] = ARGV;
const tx = Mcast.TxSocket.new([group], 0, null);
tx.send_data(new TextEncoder().encode(text), null);
print(`Sent to ${group}`);
