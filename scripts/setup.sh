#!/usr/bin/env bash
# Makes sure that what building (and, with "test", testing) needs is there. On Debian and its relatives missing packages
# are installed; elsewhere this says what is needed and goes on, so that the compiler has the last word.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-build}

fail() { echo "setup: $*" >&2; exit 1; }

command -v swift >/dev/null 2>&1 ||
    fail "no Swift toolchain found. Install Swift 6.2 or later: curl -L https://swift.org/install/linux.sh | bash"
# Called once the libraries are there that the toolchain itself needs.
check_swift() {
    local said version major minor
    said=$(swift --version 2>&1) || fail "swift does not start: $(echo "$said" | tail -n 1)"
    version=$(echo "$said" | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    major=${version%%.*}
    minor=${version##*.}
    if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
        fail "Swift ${version:-of unknown version} is too old. Install Swift 6.2 or later: curl -L https://swift.org/install/linux.sh | bash"
    fi
}

# Names of the packages that a list below scripts/packages/ holds, comments left out.
names() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "scripts/packages/$1.txt"; }

wanted=$(names build)
[ "$kind" = test ] && wanted="$wanted $(names test)"

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: this is not a Debian system. Needed, under the names of Debian 12: $(echo $wanted)" >&2
    check_swift
    exit 0
fi

missing=""
for name in $wanted; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q "install ok installed" || missing="$missing $name"
done
# Tests unpack servers and a browser from Debian's packages: apt must know them.
lists=known
if [ "$kind" = test ] && ! apt-cache show chromium inspircd >/dev/null 2>&1; then lists=missing; fi
if [ -z "$missing" ] && [ "$lists" = known ]; then
    check_swift
    exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "only root can run apt-get update and install:${missing:- nothing more}"
    as_root="sudo"
fi
log=$(mktemp)
if [ -z "$missing" ]; then
    echo "setup: reading the package lists"
    $as_root apt-get update >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get update failed"; }
    check_swift
    exit 0
fi
echo "setup: installing$missing"
if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "could not install:$missing (the whole log is in $log)"
fi
rm -f "$log"
check_swift
