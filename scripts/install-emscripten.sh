#!/usr/bin/env bash
# Makes sure that there is an Emscripten for `cmake --preset wasm` (cmake/Emscripten.cmake finds it).
#
# An emcc on the PATH that is new enough is used as it is. Otherwise, on Debian and Ubuntu, Debian's
# next release (forky) has one: its packages are unpacked into a folder of their own, and nothing
# of the system changes. The compiler then runs in a private mount namespace in which /usr is that
# folder's; the namespace ends with the command, so that no mount is ever left behind.
#
# The folder is $ODIN_EMSCRIPTEN_ROOT, by default ~/.cache/odin/emscripten, and serves every checkout.
set -euo pipefail

wanted=6.0
root=${ODIN_EMSCRIPTEN_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/odin/emscripten}
packages='emscripten nodejs coreutils dash sed'
headers='libxsimd-dev nlohmann-json3-dev doctest-dev'
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "install-emscripten: $*" >&2; }

give_up() {
  say "$1"
  say "install Emscripten $wanted or newer (https://emscripten.org/docs/getting_started) and have its emcc on the PATH"
  exit 1
}

# Shows what a command prints only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }
}

emcc_is_new_enough() {
  local version
  version=$(emcc -dumpversion 2>/dev/null) &&
    [ "$(printf '%s\n' "$wanted" "$version" | sort -V | head -n 1)" = "$wanted" ]
}

can_have_a_namespace() {
  if [ "$(id -u)" = 0 ]; then unshare --mount true; else unshare --map-root-user --mount true; fi
} 2>/dev/null

install_keyring() {
  [ ! -e "$keyring" ] || return 0
  [ "$(id -u)" = 0 ] || give_up "$keyring is missing (package debian-archive-keyring)"
  quietly apt-get -q -oAcquire::Retries=3 install -y --no-install-recommends debian-archive-keyring ||
    give_up 'the package debian-archive-keyring cannot be installed'
}

mirror() {
  local own
  # shellcheck disable=SC2016  # apt-get expands it
  own=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    'Label: Debian' 'Component: main' | sed -n 1p)
  echo "${own:-http://deb.debian.org/debian}"
}

# Downloads the packages with all they depend on, apart from the system's own package lists.
download() {
  local work=$1 apt
  mkdir -p "$work"/{lists,cache/archives}/partial
  touch "$work/status"
  echo "deb [signed-by=$keyring] $(mirror) forky main" >"$work/forky.list"
  apt=(apt-get -q -y -oDir::Etc::sourcelist="$work/forky.list" -oDir::Etc::sourceparts=/dev/null
    -oDir::Etc::preferences=/dev/null -oDir::Etc::preferencesparts=/dev/null
    -oDir::State="$work" -oDir::State::status="$work/status" -oDir::State::Lists="$work/lists"
    -oDir::Cache="$work/cache" -oAcquire::Retries=3 -oAPT::Sandbox::User=root
    -oAPT::Install-Recommends=false -oDebug::NoLocking=true)
  # shellcheck disable=SC2086  # lists of words
  quietly "${apt[@]}" update &&
    quietly "${apt[@]}" install --download-only $packages $headers
}

# Headers of libraries go beside, not below usr: with the C library's they would hide Emscripten's.
move_headers() {
  local from=$1/usr to=$1/headers
  mkdir -p "$to"/{include,share,lib/cmake}
  mv "$from"/include/{xsimd,nlohmann,doctest} "$to/include/"
  mv "$from/share/cmake" "$to/share/"
  mv "$from/lib/cmake/doctest" "$to/lib/cmake/"
  # shellcheck disable=SC2016  # CMake expands it
  sed -i 's|_IMPORT_PREFIX "/usr"|_IMPORT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.."|' \
    "$to"/lib/cmake/doctest/*.cmake
}

# Commands that run the unpacked ones: em++ and the like for CMake, node for the tests.
write_commands() {
  local made=$1 tool
  mkdir -p "$made/bin"
  cat >"$made/bin/run" <<'END'
#!/bin/sh
# run COMMAND ARGUMENT...: with this folder's /usr in place of the system's.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
export ODIN_NAMESPACE_ROOT="$root" EM_CACHE="$root/cache"
[ "$(id -u)" = 0 ] || as_root=--map-root-user
exec unshare $as_root --mount -- sh -c '
  mount --bind "$ODIN_NAMESPACE_ROOT/usr" /usr && PATH=/usr/bin exec "$@"' sh "$@"
END
  for tool in emcc em++ emar emranlib emnm em-config; do
    cat >"$made/bin/$tool" <<END
#!/bin/sh
exec "\$(dirname "\$(readlink -f "\$0")")/run" /usr/share/emscripten/$tool "\$@"
END
  done
  chmod +x "$made"/bin/*
  ln -s ../usr/share/emscripten/cmake "$made/bin/cmake"  # where CMake looks for them
}

unpack() {
  local work=$1 made=$2 package
  mkdir -p "$made/usr/bin"
  for package in "$work"/cache/archives/*.deb; do
    dpkg --fsys-tarfile "$package" | tar -x -C "$made" --no-same-owner --keep-directory-symlink \
      --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
  done
}

main() {
  if emcc_is_new_enough || [ -x "$root/bin/em++" ]; then
    exit 0
  fi
  command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
    give_up "there is no emcc $wanted or newer here, and no Debian packages either"
  can_have_a_namespace ||
    give_up 'mount namespaces are not allowed here (unshare --mount fails)'
  install_keyring

  say "unpacking Debian forky's Emscripten into $root"
  local work made
  mkdir -p "$(dirname "$root")"
  work=$(mktemp -d "$root.XXXXXX")
  # shellcheck disable=SC2064  # now
  trap "rm -rf '$work'" EXIT
  made=$work/root
  download "$work" || give_up 'the packages could not be downloaded'
  unpack "$work" "$made"
  move_headers "$made"
  write_commands "$made"
  # Somebody else may have been quicker; either is as good.
  mv -T "$made" "$root" 2>/dev/null || [ -x "$root/bin/em++" ]
}

main
