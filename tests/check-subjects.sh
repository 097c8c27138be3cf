#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails if the subject of a commit has more than 72 columns. Some before this base do.
set -eu
base=27f9fbfedbe33b08cf89e0513256748194eadfea
cd "$(dirname "$0")/.."

# A copy of the files, a shallow clone or a history of one commit has nothing to check.
git merge-base --is-ancestor "$base" HEAD 2>/dev/null || exit 0
long=$(git log --format='%h %s' "$base..HEAD" | grep -E '^[0-9a-f]+ .{73}' || true)
[ -z "$long" ] || { printf 'Subjects of more than 72 columns:\n%s\n' "$long" >&2; exit 1; }
