#!/usr/bin/env bash
# Builds build/static/odin: the program as one file without shared libraries, for any Linux on this kind
# of processor. Installs what is missing first, among it the sources of the libraries that are compiled
# with the program, into .deps/src (Debian, Ubuntu; elsewhere CMake fetches them).
#   scripts/build-static.sh            for this machine's kind of processor
#   scripts/build-static.sh aarch64    for aarch64, build/static-aarch64/odin (Debian)
#   scripts/build-static.sh --sources  only the sources
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

sources='libzip zlib libjpeg-turbo libpng1.6 libwebp' # the names of Debian's source packages

missing_sources() {
  local package
  for package in $sources; do
    [ -e ".deps/src/$package" ] || echo "$package"
  done
}

# unpack_sources PACKAGE...: with Debian's patches, which mend what was found after the releases. Where a
# mirror lacks the newest ones, those of its last release.
unpack_sources() {
  local work apt label package
  echo "build-static: unpacking the sources of $* into .deps/src" >&2
  command -v dpkg-source >/dev/null || ! can_be_root || install_packages dpkg-dev
  work=$(mktemp -d)
  mkdir -p .deps/src
  for label in 'Origin: Debian' 'Label: Debian'; do
    own_apt "$work" "$(debian_sources "$label")"
    quietly "${apt[@]}" update || continue
    for package in $(missing_sources); do
      (cd "$work" && "${apt[@]}" source "$package" >log 2>&1) || continue
      mv "$work/$package"-*/ ".deps/src/$package"
    done
  done
  if [ -n "$(missing_sources)" ]; then
    grep '^E:' "$work/log" >&2 || true
    echo 'build-static: that failed; CMake will fetch what is missing' >&2
  fi
  rm -rf "$work"
}

scripts/install-deps.sh
mapfile -t missing < <(missing_sources)
if [ ${#missing[@]} != 0 ] && command -v apt-get >/dev/null && [ -n "$(debian_sources 'Label: Debian')" ]; then
  unpack_sources "${missing[@]}"
fi
[ "${1:-}" != --sources ] || exit 0 # what is missing is there now
preset=static${1:+-$1}
[ "$preset" = static ] || "scripts/install-$1.sh"
cmake --preset "$preset"
cmake --build --preset "$preset" --parallel "$(nproc)"
ls -l "build/$preset/odin"
