#!/bin/sh
# Lets the official client of OpenAI's interface talk to a Gateway. Ends with pytest's closing line.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/test-servers/fetch-python.sh" http
"$root/scripts/test-servers/fetch.sh"
cd "$root/Tests/http"
PYTHONPATH="$root/.test-servers/python-http:$root/Tests/clients" PYTHONDONTWRITEBYTECODE=1 \
    exec python3 -m pytest -q -p no:cacheprovider "$@"
