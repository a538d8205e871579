#!/usr/bin/env bash
# Makes the table "Which build do I want" of README.md: builds what is missing for each line, tries it on
# a sample picture, and prints what was measured. Everything is built in the folders of the presets, so
# that a second call only measures.
#   scripts/which-build.sh [program|static|aarch64|c|library|packages]...
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
ship=$root/native/samples/known/ship.png
weights=$root/weights/densenet-bc-40-12-cifar10.safetensors
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# != 0 ] || set -- program static aarch64 packages c library

# build FOLDER TARGET OPTION...
build() {
  local folder=$1 target=$2
  shift 2
  {
    [ -e "$folder/CMakeCache.txt" ] || cmake --preset release -B "$folder" "$@"
    cmake --build "$folder" --parallel "$(nproc)" --target "$target"
  } >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
}

# Bytes as MB or KB, in thousands.
size_of() {
  cat "$@" | wc -c | awk '{ if ($1 < 1e6) printf "%.0f KB", $1 / 1e3; else printf "%.1f MB", $1 / 1e6 }'
}
stripped_size() {
  strip -o "$work/stripped" "$1"
  size_of "$work/stripped"
}

# The shared libraries that a file asks for, with those that these ask for, but for the C library's.
needs() {
  local all cpp others
  all=$(ldd "$1" 2>/dev/null | sed -n 's/^[[:space:]]*\(lib[^. ]*\).*=>.*/\1/p' | grep -vxE 'libc|libm' || true)
  cpp=$(grep -cxE 'libgcc_s|libstdc\+\+' <<<"$all" || true)
  others=$(grep -vxE 'libgcc_s|libstdc\+\+' <<<"$all" | sort | paste -sd' ' | sed 's/ /, /g')
  if [ -z "$all" ]; then
    echo nothing
  elif [ "$cpp" = 0 ]; then
    echo "$others"
  else
    echo "the C++ run time${others:+, $others}"
  fi
}

row() { echo "| $1 | $2 | $3 | \`$4\` |"; }

judged() { # fails unless the sample picture is a ship that belongs
  "$@" 2>"$work/log" | grep ship | grep -qE '(  in|in-distribution)$' || {
    echo "which-build: this does not find a ship: $*" >&2
    exit 1
  }
}

echo '| you want | size | needs at run time | command |'
echo '|---|---|---|---|'
for line in "$@"; do
  case $line in
    program)
      build build/release odin_program
      judged build/release/odin detect "$ship"
      row 'the program' "$(stripped_size build/release/odin)" "$(needs build/release/odin)" \
        'cmake --preset release && cmake --build --preset release --target odin_program'
      ;;
    static)
      scripts/build-static.sh --sources
      build build/static odin_program -D ODIN_STATIC=ON -D ODIN_BUILD_TESTS=OFF
      judged env -i build/static/odin detect "$ship"
      row 'one file to copy to any Linux, the default network in it' "$(size_of build/static/odin)" \
        "$(needs build/static/odin)" scripts/build-static.sh
      ;;
    aarch64)
      scripts/build-static.sh --sources
      scripts/install-aarch64.sh
      build build/static-aarch64 odin_program -D ODIN_STATIC=ON -D ODIN_BUILD_TESTS=OFF \
        -D CMAKE_TOOLCHAIN_FILE="$root/cmake/Aarch64.cmake"
      judged env -i "$(command -v qemu-aarch64)" build/static-aarch64/odin detect "$ship"
      row 'the same for aarch64' "$(size_of build/static-aarch64/odin)" "$(needs build/static-aarch64/odin)" \
        'scripts/build-static.sh aarch64'
      ;;
    c)
      build build/release odin_c
      library=build/release/native/c
      cc -std=c99 -I build/release/include/odin_c examples/judge_picture.c -o "$work/judge" \
        -L "$library" -lodin -Wl,-rpath,"$root/$library"
      judged "$work/judge" "$weights" "$ship"
      row "C, Python, Rust, ...: libodin.so" "$(stripped_size "$library/libodin.so")" \
        "$(needs "$library/libodin.so")" 'cmake --build --preset release --target odin_c'
      ;;
    library)
      build build/library all -D ODIN_BUILD_NATIVE=OFF
      mapfile -t includes < <(printf -- '-I%s\n' build/library/include/*)
      c++ -std=c++20 -O2 "${includes[@]}" examples/own_network_file.cpp -o "$work/own" \
        build/library/detector/libodin_detector.a build/library/{nn,autograd,tensor}/*.a -pthread
      (cd "$work" && ./own >/dev/null)
      row 'a detector in a C++ program of your own' "$(stripped_size "$work/own")" "$(needs "$work/own")" \
        'cmake --preset release -D ODIN_BUILD_NATIVE=OFF'
      ;;
    packages)
      scripts/build-static.sh --sources
      build build/static odin_documents -D ODIN_STATIC=ON -D ODIN_BUILD_TESTS=OFF
      (cd build/static && cpack) >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
      for package in build/static/packages/*.deb; do
        row 'a package with the program, four networks and the manual' "$(size_of "$package")" \
          "$(dpkg-deb -f "$package" Depends | grep . || echo nothing)" '(cd build/static && cpack)'
      done
      ;;
    *)
      echo "usage: scripts/which-build.sh [program|static|aarch64|c|library|packages]..." >&2
      exit 2
      ;;
  esac
done
