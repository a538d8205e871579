#!/usr/bin/env bash
# Builds the program in other ways than the preset release does, in folders below "build/other builds", and
# compares what each says of the sample pictures with the release build: labels exactly, scores to 5e-6.
#   scripts/test-builds.sh [NAME...]
#     static     one file without shared libraries
#     roots      the same in a root with nothing else in it, and in those of other releases of Debian, as far as a
#                mirror has them (as root)
#     aarch64    the same for aarch64, under qemu-user
#     shared     every folder a shared library (BUILD_SHARED_LIBS)
#     makefiles  by make instead of Ninja
#     debug      not optimized, warnings are errors
#     c++23      with the newer standard
#     clang      by clang, warnings are errors
#     library    the library alone, and its own tests
#     windows    for Windows by mingw-w64, under wine, with more tests (tests/windows.sh); by name alone
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
[ $# != 0 ] || set -- static roots aarch64 shared makefiles debug c++23 clang library
base="build/other builds"
pictures=("$PWD"/native/samples/{known,unknown}/*.png)
model=$PWD/weights/densenet-bc-40-12-cifar10.safetensors

judge() { "$@" detect --model "$model" --quiet --json "${pictures[@]}"; }

# compare NAME: the output of judge() on the standard input against the release build's
compare() {
  python3 - "$1" "$base/release.json" <(cat) <<'PYTHON'
import json, sys
name, *files = sys.argv[1:]
expected, found = ([json.loads(line) for line in open(file)] for file in files)
assert len(expected) == len(found) == 17, (len(expected), len(found))
largest = 0
for a, b in zip(expected, found):
    for key in ("label", "class", "verdict"):
        assert a[key] == b[key], (a["file"], key, a[key], b[key])
    largest = max(largest, *(abs(a[key] - b[key]) for key in ("odin", "msp")))
assert largest <= 5e-6, largest
print(f"{name}: the same verdicts, scores differ by at most {largest:.1e}")
PYTHON
}

# build NAME TARGET OPTION...
build() {
  local folder="$base/$1" target=$2
  shift 2
  cmake -S . -B "$folder" -D ODIN_BUILD_TESTS=OFF -D CMAKE_UNITY_BUILD=ON "$@" >/dev/null
  cmake --build "$folder" --parallel "$(nproc)" --target "$target" | tail -1
}

# build_static [aarch64]: by its script, in the folder of its preset
build_static() {
  program=build/static${1:+-$1}/odin
  scripts/build-static.sh "$@" | tail -1
  if readelf -d "$program" | grep -q NEEDED; then
    echo "$program needs shared libraries" >&2
    exit 1
  fi
}

# new_root: the folder $root with nothing but the static program, the model and the pictures
new_root() {
  rm -rf "$root"
  mkdir -p "$root/$PWD"/{weights,native}
  cp build/static/odin "$root/odin"
  cp "$model" "$root/$PWD/weights"
  cp -r native/samples "$root/$PWD/native/"
}

# unpack_debian RELEASE: the C library and the shell of a release of Debian into $root
unpack_debian() {
  local apt folder
  new_root
  mkdir -p "$root"/{downloads,usr/{bin,lib,lib64}}
  for folder in bin lib lib64; do ln -s usr/$folder "$root/$folder"; done
  own_apt "$root/downloads" "deb [signed-by=$debian_keyring] $mirror $1 main"
  apt+=(-oAPT::Architectures="$(dpkg --print-architecture)" -oDir::State::status=/dev/null) # whatever is installed
  (cd "$root/downloads" && "${apt[@]}" update && "${apt[@]}" download base-files libc6 libtinfo6 bash) >"$root/log" 2>&1 &&
    for package in "$root"/downloads/*.deb; do dpkg-deb -x "$package" "$root"; done
}

try_roots() {
  local mirror release
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  new_root
  judge env -i "$(command -v chroot)" "$root" /odin | compare 'static, in an empty root'
  env -i "$(command -v chroot)" "$root" /odin detect --quiet --json "${pictures[@]}" |
    compare 'static, in an empty root, with its own network'
  # shellcheck disable=SC2016  # apt-get expands it
  mirror=$(debian_mirror '$(REPO_URI)')
  for release in buster bullseye bookworm trixie forky; do
    if [ -z "$mirror" ] || ! unpack_debian $release; then
      echo "static, in Debian $release: not tried, it is not to be had here"
      continue
    fi
    judge env -i "$(command -v chroot)" "$root" /bin/bash -c '/odin "$@"' odin |
      compare "static, in Debian $(cat "$root/etc/debian_version")"
  done
}

mkdir -p "$base"
[ -x build/release/odin ] || build ../release odin_program -G Ninja -D CMAKE_BUILD_TYPE=Release
judge build/release/odin >"$base/release.json"

for name in "$@"; do
  program="$base/$name/odin"
  case $name in
    static)
      build_static
      ;;
    roots)
      build_static
      if [ "$(id -u)" != 0 ]; then
        echo 'roots: not tried, it takes root' >&2
      else
        try_roots
      fi
      continue
      ;;
    aarch64)
      build_static aarch64
      judge qemu-aarch64 "$program" | compare 'aarch64, under qemu-user'
      continue
      ;;
    shared) build shared odin_program -G Ninja -D CMAKE_BUILD_TYPE=Release -D BUILD_SHARED_LIBS=ON ;;
    makefiles) build makefiles odin_program -G 'Unix Makefiles' -D CMAKE_BUILD_TYPE=Release ;;
    debug) build debug odin_program -G Ninja -D CMAKE_BUILD_TYPE=Debug -D ODIN_WERROR=ON ;;
    c++23) build c++23 odin_program -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_STANDARD=23 ;;
    clang)
      build clang odin_program -G Ninja -D CMAKE_BUILD_TYPE=Release -D ODIN_WERROR=ON -D CMAKE_CXX_COMPILER=clang++
      ;;
    library)
      build library odin_tests -G Ninja -D CMAKE_BUILD_TYPE=Release -D ODIN_BUILD_NATIVE=OFF -D ODIN_BUILD_TESTS=ON
      "$base/library/tests/odin_tests" | tail -3
      continue
      ;;
    windows)
      scripts/install-windows.sh
      scripts/build-static.sh --sources
      build windows odin_program -G Ninja -D CMAKE_BUILD_TYPE=Release -D ODIN_STATIC=ON -D ODIN_WERROR=ON \
        -D CMAKE_TOOLCHAIN_FILE=cmake/Windows.cmake
      tests/windows.sh "$program.exe"
      continue
      ;;
    *)
      sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
      exit 2
      ;;
  esac
  judge "$program" | compare "$name"
done
