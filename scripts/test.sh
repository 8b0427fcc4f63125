#!/usr/bin/env bash
# Every test: the servers that tests talk to are unpacked, then the Swift tests, then clients of other people and the
# official client of OpenAI, then the pages in a real browser, once against a double of the Gateway and once against the Gateway itself.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/test-servers/fetch.sh
scripts/web/fetch-browser.sh
swift build --build-tests
# All tests begin at once otherwise, and one whose limit runs on the clock waits behind a thousand others.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16
swift test --skip-build
Tests/clients/run.sh
Tests/http/run.sh

state=$(mktemp -d)
gateway=""
finish() {
    [ -n "$gateway" ] && kill "$gateway" 2>/dev/null && wait "$gateway" 2>/dev/null
    rm -rf "$state"
}
trap finish EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
token=test-page-0123456789abcdef0123456789abcdef01234567
OPENCLAW_STATE_DIR="$state/state" TMPDIR="$state" .build/debug/openclaw gateway run --allow-unconfigured \
    --port "$port" --token "$token" >"$state/log" 2>&1 &
gateway=$!
for _ in $(seq 100); do
    grep -q "listens on" "$state/log" && break
    sleep 0.1
done
grep -q "listens on" "$state/log" || { cat "$state/log" >&2; echo "test: the Gateway did not start" >&2; exit 1; }
OPENCLAW_TEST_URL="http://127.0.0.1:$port/#token=$token" Tests/web/run.sh
