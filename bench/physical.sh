#!/bin/bash
# Incremental physical backups after 1 % of the pages changed, and after as many as are 1 % of 1 GB, by scan and by the
# server's page tracking, beside a full one of the same moment; and what the page maps of a 10 TB database cost. Medians;
# the kinds take turns.
#
#   bench/physical.sh [GB] [ROUNDS] [TB of the map]      default: 8 5 10; 0 TB: no map
#
#   MYSQL_HOME=DIR   the MySQL to use, a private unpacking (default: the one `holdfast lab` fetches)
#   WORK=DIR         a folder with three times that space (default: a new one, removed at the end)
#   COLD=1           as root: the kernel forgets the files before each backup
#
# The server writes its changed pages out before each round, which is timed apart: a backup does it too where it must,
# and has nothing left to do then. Times are of the whole process, the start of the JVM included. The changed pages are
# counted and compressed from the server's own files.
# Needs sysbench and zstd (Debian: apt install sysbench zstd). Prints tables for docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
gigabytes=${1:-8} rounds=${2:-5} terabytes=${3:-10}
# shellcheck source=tools/jdk.sh
. tools/jdk.sh
find_jdk
holdfast=$(pwd)/holdfast
unpacked=${MYSQL_HOME:-$HOME/.cache/holdfast/mysql/debian-sid}
mine=${WORK:-}
work=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/hf-physical-XXXXXX")}
mkdir -p "$work"
export XDG_STATE_HOME="$work/state"
server=bench-physical

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
"$home/bin/javac" -nowarn -proc:none -d "$work/classes" -cp "cli/target/lib/*" bench/NewerPages.java bench/PageMapBench.java
options=$(field optionFile <"$work/server.json")
port=$(field port <"$work/server.json")
socket=$(field socket <"$work/server.json")
data=$(field dataFolder <"$work/server.json")
# Without SYSTEM_VARIABLES_ADMIN an account cannot ask for the list of changed pages.
for account in scan tracking; do
    sql "CREATE USER $account@localhost IDENTIFIED BY 'bench'; GRANT SELECT, PROCESS, RELOAD, REPLICATION CLIENT,
        BACKUP_ADMIN ON *.* TO $account@localhost"
    printf '[client]\nsocket=%s\nuser=%s\npassword=bench\n' "$socket" "$account" >"$work/$account.cnf"
    chmod 600 "$work/$account.cnf"
done
sql "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO tracking@localhost; INSTALL COMPONENT 'file://component_mysqlbackup';
    CREATE DATABASE bench; CREATE USER bench@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON bench.* TO bench@'127.0.0.1'"
# 4.2 million rows of sysbench are some 1 GB.
rows=$(awk -v g="$gigabytes" 'BEGIN { printf "%d", g * 4200000 / 8 }')
sysbench oltp_write_only --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user=bench \
    --mysql-password=bench --mysql-db=bench --tables=8 --table-size="$rows" --threads=2 prepare >"$work/prepare.log"
sync -f "$work"

backup() { # backup KIND: `full` into a new repository, the others into one of their own
    local kind=$1 account=$1 more=() t
    if [ "$kind" = full ]; then
        account=scan more=(--full)
        rm -rf "$work/full"
    fi
    if [ -n "${COLD:-}" ]; then
        sync
        echo 3 >/proc/sys/vm/drop_caches
    fi
    t=$(now)
    "$holdfast" backup --physical ${more[@]+"${more[@]}"} --repo "$work/$kind" --defaults-file "$work/$account.cnf" \
        --json -q >"$work/$kind.json"
    took=$(since "$t")
}
expect() { # expect KIND METHOD
    [ "$(field method <"$work/$1.json")" = "$2" ] || { cat "$work/$1.json"; exit 1; }
}

sql "DO innodb_redo_log_sharp_checkpoint()"
for kind in scan tracking; do
    backup "$kind"
    expect "$kind" FULL
