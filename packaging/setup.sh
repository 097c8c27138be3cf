#!/bin/sh
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the missing packages that mcast needs. An ordinary user is asked before sudo is used.
set -eu
export LC_ALL=C

usage='Usage: packaging/setup.sh [--check | --install] build|test|docs|clang|format|licenses ...
  build  what it takes to build the library, the elements and the command, and to run them,
         from Python too
  test   build, and the programs and languages that the tests talk to
  docs   build, and the generator of the manual
  clang  the second compiler
  format the formatter that the sources are held to
  licenses
         the checker of copyright and license lines
--check    installs nothing; succeeds if no package is missing
--install  uses sudo without asking, as with the environment variable CI'

packages_of () {
  case $1 in
    build)
      echo meson ninja-build gcc libc6-dev pkg-config iproute2
      echo libglib2.0-dev libmnl-dev gobject-introspection libgirepository1.0-dev
      echo libjson-glib-dev libncurses-dev
      echo libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev gstreamer1.0-tools
      echo gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
      echo gstreamer1.0-plugins-ugly gstreamer1.0-libav
      echo python3-gi
      ;;
    test)
      packages_of docs
      echo gir1.2-gstreamer-1.0 gir1.2-gst-plugins-base-1.0
      echo g++ gjs valac lua5.1 lua-lgi
      echo abigail-tools binutils ffmpeg socat tcpdump nftables iptables procps util-linux
      echo valgrind zsh fish groff musl-tools
      echo mypy python3-mesonpy
      ;;
    docs) packages_of build; echo gi-docgen ;;
    clang) echo clang libclang-rt-dev ;;
    format) echo clang-format-14 ;;
    licenses) echo reuse ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
}

# What a system without apt-get must have from its own packages, under the names of the tools.
modules='glib-2.0 >= 2.74, gio-unix-2.0 >= 2.74, libmnl >= 1.0.4'
modules="$modules, gstreamer-1.0 >= 1.22, gstreamer-app-1.0 >= 1.22"
missing_tools () {
  for tool in meson ninja cc pkg-config ip g-ir-scanner gst-launch-1.0; do
    command -v "$tool" >/dev/null || echo "$tool"
  done
  echo "$modules" | tr ',' '\n' | while read -r module; do
    pkg-config --exists "$module" 2>/dev/null || echo "$module (pkg-config)"
  done
}

missing_packages () {
  # shellcheck disable=SC2086 # a list of words
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $1 2>/dev/null \
    | sed -n 's/ installed$//p')
  for package in $1; do
    echo "$installed" | grep -qxF "$package" || echo "$package"
  done
}

as_root () {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Whether apt-get knows every package: not so before its first update.
are_known () {
  for package in $1; do
    apt-cache policy "$package" | grep -q 'Candidate: [^(]' || return 1
  done
}

run_apt () {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 "$@" \
    >"$log" 2>&1
}

install_list () {
  # shellcheck disable=SC2086 # a list of words
  run_apt install --no-install-recommends $1
}

say_by_hand () {
  echo "As root, run:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends $1" >&2
}

install_packages () {
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  are_known "$1" || run_apt update || true
  # A list of packages that has aged names files that are gone: once more with a fresh one.
  if ! install_list "$1" && ! { run_apt update && install_list "$1"; }; then
    echo "apt-get could not install $1:" >&2
    grep -E '^(E|W|sudo):' "$log" >&2 || tail -n 20 "$log" >&2
    say_by_hand "$1"
    return 1
  fi
}

# Whether the user wants sudo to install $missing. Root is not asked, nor is anyone with --install.
is_agreed () {
  if [ "$(id -u)" = 0 ] || { [ "$install" = yes ] && command -v sudo >/dev/null; }; then
    return 0
  fi
  echo "Packages are missing for $*." >&2
  say_by_hand "$missing"
  command -v sudo >/dev/null || return 1
  if [ ! -t 0 ]; then
    echo "Or use sudo for this: packaging/setup.sh --install $*" >&2
    return 1
  fi
  printf 'Run this with sudo now? [y/N] ' >&2
  read -r answer || return 1
  case $answer in
    [yY]*) ;;
    *) return 1 ;;
  esac
}

check=no
install=no
[ -z "${CI:-}" ] || install=yes
case ${1:-} in
  --check) check=yes; shift ;;
  --install) install=yes; shift ;;
esac
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }
packages=$(for group in "$@"; do packages_of "$group"; done)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  missing=$(missing_tools)
  if [ -z "$missing" ]; then
    echo "Not a Debian system, but what the build needs is there."
    exit 0
  fi
  echo "Not a Debian system: install these with its own package manager:" >&2
  echo "$missing" | sed 's/^/  /' >&2
  echo "On Debian these packages have them:" >&2
  echo "$packages" | sed 's/^/  /' >&2
  exit 1
fi

missing=$(missing_packages "$packages" | sort -u | tr '\n' ' ' | sed 's/ $//')
if [ -z "$missing" ]; then
  echo "All packages for $* are installed."
  exit 0
fi
[ $check = no ] || exit 1
is_agreed "$@" || exit 1
echo "Installing with apt-get, for $*: $missing"
install_packages "$missing"
