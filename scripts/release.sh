#!/usr/bin/env bash
# Builds the optimised executable: Swift's runtime and the C libraries are linked in, so that it needs only the system's
# C and C++ runtime, and the web pages are put into it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The linker takes libx.so before libx.a within one folder; a folder that holds only the archives comes first.
archives=.build/archives
mkdir -p "$archives"
for name in libsqlite3.a libpcre2-8.a libz.a; do
    found=$(gcc -print-file-name="$name")
    [ "$found" != "$name" ] && ln -sf "$found" "$archives/$name"
done

swift build -c release --static-swift-stdlib --product openclaw -Xlinker "-L$PWD/$archives" -Xlinker --gc-sections -Xlinker --no-export-dynamic
binary=.build/release/openclaw
packed=.build/release/web.pack
scripts/web/pack.py web/dist/control-ui "$packed"
strip "$binary"
objcopy --remove-section .openclaw_web "$binary" 2>/dev/null || true
objcopy --add-section ".openclaw_web=$packed" --set-section-flags .openclaw_web=noload,readonly "$binary"
if grep -q OPENCLAW_TEST_KILL_AT "$binary"; then
    echo "release: $binary holds the switch by which tests kill the Gateway" >&2
    exit 1
fi
# Full Foundation comes with ICU, which adds 44 MB and this name of its data.
if grep -q icudt "$binary"; then
    echo "release: $binary holds ICU; something pulled in full Foundation" >&2
    exit 1
fi
size=$(stat -c %s "$binary")
# 47.6 MB of 2026-11-26 and some room: what goes beyond is a library or a feature that costs more than it should.
limit=52000000
if [ "$size" -gt "$limit" ]; then
    echo "release: $binary has $size bytes, more than $limit; see what was added" >&2
    exit 1
fi
