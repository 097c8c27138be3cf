#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails when a C file is not as clang-format 14 writes it by .clang-format. Other versions differ.
set -eu
cd "$(dirname "$0")/.."
clang_format=$(command -v clang-format-14 || command -v clang-format || true)
case $("${clang_format:-false}" --version 2>/dev/null || true) in
  *"version 14."*) ;;
  *) echo "clang-format 14 is missing: apt-get install clang-format-14" >&2; exit 1 ;;
esac
find examples gst lib tests tools -name '*.[ch]' -print0 \
  | xargs -0 "$clang_format" --dry-run --Werror
