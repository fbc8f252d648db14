#!/bin/bash
# Physical backups over the network, through the server's clone protocol: the first, which stores all pages, and those
# that follow after 1 % of the pages changed, beside full ones of the same moment. Medians; the kinds take turns.
#
#   bench/clone.sh [GB] [ROUNDS]      default: 1 3
#
#   MYSQL_HOME=DIR   the MySQL to use, a private unpacking (default: the one `holdfast lab` fetches)
#   WORK=DIR         a folder with four times that space (default: a new one, removed at the end)
#
# Both kinds are sent everything and are proven by a server that recovers from them in a sandbox, so they differ in what
# they store. DDL is held back while the server sends. The changed pages are counted and compressed from the server's own
# files. Needs sysbench and zstd (Debian: apt install sysbench zstd). Prints a table for docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
gigabytes=${1:-1} rounds=${2:-3}
# shellcheck source=tools/jdk.sh
. tools/jdk.sh
find_jdk
holdfast=$(pwd)/holdfast
unpacked=${MYSQL_HOME:-$HOME/.cache/holdfast/mysql/debian-sid}
mine=${WORK:-}
work=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/hf-clone-XXXXXX")}
mkdir -p "$work"
export XDG_STATE_HOME="$work/state"
server=bench-clone

clean() {
    "$holdfast" lab remove "$server" >/dev/null 2>&1 || true
    [ -n "$mine" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | tail -1; }
lib=$unpacked/usr/lib/x86_64-linux-gnu
loader=$(ls "$unpacked"/usr/lib*/ld-linux-x86-64.so.2 "$lib/ld-linux-x86-64.so.2" 2>/dev/null | head -1)
sql() { "$loader" --library-path "$lib:$unpacked/usr/lib/mysql/private" "$unpacked/usr/bin/mysql" --defaults-file="$options" -N -e "$1"; }
java() { "$home/bin/java" -Xmx256m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$work/classes:cli/target/lib/*" "$@"; }

"$holdfast" lab start "$server" --mysql-home "$unpacked" --json -- \
    --innodb-buffer-pool-size="$(awk -v g="$gigabytes" 'BEGIN { printf "%d", (g > 2 ? 2048 : g * 1024) }')M" \
    --innodb-redo-log-capacity=1G --sync-binlog=0 --innodb-flush-log-at-trx-commit=2 >"$work/server.json"
"$home/bin/javac" -nowarn -proc:none -d "$work/classes" -cp "cli/target/lib/*" bench/NewerPages.java
options=$(field optionFile <"$work/server.json")
port=$(field port <"$work/server.json")
data=$(field dataFolder <"$work/server.json")
sql "INSTALL PLUGIN clone SONAME 'mysql_clone.so'; CREATE DATABASE bench;
    CREATE USER bench@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON bench.* TO bench@'127.0.0.1'"
# 4.2 million rows of sysbench are some 1 GB.
rows=$(awk -v g="$gigabytes" 'BEGIN { printf "%d", g * 4200000 / 8 }')
sysbench oltp_write_only --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user=bench \
    --mysql-password=bench --mysql-db=bench --tables=8 --table-size="$rows" --threads=2 prepare >"$work/prepare.log"
sql "DO innodb_redo_log_sharp_checkpoint()"
sync -f "$work"

backup() { # backup KIND: `full` into a new repository, `next` into one of its own
    local kind=$1 more=() t
    if [ "$kind" = full ]; then
        more=(--full)
        rm -rf "$work/full"
    fi
    t=$(now)
    "$holdfast" backup --physical --via-clone ${more[@]+"${more[@]}"} --repo "$work/$kind" --server "$server" \
        --mysql-home "$unpacked" --proof-dir "$work/proof" --json -q >"$work/$kind.json"
    took=$(since "$t")
}

backup next
turns=(full next)
for round in $(seq "$rounds"); do
    # One row of each hundredth page of the tables: 75 rows lie in one.
    lsn=$(field startLsn <"$work/next.json")
    for table in 1 2 3 4 5 6 7 8; do
        sql "UPDATE bench.sbtest$table SET pad = REVERSE(pad) WHERE id % 7500 = $((round * 977 % 7500))"
    done
    sql "DO innodb_redo_log_sharp_checkpoint()"
    java NewerPages "$data" "$lsn" | tee >(wc -c >>"$work/changed") | zstd -1 -c | wc -c >>"$work/zstd"
    for i in 0 1; do
        kind=${turns[$(((round + i) % 2))]}
        backup "$kind"
        echo "$took" >>"$work/$kind.s"
        field ddlBlockedMillis <"$work/$kind.json" >>"$work/$kind.sent"
        field storedBytes <"$work/$kind.json" >>"$work/$kind.stored"
        field changedPages <"$work/$kind.json" >>"$work/$kind.pages"
    done
    [ -n "$(field base <"$work/next.json")" ] || { cat "$work/next.json"; exit 1; }
    echo "round $round: full $(tail -1 "$work/full.s") s, next $(tail -1 "$work/next.s") s" >&2
done

m() { median <"$work/$1"; }
awk -v raw="$(field rawBytes <"$work/full.json")" -v pages="$(field pages <"$work/full.json")" \
    -v full="$(m full.s)" -v later="$(m next.s)" -v fsent="$(m full.sent)" -v nsent="$(m next.sent)" \
    -v fs="$(m full.stored)" -v ns="$(m next.stored)" -v fp="$(m full.pages)" -v np="$(m next.pages)" \
    -v changed="$(m changed)" -v same="$(m zstd)" 'BEGIN {
    printf "| of %.2f GB, %d pages; medians | s | of it DDL waited | pages stored | bytes stored | of `zstd -1` |\n|---|---:|---:|---:|---:|---:|\n", raw / 1e9, pages
    printf "| clone, `--full` | %.2f | %.2f | %d | %d | |\n", full, fsent / 1000, fp, fs
    printf "| clone, based on the one before | %.2f | %.2f | %d | %d | %.2f |\n", later, nsent / 1000, np, ns, ns / same
    printf "| the changed pages, `zstd -1` | | | %d | %d | 1 |\n", changed / 16384, same }'
echo
echo "$rounds rounds; $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%Y-%m-%d), load $(cut -d' ' -f1 /proc/loadavg) at the end."
