#!/usr/bin/env bash
# Installs what the preset aarch64 needs (Debian; as root or with sudo): the cross compiler, the arm64
# packages of odin's libraries beside the machine's own, and qemu-user, which runs the programs.
# Where everything is there it does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

# Package, and the command or file that shows it is there.
needed='
  g++-aarch64-linux-gnu    aarch64-linux-gnu-g++
  qemu-user                qemu-aarch64
  libzip-dev:arm64         /usr/lib/aarch64-linux-gnu/libzip.so
  libmd-dev:arm64          /usr/lib/aarch64-linux-gnu/libmd.so
  libjpeg-dev:arm64        /usr/lib/aarch64-linux-gnu/libjpeg.so
  libpng-dev:arm64         /usr/lib/aarch64-linux-gnu/libpng.so
  libwebp-dev:arm64        /usr/lib/aarch64-linux-gnu/libwebpdemux.so
  libcpp-httplib-dev:arm64 /usr/lib/aarch64-linux-gnu/libcpp-httplib.so
'

mapfile -t missing < <(missing_packages)
[ ${#missing[@]} != 0 ] || exit 0

if ! command -v apt-get >/dev/null || ! can_be_root; then
  echo "install-aarch64: run this as root on Debian, or have these installed: ${missing[*]}" >&2
  exit 1
fi
as_root dpkg --add-architecture arm64
update_lists
install_packages "${missing[@]}"
