#!/bin/sh
# Lets clients that other people wrote for the original Gateway talk to ours, unchanged. Ends with pytest's closing line.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/test-servers/fetch-python.sh" clients
cd "$root/Tests/clients"
PYTHONPATH="$root/.test-servers/python-clients" PYTHONDONTWRITEBYTECODE=1 \
    exec python3 -m pytest -q -p no:cacheprovider "$@"
