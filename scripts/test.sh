#!/usr/bin/env bash
# Every test: the servers that tests talk to are unpacked, then the Swift tests, then the pages in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/test-servers/fetch.sh
scripts/web/fetch-browser.sh
swift build --build-tests
swift test --skip-build
Tests/web/run.sh
