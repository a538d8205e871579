#!/usr/bin/env bash
# Installs what is missing and builds the engine for browsers (web/dist) and the page (web/page/dist),
# which `odin serve` shows and any web server can: web/docs/hosting.md says how.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/web-env.sh

scripts/install-deps.sh
scripts/install-emscripten.sh
scripts/install-web-deps.sh --no-browser
hash -r

cmake --preset wasm
cmake --build --preset wasm --parallel "$(nproc)"
npm_install web
npm run --prefix web build
npm_install web/page
npm run --prefix web/page build
