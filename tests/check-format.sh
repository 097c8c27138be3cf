#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails when a C file is not as clang-format 14 writes it by .clang-format, or has a line of more than
# 100 columns, which clang-format leaves in comments. Other versions differ.
set -eu
cd "$(dirname "$0")/.."
clang_format=$(command -v clang-format-14 || command -v clang-format || true)
case $("${clang_format:-false}" --version 2>/dev/null || true) in
  *"version 14."*) ;;
  *) echo "clang-format 14 is missing: apt-get install clang-format-14" >&2; exit 1 ;;
esac
find examples gst lib tests tools -name '*.[ch]' -print0 \
  | xargs -0 "$clang_format" --dry-run --Werror
long=$(LC_ALL=C.UTF-8 grep -rnE '^.{101}' --include='*.[ch]' examples gst lib tests tools || true)
[ -z "$long" ] || { printf 'Lines of more than 100 columns:\n%s\n' "$long" >&2; exit 1; }
