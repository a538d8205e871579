#!/usr/bin/env bash
# Builds the page and runs every test of it, after scripts/test.sh has built the native program:
# the C++ tests as WebAssembly, the JavaScript interface's in Node.js, the page's own, and the page in
# Chromium. What cannot run here is named at the end with its reason, in build/web-tests.txt as well.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/web-env.sh

export ODIN_PROGRAM=${ODIN_PROGRAM:-$PWD/build/release/odin}
summary=build/web-tests.txt
failed=0

note() { printf '%-34s %s\n' "$1:" "$2" | tee -a "$summary"; }

# test_step NAME COMMAND...
test_step() {
  local name=$1 start=$SECONDS
  shift
  echo "--- $name"
  if "$@"; then
    note "$name" "passed ($((SECONDS - start)) s)"
  else
    note "$name" 'FAILED'
    failed=1
  fi
}

# Runs an install script; where that fails, prints why, and is false.
try_install() {
  local output
  output=$("$@" 2>&1) && return
  echo "$output" >&2
  reason=$(tail -n 1 <<<"$output")
  return 1
}

test_engine() { npm_install web && npm test --prefix web; }
test_page() { npm_install web/page && npm test --prefix web/page; }
test_in_browser() { npm_install web/tests/browser && npm test --prefix web/tests/browser; }

mkdir -p build
: >"$summary"
if ! try_install scripts/install-emscripten.sh || ! try_install scripts/install-web-deps.sh --no-browser; then
  note 'web' "skipped: $reason"
  exit 0
fi
browser_missing=''
try_install scripts/install-web-deps.sh || browser_missing=$reason
. scripts/web-env.sh

test_step 'web: build' scripts/build-web.sh
if [ $failed = 0 ]; then
  test_step 'web: C++ tests as WebAssembly' ctest --preset wasm --output-on-failure
  test_step 'web: JavaScript interface' test_engine
  test_step 'web: page, unit tests' test_page
  if [ -n "$browser_missing" ]; then
    note 'web: page in Chromium' "skipped: $browser_missing"
  else
    test_step 'web: page in Chromium' test_in_browser
  fi
fi
exit $failed
