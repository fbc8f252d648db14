#!/bin/sh
# Measures the archiver, on a lab server of its own:
#   bench/archive.sh speed   [seconds] [rate]   commit-to-journal lag and the archiver's share of a core
#   bench/archive.sh torture [kills]            kill -9 of the archiver, and of the server 3 times, then cmp
# Leaves nothing running. The results in docs/benchmarks.md come from here.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=tools/jdk.sh
. tools/jdk.sh
find_jdk
what=${1:-speed}
holdfast=$(pwd)/holdfast
work=$(mktemp -d "${TMPDIR:-/tmp}/hf-bench-XXXXXX")
export XDG_STATE_HOME="$work/state"
port=${BENCH_PORT:-0}
archiver=
load=

clean() {
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    [ -z "$archiver" ] || kill -9 "$archiver" 2>/dev/null || true
    "$holdfast" lab remove bench >/dev/null 2>&1 || true
    [ -n "${BENCH_KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

field() { # field NAME < one JSON object
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -1
}

start_server() {
    "$holdfast" lab start bench --port "$port" --json -- "$@" >"$work/server.json"
    socket=$(field socket <"$work/server.json")
    data=$(field dataFolder <"$work/server.json")
    options=$(field optionFile <"$work/server.json")
    password=$(sed -n 's/^password *= *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$options" | head -1)
}

start_load() { # rate seconds
    "$home/bin/java" --enable-native-access=ALL-UNNAMED -cp "cli/target/lib/*" \
        bench/ArchiveLoad.java "$socket" "$password" "$1" "$2" >"$work/load.out" 2>"$work/load.err" &
    load=$!
}

start_archiver() {
    "$holdfast" archive --server bench --repo "$work/repo" --json >>"$work/archive.out" 2>>"$work/archive.err" &
    archiver=$!
}

ticks() { # of a process: user and system time, in 1/100 s
    awk '{print $14 + $15}' "/proc/$1/stat"
}

compare() {
    "$(dirname "$options")/mysql" -e "FLUSH BINARY LOGS" # closes the last file
    "$holdfast" archive --server bench --repo "$work/repo" --until-caught-up 2>>"$work/archive.err"
    "$holdfast" list --repo "$work/repo"
    "$holdfast" binlog export --repo "$work/repo" --into "$work/export" >"$work/export.out"
    same=0
    for file in "$work"/export/*; do
        cmp "$file" "$data/$(basename "$file")"
        same=$((same + 1))
    done
    echo "cmp: $same files, $(du -cb "$work"/export/* | tail -1 | cut -f1) bytes, all equal to the server's"
}

speed() {
    seconds=${1:-60}
    rate=${2:-3500}
    start_server --max-binlog-size=100M --sync-binlog="${BENCH_SYNC_BINLOG:-1}"
    "$holdfast" --version >/dev/null
    start_load "$rate" $((seconds + 15))
    sleep 5
    start_archiver
    sleep 10 # the JVM warms up, the first part is stored
    before=$(ticks "$archiver")
    lines=$(wc -l <"$work/archive.out")
    sleep "$seconds"
    after=$(ticks "$archiver")
    resident=$(awk '/VmHWM/ {print $2}' "/proc/$archiver/status")
    wait "$load" || true
    load=
    cat "$work/load.out"
    echo "archiver: $(awk "BEGIN {printf \"%.1f\", ($after - $before) / $seconds}") % of a core, at most $((resident / 1024)) MiB resident"
    tail -n +"$((lines + 1))" "$work/archive.out" | grep '"event":"status"' | head -n "$seconds" >"$work/lag.out"
    sed 's/.*"transactions":\([0-9]*\).*"lagMillisP50":\([0-9.E-]*\).*"lagMillisP99":\([0-9.E-]*\).*"lagMillisMax":\([0-9.E-]*\).*/\1 \2 \3 \4/' "$work/lag.out" |
        awk '{n += $1; p50 += $1 * $2; p99 += $1 * $3; if ($3 > w) w = $3; if ($4 > m) m = $4}
            END {printf "commit to durable in the journal: %d transactions, p50 %.1f ms, p99 %.1f ms (means of the seconds), worst second p99 %.1f ms, max %.1f ms\n", n, p50 / n, p99 / n, w, m}'
    kill "$archiver"
    wait "$archiver" || true
    archiver=
    compare
}

torture() {
    kills=${1:-20}
    start_server --max-binlog-size=16M --sync-binlog="${BENCH_SYNC_BINLOG:-1}"
    start_load "${2:-3500}" 3600
    sleep 3
    for round in $(seq "$kills"); do
        connections=$(grep -c '"event":"connected"' "$work/archive.out" 2>/dev/null || true)
        start_archiver
        until [ "$(grep -c '"event":"connected"' "$work/archive.out" || true)" -gt "${connections:-0}" ]; do
            sleep 0.1
        done
        sleep "$(awk "BEGIN {srand($$ + $round); print 0.2 + rand() * 4}")"
        case $((round * 4 / kills)).$(((round - 1) * 4 / kills)) in
            1.0 | 2.1 | 3.2) # after each quarter but the last
                "$holdfast" lab kill bench >/dev/null
                sleep 1
                start_server
                sleep "$(awk "BEGIN {srand($round); print rand() * 2}")"
                echo "round $round: server killed and started again" ;;
        esac
        kill -9 "$archiver" 2>/dev/null || echo "round $round: the archiver had ended by itself"
        wait "$archiver" 2>/dev/null || true
        archiver=
    done
    kill "$load"
    wait "$load" 2>/dev/null || true
    load=
    compare
    grep -c '"event":"connected"' "$work/archive.out" | sed 's/$/ connections of the archiver/'
    grep -E 'warning: a new history|BUG' "$work/archive.err" || echo "no new history was needed"
}

case $what in
    speed) shift; speed "$@" ;;
    torture) shift; torture "$@" ;;
    *) sed -n '2,5p' "$0"; exit 2 ;;
esac
