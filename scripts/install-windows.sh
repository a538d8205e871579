#!/usr/bin/env bash
# Installs what the preset windows needs (Debian; as root or with sudo): the cross compiler, and wine, which
# runs the programs. Where everything is there it does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

# Package, and the command or file that shows it is there.
needed='
  g++-mingw-w64-x86-64-posix x86_64-w64-mingw32-g++-posix
  wine64                     /usr/lib/wine/wine64
'

mapfile -t missing < <(missing_packages)
[ ${#missing[@]} != 0 ] || exit 0

if ! command -v apt-get >/dev/null || ! can_be_root; then
  echo "install-windows: run this as root on Debian, or have these installed: ${missing[*]}" >&2
  exit 1
fi
update_lists
install_packages "${missing[@]}"
