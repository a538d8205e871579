# shellcheck shell=bash
# What the web scripts share, which source this file from the repository's root: a Node.js that is
# new enough comes first on the PATH, and ODIN_CHROMIUM is the browser to test with, if there is one.

node_dir=$PWD/.deps/node
PATH=$node_dir/node_modules/.bin:$PATH
export PATH PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

# Vite's oldest.
node_is_new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

npm_is_new_enough() {
  local version
  version=$(npm --version 2>/dev/null) && [ "${version%%.*}" -ge 11 ]
}

# Ubuntu's chromium-browser is no browser but a word about snap.
find_chromium() {
  local name path
  if [ -n "${ODIN_CHROMIUM:-}" ]; then
    echo "$ODIN_CHROMIUM"
    return
  fi
  for name in chromium google-chrome google-chrome-stable; do
    path=$(command -v "$name") || continue
    case $(readlink -f "$path") in
      */snap) ;;
      *) echo "$path" && return ;;
    esac
  done
}

ODIN_CHROMIUM=$(find_chromium)
export ODIN_CHROMIUM

# The packages of a folder's lock file, unless they are there already.
npm_install() {
  local stamp=$1/node_modules/.installed
  if ! cmp -s "$1/package-lock.json" "$stamp"; then
    npm ci --prefix "$1" --no-audit --no-fund --loglevel=error >&2
    cp "$1/package-lock.json" "$stamp"
  fi
}
