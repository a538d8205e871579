# shellcheck shell=bash
# Helpers of the install scripts, which source this file.

is_there() {
  case "$1" in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

can_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Shows what a command prints only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }
}

update_lists() {
  quietly as_root apt-get -q -oAcquire::Retries=3 update ||
    echo 'apt-get update failed; trying with the lists as they are' >&2
}

install_packages() {
  echo "installing $*" >&2
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -oDPkg::Lock::Timeout=300 \
    -oAcquire::Retries=3 install -y --no-install-recommends "$@"
}
