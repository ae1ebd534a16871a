#!/bin/sh
# Prints the figures of docs/benchmarks.md with machine and date. Run it alone on
# the machine. SIGNALS, CASES and RECORDS make it longer or shorter.
set -eu
cd "$(dirname "$0")/.."
echo "date      $(date -u +%Y-%m-%d)"
echo "machine   $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2), $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo)"
echo "go        $(go version | cut -d' ' -f3)"
run() { go test -run '^$' -timeout 60m "$@" | grep -v '^\(goos\|goarch\|pkg\|PASS\|ok\)'; }
run -bench River -benchtime 1x -cpu 1 ./bench -signals "${SIGNALS:-5000}"
run -bench Growth -benchtime 400x ./bench -signals "${SIGNALS:-5000}"
run -bench Look -benchtime 1000x ./bench
run -bench CasePage -benchtime 400x ./bench -cases "${CASES:-2000}"
run -bench MyWork -benchtime 400x ./bench -cases 3400
run -bench Append -benchtime 2s ./internal/kernel/ledger
run -bench Linkage -benchtime 1x ./bench/register -records "${RECORDS:-10000,100000,1000000}"
