#!/bin/bash
# A full physical backup of a warm server beside the server's own `CLONE LOCAL DATA DIRECTORY`, and its restore beside
# `cp -r` of the directory and the server's own crash recovery. Medians; the sides take turns.
#
#   bench/full.sh [GB] [ROUNDS]      default: 1 5
#
#   MYSQL_HOME=DIR   the MySQL to use, a private unpacking (default: the one `holdfast lab` fetches)
#   WORK=DIR         a folder with eight times that space (default: a new one, removed at the end)
#
# All sides end with their files on disk: CLONE and Holdfast sync what they write, after `cp -r` comes a `sync -f`.
# Needs sysbench and zstd (Debian: apt install sysbench zstd). Prints a table for docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
gigabytes=${1:-1} rounds=${2:-5}
holdfast=$(pwd)/holdfast
unpacked=${MYSQL_HOME:-$HOME/.cache/holdfast/mysql/debian-sid}
mine=${WORK:-}
work=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/hf-full-XXXXXX")}
mkdir -p "$work"
export XDG_STATE_HOME="$work/state"
server=bench-full
home=(--mysql-home "$unpacked")

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

"$holdfast" lab start "$server" "${home[@]}" --json -- --innodb-buffer-pool-size="$((gigabytes * 1536))M" \
    --innodb-redo-log-capacity=1G --sync-binlog=0 --innodb-flush-log-at-trx-commit=2 >"$work/server.json"
options=$(field optionFile <"$work/server.json")
port=$(field port <"$work/server.json")
data=$(field dataFolder <"$work/server.json")
sql "INSTALL PLUGIN clone SONAME 'mysql_clone.so'; CREATE DATABASE bench;
    CREATE USER bench@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON bench.* TO bench@'127.0.0.1'"
# 4.2 million rows of sysbench are some 1 GB.
rows=$((gigabytes * 4200000 / 8))
sysbench oltp_write_only --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user=bench \
    --mysql-password=bench --mysql-db=bench --tables=8 --table-size="$rows" --threads=2 prepare >"$work/prepare.log"
sql "DO innodb_redo_log_sharp_checkpoint()"
sync -f "$work"
cat "$data"/bench/*.ibd >/dev/null # warm

for round in $(seq "$rounds"); do
    rm -rf "$work/clone" "$work/none" "$work/zstd"
    t=$(now)
    sql "CLONE LOCAL DATA DIRECTORY = '$work/clone'"
    since "$t" >>"$work/clone.s"
    echo >>"$work/clone.s"
    for kind in none zstd; do
        t=$(now)
        "$holdfast" backup --physical --full --compress "$kind" --repo "$work/$kind" --server "$server" --json -q \
            >"$work/$kind.json"
        since "$t" >>"$work/$kind.s"
        echo >>"$work/$kind.s"
        field seconds <"$work/$kind.json" >>"$work/$kind.own"
    done
    echo "round $round: clone $(tail -1 "$work/clone.s") s, none $(tail -1 "$work/none.s") s, zstd $(tail -1 "$work/zstd.s") s" >&2
done
raw=$(field rawBytes <"$work/zstd.json")
stored=$(du -sb "$work/zstd/packs" | cut -f1)
same=$(cd "$data" && find . -name '*.ibd' -o -name 'ibdata*' -o -name 'undo_*' | sort | tar -c --no-recursion -T - | zstd -1 -c | wc -c)

# What `cp -r` copies is what a crash leaves.
pid=$(field pid <"$work/server.json")
kill -9 "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
id=$(field id <"$work/zstd.json")
none=$(field id <"$work/none.json")
mysqld=("$loader" --library-path "$lib:$unpacked/usr/lib/mysql/private" "$unpacked/usr/sbin/mysqld" --no-defaults
    --basedir="$unpacked/usr" --lc-messages-dir="$unpacked/usr/share/mysql" --character-sets-dir="$unpacked/usr/share/mysql/charsets"
    --plugin-dir="$unpacked/usr/lib/mysql/plugin" --secure-file-priv=NULL --skip-networking --skip-log-bin --mysqlx=OFF)
[ "$(id -u)" != 0 ] || mysqld+=(--user=root)
for round in $(seq "$rounds"); do
    rm -rf "$work/copy" "$work/restored" "$work/restored-none"
    t=$(now)
    cp -r "$data" "$work/copy"
    sync -f "$work/copy"
    "${mysqld[@]}" --datadir="$work/copy" --socket="$work/copy.sock" --log-error="$work/copy.log" \
        --pid-file="$work/copy.pid" --innodb-buffer-pool-size=1G &
    copied=$!
    until grep -q 'ready for connections' "$work/copy.log" 2>/dev/null; do
        kill -0 "$copied"
        sleep 0.02
    done
    since "$t" >>"$work/cp.s"
    echo >>"$work/cp.s"
    kill "$copied"
    wait "$copied" || true
    rm -f "$work/copy.log"
    for kind in none zstd; do
        [ "$kind" = zstd ] && backup=$id || backup=$none
        rm -rf "$work/restored"
        t=$(now)
        "$holdfast" restore "$backup" --repo "$work/$kind" --into "$work/restored" --start --json -q "${home[@]}" \
            >"$work/restore.json"
        since "$t" >>"$work/restore-$kind.s"
        echo >>"$work/restore-$kind.s"
        running=$(field pid <"$work/restore.json")
        kill "$running"
        while kill -0 "$running" 2>/dev/null; do sleep 0.1; done
    done
    echo "round $round: cp and recovery $(tail -1 "$work/cp.s") s, restore $(tail -1 "$work/restore-none.s") s, of zstd $(tail -1 "$work/restore-zstd.s") s" >&2
done

awk -v raw="$raw" -v clone="$(median <"$work/clone.s")" -v none="$(median <"$work/none.s")" -v zstd="$(median <"$work/zstd.s")" \
    -v own="$(median <"$work/zstd.own")" -v stored="$stored" -v same="$same" -v cp="$(median <"$work/cp.s")" \
    -v rn="$(median <"$work/restore-none.s")" -v rz="$(median <"$work/restore-zstd.s")" 'BEGIN {
    printf "| of %.2f GB, medians | s | MB/s | against |\n|---|---:|---:|---|\n", raw / 1e9
    printf "| CLONE LOCAL DATA DIRECTORY | %.2f | %.0f | |\n", clone, raw / clone / 1e6
    printf "| backup --physical --full --compress none | %.2f | %.0f | %.2f of CLONE |\n", none, raw / none / 1e6, none / clone
    printf "| backup --physical --full | %.2f | %.0f | %.0f MB/s without the start of the JVM |\n", zstd, raw / zstd / 1e6, raw / own / 1e6
    printf "| stored by it | | | %d bytes, %.3f of `zstd -1` |\n", stored, stored / same
    printf "| cp -r, sync, the server'"'"'s recovery | %.2f | | |\n", cp
    printf "| restore --start, of --compress none | %.2f | | %.2f of cp |\n", rn, rn / cp
    printf "| restore --start | %.2f | | %.2f of cp |\n", rz, rz / cp }'
echo
echo "$rounds rounds; $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%Y-%m-%d), load $(cut -d' ' -f1 /proc/loadavg) at the end."
