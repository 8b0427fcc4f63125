#!/usr/bin/env bash
# Measures a release build. The load tools are C programs: chatload.c and fanout.c beside this file, fakemodel.c and loadgen.c in the
# folder that BENCH_TOOLS names.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=${BENCH_TOOLS:-../shared/bench}
for source in fakemodel.c loadgen.c; do
    [ -f "$tools/$source" ] || { echo "bench: $tools/$source is missing; set BENCH_TOOLS to the folder that holds it" >&2; exit 1; }
done
mkdir -p .build/bench
cc -O2 -w -o .build/bench/fakemodel "$tools/fakemodel.c"
cc -O2 -w -o .build/bench/loadgen "$tools/loadgen.c"
for source in chatload fanout; do cc -O2 -o .build/bench/$source scripts/bench/$source.c; done
exec python3 scripts/bench/bench.py .build/release/openclaw .build/bench "$@"
