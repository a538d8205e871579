#!/usr/bin/env bash
# Makes the table "Which build do I want" of README.md: builds every line of it in a folder of its own
# (build/which), runs it, and prints what was measured. With --built it only measures what an earlier
# call has built.
#   scripts/which-build.sh [--built] [program|static|library|c|packages]...
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$root/build/which
ship=$root/native/samples/known/ship.png
weights=$root/weights/densenet-bc-40-12-cifar10.safetensors
mkdir -p "$work"

build=yes
if [ "${1:-}" = --built ]; then
  build=no
  shift
fi
[ $# != 0 ] || set -- program static library c packages

# timed FOLDER COMMAND...: runs it and leaves "wall cpu" in seconds in FOLDER/times
timed() {
  local folder=$1
  shift
  mkdir -p "$folder"
  ( TIMEFORMAT='%R %U %S'; { time "$@" >"$folder/log" 2>&1; } 2>"$folder/time" ) ||
    { tail -20 "$folder/log" >&2; exit 1; }
  awk '{ printf "%.0f %.0f\n", $1, $2 + $3 }' "$folder/time" >"$folder/times"
}

# configured FOLDER TARGET OPTION...: configures and builds from nothing
configured() {
  local folder=$1 target=$2
  shift 2
  [ $build = yes ] || return 0
  rm -rf "$folder"
  # shellcheck disable=SC2016
  timed "$folder-log" sh -c 'folder=$1 target=$2; shift 2
    cmake -S . -B "$folder" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_UNITY_BUILD=ON "$@" &&
    cmake --build "$folder" --target "$target"' sh "$folder" "$target" "$@"
}

# Bytes as MB or KB with two digits behind the point at most.
size_of() {
  cat "$@" | wc -c | awk '{ if ($1 < 1e6) printf "%.0f KB", $1 / 1e3; else printf "%.2f MB", $1 / 1e6 }'
}
stripped_size() {
  strip -o "$work/stripped" "$1"
  size_of "$work/stripped"
}

# The shared libraries that a file asks for itself, but those of the C and C++ run time.
needs() {
  local list
  list=$(readelf -d "$1" | sed -n 's/.*NEEDED.*\[\(lib[^.]*\).*/\1/p' |
    grep -vxE 'libc|libm|libgcc_s|libstdc\+\+' | sort | paste -sd' ')
  if readelf -d "$1" 2>/dev/null | grep -q NEEDED; then
    echo "the C++ run time${list:+, $list}"
  else
    echo nothing
  fi
}

# row NAME SIZE NEEDS LOG COMMAND
row() {
  local wall cpu
  read -r wall cpu <"$4/times"
  echo "| $1 | $2 | $3 | $wall s ($cpu CPU s) | \`$5\` |"
}

check() { # what is said of the sample picture
  "$@" | grep -q '^\(ship\|.*ship\.png\).*\(in$\|in-distribution\)' || { echo "wrong verdict: $*" >&2; exit 1; }
}

echo '| you want | size | needs at run time | built in | command |'
echo '|---|---|---|---|---|'
for line in "$@"; do
  case $line in
    program)
      configured "$work/program" odin_program -D ODIN_BUILD_TESTS=OFF
      check "$work/program/odin" detect "$ship"
      row 'the program' "$(stripped_size "$work/program/odin")" "$(needs "$work/program/odin")" \
        "$work/program-log" 'cmake --preset release -D ODIN_BUILD_TESTS=OFF'
      ;;
    static)
      configured "$work/static" odin_program -D ODIN_STATIC=ON -D ODIN_BUILD_TESTS=OFF
      check env -i "$work/static/odin" detect --model "$weights" "$ship"
      row 'one file to copy to any Linux' "$(size_of "$work/static/odin")" "$(needs "$work/static/odin")" \
        "$work/static-log" scripts/build-static.sh
      ;;
    c)
      configured "$work/c" odin_c -D ODIN_BUILD_TESTS=OFF
      cc -std=c99 -I "$work/c/include/odin_c" examples/judge_picture.c -o "$work/judge_picture" \
        -L "$work/c/native/c" -lodin -Wl,-rpath,"$work/c/native/c"
      check "$work/judge_picture" "$weights" "$ship"
      row 'C, Python, Rust, ...: `libodin.so`' "$(stripped_size "$work/c/native/c/libodin.so")" \
        "$(needs "$work/c/native/c/libodin.so")" "$work/c-log" 'cmake --build --preset release --target odin_c'
      ;;
    library)
      configured "$work/library" all -D ODIN_BUILD_NATIVE=OFF
      mapfile -t includes < <(printf -- '-I%s\n' "$work"/library/include/*)
      c++ -std=c++20 -O2 "${includes[@]}" examples/own_network_file.cpp -o "$work/own_program" \
        "$work"/library/detector/libodin_detector.a "$work"/library/{nn,autograd,tensor}/*.a -pthread
      "$work/own_program" >/dev/null
      row 'a C++ program of your own (`odin::odin`, linked statically)' "$(stripped_size "$work/own_program")" \
        "$(needs "$work/own_program")" "$work/library-log" 'cmake --preset release -D ODIN_BUILD_NATIVE=OFF'
      ;;
    packages)
      configured "$work/packages" all -D ODIN_BUILD_TESTS=OFF -D CMAKE_INSTALL_PREFIX=/usr
      (cd "$work/packages" && cpack >../cpack.log 2>&1) || { tail "$work/cpack.log" >&2; exit 1; }
      for package in "$work"/packages/packages/*; do
        row "$(basename "$package")" "$(size_of "$package")" '' "$work/packages-log" 'cpack'
      done
      ;;
    *)
      echo "usage: scripts/which-build.sh [--built] [program|static|library|c|packages]..." >&2
      exit 2
      ;;
  esac
done
