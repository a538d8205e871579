#!/usr/bin/env bash
# Builds build/static/odin: the program as one file without shared libraries, for any Linux on this kind
# of processor. Installs what is missing first, among it the sources of libzip, which no distribution has
# as a static library, into .deps/src (Debian, Ubuntu; elsewhere CMake fetches them).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

unpack_libzip_sources() {
  local mirror work release apt
  # shellcheck disable=SC2016  # apt-get expands it
  mirror=$(debian_mirror '$(REPO_URI) $(CODENAME)')
  if [ -z "$mirror" ]; then return; fi
  read -r mirror release <<<"$mirror"
  echo "build-static: unpacking the sources of libzip from $mirror ($release) into .deps/src" >&2
  work=$(mktemp -d)
  mkdir "$work/libzip"
  own_apt "$work" "deb-src [signed-by=$debian_keyring] $mirror $release main"
  if quietly "${apt[@]}" update && (cd "$work" && quietly "${apt[@]}" source --tar-only libzip) &&
    tar -xf "$work"/libzip_*.orig.tar.* -C "$work/libzip" --strip-components=1; then
    mkdir -p .deps/src
    rm -rf .deps/src/libzip
    mv "$work/libzip" .deps/src/
  else
    echo 'build-static: that failed; CMake will fetch them' >&2
  fi
  rm -rf "$work"
}

scripts/install-deps.sh
if [ ! -e .deps/src/libzip ] && command -v apt-get >/dev/null; then
  unpack_libzip_sources
fi
[ "${1:-}" != --sources ] || exit 0 # what is missing is there now
cmake --preset static
cmake --build --preset static --parallel "$(nproc)"
ls -l build/static/odin
