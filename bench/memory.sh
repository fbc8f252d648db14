#!/bin/bash
# Measures what every verb needs of memory when the server holds one row of nearly 1 GiB:
#   bench/memory.sh [row bytes]    (default 1 GiB - 64 KiB; the bytes are random, nothing compresses)
# The heap is the launcher's 256 MiB; HOLDFAST_JAVA_OPTS=-Xmx64m tries a smaller one.
# A verb is good if it ends with status 0 and was at most 512 MiB resident (VmHWM). Exported files are
# compared with the server's; `restore` proves the row by its hash; LargeRowTest compares what
# `recover` makes. Needs some 15 GB under TMPDIR and in the state folder. Leaves nothing behind.
set -eu
cd "$(dirname "$0")/.."
row_bytes=${1:-$((1024 * 1024 * 1024 - 65536))}
resident_mib_max=512
holdfast=${BENCH_HOLDFAST:-$(pwd)/holdfast}
server=bench-memory
work=$(mktemp -d "${TMPDIR:-/tmp}/hf-memory-XXXXXX")
export XDG_STATE_HOME="$work/state"
failed=0

clean() {
    for one in "$server" "$server-2"; do
        "$holdfast" lab remove "$one" >/dev/null 2>&1 || true
    done
    [ -n "${BENCH_KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

field() { # field NAME < JSON lines: the value in the last line that has one
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | tail -1
}

resident_kib() { # PID: the most it has had; nothing once it has ended
    awk '/^VmHWM:/ {print $2}' "/proc/$1/status" 2>/dev/null
}

measure() { # LABEL ARGUMENTS...: one line of the table
    label=$1
    shift
    begun=$(date +%s%N)
    "$holdfast" "$@" >"$work/out" 2>"$work/err" &
    process=$!
    most=0
    # The launcher becomes the JVM (exec), so the number is that of one process.
    while kill -0 "$process" 2>/dev/null; do
        now=$(resident_kib "$process") && [ -n "$now" ] && most=$now
        sleep 0.05
    done
    status=0
    wait "$process" || status=$?
    seconds=$(awk "BEGIN {printf \"%.1f\", ($(date +%s%N) - $begun) / 1e9}")
    verdict=pass
    if [ "$status" -ne 0 ] || [ $((most / 1024)) -gt "$resident_mib_max" ]; then
        verdict=FAIL
        failed=1
        tail -n 20 "$work/err" >&2
    fi
    printf '| %-34s | %6s | %9d | %7s | %s |\n' "$label" "$status" $((most / 1024)) "$seconds" "$verdict" |
        tee -a "$work/table"
}

expect() { # WHAT COMMAND...
    what=$1
    shift
    "$@" || {
        echo "not equal: $what" >&2
        failed=1
    }
}

"$holdfast" lab start "$server" ${BENCH_PORT:+--port "$BENCH_PORT"} --json -- --max-allowed-packet=1G \
    --innodb-redo-log-capacity=4G --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=2 \
    --sync-binlog=0 >"$work/server.json"
data=$(field dataFolder <"$work/server.json")
mysql=$(dirname "$(field optionFile <"$work/server.json")")/mysql
on=(--server "$server" --repo "$work/repo")

"$mysql" -e "CREATE DATABASE big; CREATE TABLE big.t (id INT PRIMARY KEY, name VARCHAR(20), v LONGBLOB)"
files=$("$mysql" -BNe 'SELECT @@secure_file_priv')
head -c "$row_bytes" /dev/urandom >"$files/row"
chmod 644 "$files/row"

echo "machine: $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB; $(date -u +%F);" \
    "row of $row_bytes bytes; heap $(tr ' ' '\n' <<<"-Xmx256m ${HOLDFAST_JAVA_OPTS:-}" | grep Xmx | tail -1)"
echo "| verb                               | status | VmHWM MiB | seconds | verdict |"
echo "|------------------------------------|-------:|----------:|--------:|---------|"

measure "check" check "${on[@]}"
measure "backup, of no rows" backup --logical "${on[@]}"
"$mysql" -e "INSERT INTO big.t VALUES (1, 'small', 'x'), (2, 'big', LOAD_FILE('$files/row')), (3, 'after', 'y');
    FLUSH BINARY LOGS"
[ "$("$mysql" -BNe 'SELECT LENGTH(v) FROM big.t WHERE id = 2')" = "$row_bytes" ]
rm "$files/row"

measure "archive" archive "${on[@]}" --until-caught-up
measure "list" list --repo "$work/repo"
measure "binlog export" binlog export --repo "$work/repo" --into "$work/export"
for file in "$work"/export/*; do
    expect "binlog export" cmp "$file" "$data/${file##*/}"
done
rm -rf "$work/export"

measure "recover (the row is replayed)" recover --to latest --repo "$work/repo" --into "$work/recovered"
rm -rf "$work/recovered"

measure "backup, of the row" backup --logical "${on[@]}" --json
backup=$(field id <"$work/out")
measure "list, after it" list --repo "$work/repo" --json
measure "restore --into (the row is loaded)" restore "$backup" --repo "$work/repo" --into "$work/restored"
rm -rf "$work/restored"
measure "check, of the row's server" check "${on[@]}"

measure "lab start" lab start "$server-2" -- --max-allowed-packet=1G --innodb-redo-log-capacity=4G
measure "restore --server (the row is loaded)" restore "$backup" --repo "$work/repo" --server "$server-2"
measure "lab list" lab list
measure "lab remove" lab remove "$server-2"
measure "demo (no large row)" demo

[ "$failed" -eq 0 ]
