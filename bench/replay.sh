#!/bin/bash
# Restore plus replay, side by side: `mysql < dump.sql` and `mysqlbinlog … | mysql` on one server, `holdfast recover`
# into a folder, both from the same base and the same log, both targets with the same mysqld options.
#
#   bench/replay.sh [OPTION-SET…]     the sets are `fast` and `durable`, see below; default: both
#
#   TRANSACTIONS=200000 WRITERS=8 TABLES=8 ROWS=20000    what is written
#   MYSQL_HOME=DIR       the MySQL to use (default: as `holdfast lab` finds or fetches it)
#   WORK=DIR             a folder with some 3 GB of space (default: a new one, removed at the end)
#
# Needs sysbench (Debian: apt install sysbench). Prints a table for docs/benchmarks.md.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
holdfast="$root/holdfast"
transactions=${TRANSACTIONS:-200000} writers=${WRITERS:-8} tables=${TABLES:-8} rows=${ROWS:-20000}
sets=("$@")
[ ${#sets[@]} -gt 0 ] || sets=(durable fast)
home=()
[ -z "${MYSQL_HOME:-}" ] || home=(--mysql-home "$MYSQL_HOME")
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"

# The same lists for both targets. `durable` is what MySQL does when nothing is said; `fast` is what
# Holdfast runs its sandbox with.
durable=(--log-bin=binlog --sync-binlog=1 --innodb-flush-log-at-trx-commit=1 --innodb-doublewrite=ON
    --innodb-buffer-pool-size=512M --innodb-redo-log-capacity=1G)
fast=(--skip-log-bin --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=OFF
    --innodb-buffer-pool-size=512M --innodb-redo-log-capacity=1G)

source_server=bench-source target_server=bench-target
cleanup() {
    "$holdfast" lab remove "$source_server" >/dev/null 2>&1 || true
    "$holdfast" lab remove "$target_server" >/dev/null 2>&1 || true
    [ -n "${WORK:-}" ] || rm -rf "$work"
}
trap cleanup EXIT
cleanup
mkdir -p "$work"
rm -rf "$work/repo" "$work/journal" "$work/recovered"

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
option_file() { "$holdfast" lab list --json | sed -n "s/.*\"name\":\"$1\".*\"optionFile\":\"\([^\"]*\)\".*/\1/p"; }
# The client programs of the same MySQL, run as it runs.
tool() {
    local name=$1
    shift
    if [ -n "${MYSQL_HOME:-}" ] && [ -x "$MYSQL_HOME/usr/bin/$name" ]; then
        local lib="$MYSQL_HOME/usr/lib/x86_64-linux-gnu"
        local loader
        loader=$(ls "$MYSQL_HOME"/usr/lib*/ld-linux-x86-64.so.2 "$lib/ld-linux-x86-64.so.2" 2>/dev/null | head -1)
        "$loader" --library-path "$lib:$MYSQL_HOME/usr/lib/mysql/private" "$MYSQL_HOME/usr/bin/$name" "$@"
    else
        "$name" "$@"
    fi
}
sql() { tool mysql --defaults-file="$1" -N -e "$2"; }
checksums() {
    for t in $(seq "$tables"); do echo "CHECKSUM TABLE bench.sbtest$t;"; done | tool mysql "$@" -N
}

echo "# the base and the log" >&2
"$holdfast" lab start "$source_server" "${home[@]}" -- --innodb-buffer-pool-size=512M \
    --innodb-redo-log-capacity=1G --sync-binlog=0 --innodb-flush-log-at-trx-commit=0 --max-binlog-size=1G >&2
from=$(option_file "$source_server")
port=$("$holdfast" lab list --json | sed -n "s/.*\"name\":\"$source_server\".*\"port\":\([0-9]*\).*/\1/p")
sql "$from" "CREATE DATABASE bench; CREATE USER bench@'127.0.0.1' IDENTIFIED BY 'bench';
    GRANT ALL ON bench.* TO bench@'127.0.0.1'"
load=(sysbench oltp_write_only --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user=bench
    --mysql-password=bench --mysql-db=bench --tables="$tables" --table-size="$rows" --rand-type=uniform)
"${load[@]}" prepare >"$work/prepare.log"
sql "$from" "FLUSH BINARY LOGS"
tool mysqldump --defaults-file="$from" --single-transaction --source-data=2 --set-gtid-purged=ON \
    --databases bench >"$work/dump.sql"
"$holdfast" archive --repo "$work/repo" --server "$source_server" --journal "$work/journal" --until-caught-up >&2
"$holdfast" backup --logical --repo "$work/repo" --server "$source_server" >&2
begin=$(sed -n "s/.*SOURCE_LOG_FILE='\([^']*\)', SOURCE_LOG_POS=\([0-9]*\).*/\1 \2/p" "$work/dump.sql" | head -1)
"${load[@]}" --threads="$writers" --events="$transactions" --time=0 run >"$work/run.log"
"$holdfast" archive --repo "$work/repo" --server "$source_server" --journal "$work/journal" --until-caught-up >&2
checksums --defaults-file="$from" >"$work/expected.sums"
data=$("$holdfast" lab list --json | sed -n "s/.*\"name\":\"$source_server\".*\"dataFolder\":\"\([^\"]*\)\".*/\1/p")
mapfile -t logs < <(ls "$data"/binlog.[0-9]* | awk -v first="${begin% *}" -F/ '$NF >= first')
log_bytes=$(cat "${logs[@]}" | wc -c)
"$holdfast" lab stop "$source_server" >&2

echo
echo "| mysqld options of both targets | mysql < dump | mysqlbinlog \\| mysql | sum | holdfast recover | ratio | equal |"
echo "|---|---:|---:|---:|---:|---:|---|"
for set in "${sets[@]}"; do
    declare -n options=$set
    "$holdfast" lab remove "$target_server" >/dev/null 2>&1 || true
    "$holdfast" lab start "$target_server" "${home[@]}" -- "${options[@]}" >&2
    to=$(option_file "$target_server")
    t=$(now)
    tool mysql --defaults-file="$to" <"$work/dump.sql"
    loaded=$(since "$t")
    t=$(now)
    tool mysqlbinlog --start-position="${begin#* }" "${logs[@]}" | tool mysql --defaults-file="$to" --binary-mode
    replayed=$(since "$t")
    checksums --defaults-file="$to" >"$work/classic.sums"
    "$holdfast" lab remove "$target_server" >&2
    rm -rf "$work/recovered"
    t=$(now)
    "$holdfast" recover --repo "$work/repo" --to latest --into "$work/recovered" "${home[@]}" -- "${options[@]}" \
        >"$work/recover-$set.log"
    recovered=$(since "$t")
    cat "$work/recover-$set.log" >&2
    start=$(sed -n 's/^  start it: *//p' "$work/recover-$set.log")
    $start --skip-log-bin >/dev/null 2>&1 &
    mysqld=$!
    socket="$work/recovered/run/mysqld.sock"
    for _ in $(seq 300); do tool mysql --defaults-file="$from" --protocol=SOCKET -S "$socket" -e "SELECT 1" >/dev/null 2>&1 && break; sleep 0.1; done
    checksums --defaults-file="$from" --protocol=SOCKET -S "$socket" >"$work/holdfast.sums" || true
    kill "$mysqld"
    wait "$mysqld" 2>/dev/null || true
    equal=no
    cmp -s "$work/expected.sums" "$work/holdfast.sums" && cmp -s "$work/expected.sums" "$work/classic.sums" && equal=yes
    awk -v o="${options[*]}" -v n="$set" -v l="$loaded" -v r="$replayed" -v h="$recovered" -v e="$equal" 'BEGIN {
        printf "| %s: `%s` | %s s | %s s | %.1f s | %s s | 1/%.1f | %s |\n", n, o, l, r, l + r, h, (l + r) / h, e }'
done
echo
echo "$transactions transactions by $writers writers, $log_bytes bytes of binary log, $tables tables of $rows rows before;"
echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%Y-%m-%d), load $(cut -d' ' -f1 /proc/loadavg) at the end."
