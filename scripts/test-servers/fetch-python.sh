#!/bin/sh
# fetch-python.sh NAME: puts the packages of Tests/NAME/requirements.txt into .test-servers/python-NAME/, from PyPI.
# Nothing is installed on the system. A second run that finds everything does nothing.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
requirements="$root/Tests/$1/requirements.txt"
python="$root/.test-servers/python-$1"

if ! cmp -s "$requirements" "$python/requirements.txt"; then
    python3 -m pip --version >/dev/null 2>&1 || { echo "fetch-python.sh: pip is missing; install python3-pip." >&2; exit 1; }
    rm -rf "$python"
    mkdir -p "$python"
    python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir --root-user-action=ignore --no-warn-conflicts \
        --target "$python" -r "$requirements" ||
        { echo "fetch-python.sh: cannot install Tests/$1/requirements.txt from PyPI." >&2; exit 1; }
    cp "$requirements" "$python/requirements.txt"
fi
