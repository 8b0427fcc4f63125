#!/bin/sh
# Builds the page and tests it in Debian's Chromium. Ends with pytest's closing line.
# With OPENCLAW_TEST_URL=http://…/#token=… the core chat test talks to that Gateway, too.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/web/build.sh"
"$root/scripts/web/fetch-browser.sh"
cd "$root/Tests/web"
PYTHONPATH="$root/.test-servers/python" PYTHONDONTWRITEBYTECODE=1 exec python3 -m pytest -q -p no:cacheprovider "$@"
