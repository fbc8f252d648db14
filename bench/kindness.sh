#!/bin/bash
# What a physical backup costs the server that it is taken from: a load at a fixed rate before, during and after
# `holdfast backup --physical --full --threads 1 --rate 100M`, with a redo log of 100 MiB.
#   bench/kindness.sh [transactions per second] [MiB of data] [seconds before and after]      default: 3000 2000 30
#   BENCH_SYNC_BINLOG=1  and  BENCH_FLUSH_AT_COMMIT=1   as MySQL's defaults
#   BENCH_RATE=100M  BENCH_THREADS=1                    the backup's
# Asked: 98 % of the throughput, a p99 of the commit time at most doubled. Leaves nothing running. The results are in
# docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/jdk.sh
. tools/jdk.sh
find_jdk
rate=${1:-3000} megabytes=${2:-2000} seconds=${3:-30}
holdfast=$(pwd)/holdfast
work=$(mktemp -d "${TMPDIR:-/tmp}/hf-kindness-XXXXXX")
export XDG_STATE_HOME="$work/state"
load=

clean() {
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    "$holdfast" lab remove kindness >/dev/null 2>&1 || true
    [ -n "${BENCH_KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

field() { # field NAME < one JSON object
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -1
}

"$holdfast" lab start kindness --json -- --innodb-redo-log-capacity=100M --innodb-buffer-pool-size=1G \
    --sync-binlog="${BENCH_SYNC_BINLOG:-1}" --innodb-flush-log-at-trx-commit="${BENCH_FLUSH_AT_COMMIT:-1}" \
    >"$work/server.json"
socket=$(field socket <"$work/server.json")
options=$(field optionFile <"$work/server.json")
password=$(sed -n 's/^password *= *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$options" | head -1)
mkfifo "$work/phases"
"$home/bin/java" -Xmx256m --enable-native-access=ALL-UNNAMED -cp "cli/target/lib/*" \
    bench/KindnessLoad.java "$socket" "$password" "$rate" "$megabytes" <"$work/phases" >"$work/load.out" 2>&1 &
load=$!
exec 3>"$work/phases"
until grep -q '^ready' "$work/load.out"; do
    kill -0 "$load" || { cat "$work/load.out"; exit 1; }
    sleep 1
done
sleep 10 # the JVM and the server warm up
echo before >&3
sleep "$seconds"
echo during >&3
"$holdfast" backup --physical --full --threads "${BENCH_THREADS:-1}" --rate "${BENCH_RATE:-100M}" --server kindness \
    --repo "$work/repo" --json >"$work/backup.json"
echo after >&3
sleep "$seconds"
exec 3>&-
wait "$load" || { cat "$work/load.out"; exit 1; }
load=
grep -v '^ready' "$work/load.out"
echo "backup: $(field seconds <"$work/backup.json") s, $(($(field rawBytes <"$work/backup.json") >> 20)) MiB read," \
    "$(($(field redoBytes <"$work/backup.json") >> 20)) MiB of it redo," \
    "DDL held back for $(field ddlBlockedMillis <"$work/backup.json") ms"
