#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs a command where namespaces cannot be created, as in the build of many distributions.
set -eu

usage='Usage: tests/no-namespaces.sh COMMAND [ARGUMENT...]'
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }

# The limit is that of the new user namespace. Without capabilities, no other namespace works.
exec unshare --user --map-root-user sh -c '
  echo 0 >/proc/sys/user/max_user_namespaces
  exec setpriv --bounding-set=-all --inh-caps=-all "$@"' sh "$@"
