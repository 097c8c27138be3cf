#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails when a C file is not as clang-format 14 writes it by .clang-format.
set -eu
cd "$(dirname "$0")/.."
clang_format=$(command -v clang-format-14 || command -v clang-format)
git ls-files -z '*.c' '*.h' | xargs -0 "$clang_format" --dry-run --Werror
