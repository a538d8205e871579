#!/usr/bin/env bash
# Installs what odin's build needs and this machine lacks (Debian, Ubuntu; as root or with sudo).
# Where everything is there it does nothing, and the package manager is not called.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

# Package, and the command or file that shows it is there.
needed='
  g++                 g++
  cmake               cmake
  ninja-build         ninja
  ca-certificates     /etc/ssl/certs/ca-certificates.crt
  libcli11-dev        /usr/include/CLI/CLI.hpp
  nlohmann-json3-dev  /usr/include/nlohmann/json.hpp
  libjpeg-dev         /usr/include/jpeglib.h
  libpng-dev          /usr/include/png.h
  libwebp-dev         /usr/include/webp/demux.h
  libzip-dev          /usr/include/zip.h
  libprotozero-dev    /usr/include/protozero/pbf_message.hpp
  libmd-dev           /usr/include/sha2.h
  libarchive-dev      /usr/include/archive.h
  pkgconf             pkg-config
  libcpp-httplib-dev  /usr/include/httplib.h
  doctest-dev         /usr/include/doctest/doctest.h
'
xsimd_wanted=14

# Whether xsimd is there, new enough, in any of the places CMake looks at by itself.
has_xsimd() {
  local root config version
  for root in .deps/usr /usr/local /usr; do
    config=$root/include/xsimd/config/xsimd_config.hpp
    [ -e "$config" ] || continue
    version=$(awk '$2 == "XSIMD_VERSION_MAJOR" { print $3 }' "$config")
    [ "${version:-0}" -lt "$xsimd_wanted" ] || return 0
  done
  return 1
}

system_xsimd_is_new_enough() {
  local version
  version=$(apt-cache policy libxsimd-dev | awk '$1 == "Candidate:" { print $2 }')
  dpkg --compare-versions "${version/(none)/0}" ge "$xsimd_wanted"
}

# Older Debian: its next release's package of the headers, unpacked into .deps, and nothing of the
# system is touched. Anywhere else, CMake's FetchContent brings xsimd.
unpack_xsimd_from_forky() {
  local mirror work apt
  # shellcheck disable=SC2016  # apt-get expands it
  mirror=$(debian_mirror '$(REPO_URI)')
  if [ -z "$mirror" ]; then
    echo 'install-deps: no Debian mirror is set up here; CMake will fetch xsimd' >&2
    return
  fi
  echo "install-deps: unpacking xsimd from $mirror (forky) into .deps" >&2
  work=$(mktemp -d)
  mkdir "$work/unpacked"
  own_apt "$work" "deb [signed-by=$debian_keyring] $mirror forky main"
  if quietly "${apt[@]}" update &&
    (cd "$work" && quietly "${apt[@]}" download libxsimd-dev) &&
    dpkg -x "$work"/libxsimd-dev_*.deb "$work/unpacked"; then
    rm -rf .deps/usr
    mkdir -p .deps
    mv "$work/unpacked/usr" .deps/
  else
    echo 'install-deps: that failed; CMake will fetch xsimd' >&2
  fi
  rm -rf "$work"
}

mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} = 0 ] && has_xsimd; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "install-deps: no apt-get here; make sure that these are installed: ${missing[*]} xsimd" >&2
  exit 0
fi

if can_be_root; then
  update_lists
  has_xsimd || ! system_xsimd_is_new_enough || missing+=(libxsimd-dev)
  [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
elif [ ${#missing[@]} != 0 ]; then
  echo "install-deps: run this as root, or have these installed: ${missing[*]}" >&2
  exit 1
fi
has_xsimd || unpack_xsimd_from_forky
