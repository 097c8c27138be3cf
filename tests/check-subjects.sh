#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails if the subject of a commit has more than 72 columns. Some before this base do.
set -eu
base=d90e150ad6b6e8c6ada8f21ef8098e8d3b59309d
cd "$(dirname "$0")/.."

# A copy without history has nothing to check, and a shallow clone has its last commit.
git rev-parse --quiet --verify HEAD >/dev/null 2>&1 || exit 0
range=$base..HEAD
git merge-base --is-ancestor "$base" HEAD 2>/dev/null || range='-1 HEAD'
# shellcheck disable=SC2086 # a range, or two words
long=$(git log --format='%h %s' $range | grep -E '^[0-9a-f]+ .{73}' || true)
[ -z "$long" ] || { printf 'Subjects of more than 72 columns:\n%s\n' "$long" >&2; exit 1; }