done
turns=(scan tracking full)
drawn=0
measure() { # measure NAME STEP: rounds in which one row in STEP of each table was changed, and their table
    local figures=$work/$1 step=$2 round lsn table t i kind
    mkdir "$figures"
    for round in $(seq "$rounds"); do
        drawn=$((drawn + 1))
        lsn=$(field startLsn <"$work/scan.json")
        for table in 1 2 3 4 5 6 7 8; do
            sql "UPDATE bench.sbtest$table SET pad = REVERSE(pad) WHERE id % $step = $((drawn * 977 % step))"
        done
        t=$(now)
        sql "DO innodb_redo_log_sharp_checkpoint()"
        since "$t" >>"$figures/checkpoint.s"
        echo >>"$figures/checkpoint.s"
        java NewerPages "$data" "$lsn" | tee >(wc -c >>"$figures/changed") | zstd -1 -c | wc -c >>"$figures/zstd"
        for i in 0 1 2; do
            kind=${turns[$(((round + i) % 3))]}
            backup "$kind"
            echo "$took" >>"$figures/$kind.s"
            field seconds <"$work/$kind.json" >>"$figures/$kind.own"
            field storedBytes <"$work/$kind.json" >>"$figures/$kind.stored"
            field changedPages <"$work/$kind.json" >>"$figures/$kind.pages"
        done
        expect scan SCAN
        expect tracking TRACKING
        echo "$1, round $round: full $(tail -1 "$figures/full.s") s, scan $(tail -1 "$figures/scan.s") s," \
            "tracking $(tail -1 "$figures/tracking.s") s; checkpoint $(tail -1 "$figures/checkpoint.s") s" >&2
    done
    print_table "$figures"
}

print_table() { # print_table FIGURES
    m() { median <"$1"; }
    (
        cd "$1"
        awk -v raw="$(field rawBytes <"$work/full.json")" -v pages="$(field pages <"$work/full.json")" \
            -v full="$(m full.s)" -v scan="$(m scan.s)" -v tracking="$(m tracking.s)" -v checkpoint="$(m checkpoint.s)" \
            -v fullown="$(m full.own)" -v scanown="$(m scan.own)" -v trackingown="$(m tracking.own)" \
            -v fs="$(m full.stored)" -v ss="$(m scan.stored)" -v ts="$(m tracking.stored)" \
            -v fp="$(m full.pages)" -v sp="$(m scan.pages)" -v tp="$(m tracking.pages)" \
            -v changed="$(m changed)" -v same="$(m zstd)" 'BEGIN {
            printf "| of %.2f GB, %d pages; medians | s | without the start | of the full | pages stored | bytes stored | of `zstd -1` |\n|---|---:|---:|---:|---:|---:|---:|\n", raw / 1e9, pages
            printf "| full | %.2f | %.2f | 1 | %d | %.0f | |\n", full, fullown, fp, fs
            printf "| incremental, scan | %.2f | %.2f | %.3f | %d | %d | %.2f |\n", scan, scanown, scan / full, sp, ss, ss / same
            printf "| incremental, page tracking | %.2f | %.2f | %.3f | %d | %d | %.2f |\n", tracking, trackingown, tracking / full, tp, ts, ts / same
            printf "| the server'"'"'s checkpoint before | %.2f | | | | | |\n", checkpoint
            printf "| the changed pages, `zstd -1` | | | | %d | %.0f | 1 |\n", changed / 16384, same }'
    )
    echo
}

# 75 rows lie in a page, so one row in 7,500 is one page in a hundred.
measure hundredth 7500
measure as-of-1-GB $((gigabytes * 7500))
"$holdfast" lab remove "$server" >/dev/null
if [ "$terabytes" != 0 ]; then
    java io.holdfast.backup.physical.PageMapBench "$work/map" "$terabytes"
    echo
fi
echo "$rounds rounds; $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%Y-%m-%d), load $(cut -d' ' -f1 /proc/loadavg) at the end."
