#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Lists the network interfaces with their addresses: list_interfaces.py"""

import libmcast

print(*map(repr, libmcast.Interface.list()), sep='\n')
