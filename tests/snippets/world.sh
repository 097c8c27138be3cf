#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# world.sh COMMAND...: runs a command in the machine that the manual speaks of. It has eth0 and
# eth1, a cable from one to the other, wlan0 and br0, a firewall, and somebody who says hello.
# Runs in a network namespace of its own, as its root.
set -eu

ip link set lo up
ip link add eth0 type veth peer name eth1
ip link add wlan0 type veth peer name air
ip link add br0 type bridge
# What goes out on one interface comes in on another, with an address of this very machine.
for interface in all eth0 eth1; do
  echo 1 > "/proc/sys/net/ipv4/conf/$interface/accept_local"
  echo 0 > "/proc/sys/net/ipv4/conf/$interface/rp_filter"
done
ip address add 10.0.0.2/24 dev eth0
ip address add 10.0.1.2/24 dev eth1
ip address add 10.0.2.2/24 dev wlan0
for interface in eth0 eth1; do
  ip address add "fd00::${interface#eth}:1/112" dev "$interface" nodad
done
for interface in eth0 eth1 wlan0 air br0; do
  ip link set "$interface" up
done
ip route add default via 10.0.0.1 dev eth0
ip -6 route add default via fd00::9 dev eth0
if command -v nft >/dev/null; then
  nft 'add table inet filter; add chain inet filter input { type filter hook input priority 0; }'
fi

python3 "${0%/*}/hello.py" &
sender=$!
trap 'kill "$sender"' EXIT
"$@"
