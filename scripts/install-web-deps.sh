#!/usr/bin/env bash
# Installs what building and testing the web page needs and this machine lacks (Debian, Ubuntu; as
# root or with sudo): Node.js with npm, and Chromium. Where everything is there it does nothing.
#   scripts/install-web-deps.sh               both
#   scripts/install-web-deps.sh --no-browser  enough to build
# Exit status 1, with the reason as the last line, when something cannot be had.
# scripts/web-env.sh puts what is installed here on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/web-env.sh

give_up() {
  echo "install-web-deps: $1" >&2
  exit 1
}

is_up_to_date() { node_is_new_enough && npm_is_new_enough; }

# The system's Node.js where it is new enough; otherwise (Debian 12, Ubuntu 24.04) its npm brings a
# newer one from the npm registry, into .deps, and nothing of the system is touched.
install_node() {
  local wanted='22 or newer, with npm 11 (https://nodejs.org)'
  if ! command -v npm >/dev/null; then
    command -v apt-get >/dev/null && can_be_root || give_up "there is no npm here; install Node.js $wanted"
    update_lists
    install_packages npm || give_up "npm cannot be installed; install Node.js $wanted"
  fi
  is_up_to_date && return
  echo 'install-web-deps: Node.js 22 and npm 11 from the npm registry into .deps/node' >&2
  mkdir -p "$node_dir"
  quietly npm install --prefix "$node_dir" --no-save --no-audit --no-fund node@22 npm@11 ||
    give_up "npm cannot bring Node.js 22 from its registry; install Node.js $wanted"
  hash -r
  is_up_to_date || give_up "the Node.js that npm brought does not work; install Node.js $wanted"
}

install_chromium() {
  local advice='install it, or name any Chromium or Chrome in ODIN_CHROMIUM'
  command -v apt-get >/dev/null && can_be_root || give_up "there is no Chromium here; $advice"
  [ -n "$(apt-cache search --names-only '^chromium$')" ] || update_lists
  [ -n "$(apt-cache search --names-only '^chromium$')" ] ||
    give_up "this system has no package chromium; $advice"
  install_packages chromium || give_up "Chromium cannot be installed; $advice"
  [ -n "$(find_chromium)" ] || give_up "the package chromium holds no Chromium; $advice"
}

is_up_to_date || install_node
[ "${1:-}" = --no-browser ] || [ -n "$(find_chromium)" ] || install_chromium
