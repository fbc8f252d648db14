#!/bin/bash
# Takes backups while a server is written to and its schema changes every second, and compares each
# with what its own GTID set says it must hold (the package
# io.holdfast.servertests.storm says how):
#   bench/storm.sh [backups] [writes per second] [options of `holdfast backup`…]      default: 20 3000
#   RESTORES=2     how many of them are restored into a folder, too
#   BACKUP_USER=…  `plain` has no BACKUP_ADMIN; default: root
#   MYSQL_HOME=…   the MySQL to use (default: as `holdfast lab` finds or fetches it)
# Leaves nothing running. Ends with status 1 if a backup differs. The results are in docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/jdk.sh
. tools/jdk.sh
find_jdk
backups=${1:-20} rate=${2:-3000}
shift $(($# < 2 ? $# : 2))
holdfast=${BENCH_HOLDFAST:-$(pwd)/holdfast}
work=$(mktemp -d "${TMPDIR:-/tmp}/hf-storm-XXXXXX")
export XDG_STATE_HOME="$work/state"
home_option=()
[ -z "${MYSQL_HOME:-}" ] || home_option=(--mysql-home "$MYSQL_HOME")
load=

clean() {
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    "$holdfast" lab remove storm >/dev/null 2>&1 || true
    [ -n "${BENCH_KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

field() { # field NAME < JSON objects
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}
classes=$work/classes
java() { "$home/bin/java" -Xmx256m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$classes:cli/target/lib/*" io.holdfast.servertests.storm.StormBench "$@"; }

"$holdfast" lab start storm "${home_option[@]}" --json -- --sync-binlog="${BENCH_SYNC_BINLOG:-1}" >"$work/server.json"
socket=$(field socket <"$work/server.json")
tests=servertests/src/test/java/io/holdfast/servertests
"$home/bin/javac" -nowarn -proc:none -d "$classes" -cp "cli/target/lib/*" \
    "$tests"/storm/{Storm*,SchemaLog,Retry}.java "$tests/fixture/StoredRows.java"
options=$(field optionFile <"$work/server.json")
password=$(sed -n 's/^password *= *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$options" | head -1)
java run "$socket" "$password" "$rate" "$work/load" >"$work/load.out" 2>&1 &
load=$!
until [ -s "$work/load/rates" ]; do
    kill -0 "$load" || { cat "$work/load.out"; exit 1; }
    sleep 1
done
sleep 10 # the JVM and the server warm up

from=(--server storm)
if [ -n "${BACKUP_USER:-}" ]; then
    printf '[client]\nsocket=%s\nuser=%s\npassword=secret\n' "$socket" "$BACKUP_USER" >"$work/user.cnf"
    chmod 600 "$work/user.cnf"
    from=(--defaults-file "$work/user.cnf")
fi
ids=()
failed=0
for round in $(seq "$backups"); do
    if timeout 300 "$holdfast" backup --logical "${from[@]}" --repo "$work/repo" --json "$@" >"$work/backup.json" 2>"$work/backup.err"; then
        ids+=("$(field id <"$work/backup.json" | tail -1)")
        cat "$work/backup.json" >>"$work/backups.json"
        echo "$round: $(field seconds <"$work/backup.json" | tail -1) s, writers stopped for $(field writersStoppedMillis <"$work/backup.json" | tail -1) ms, DDL held back for $(field ddlBlockedMillis <"$work/backup.json" | tail -1) ms, lock tries $(field lockTries <"$work/backup.json" | tail -1), snapshots $(field snapshots <"$work/backup.json" | tail -1)"
    else
        echo "$round: failed with status $?:"
        grep -v '^waiting' "$work/backup.err" | tail -4
        failed=$((failed + 1))
    fi
    sleep 2 # DDL runs
done
touch "$work/load/stop"
wait "$load" || true
load=
cat "$work/load.out"
awk '{ print $1 }' "$work/load/rates" | sort -n | awk '{ r[NR] = $1 } END { print "writes in a second: median " r[int((NR + 1) / 2)] ", least " r[1] }'
awk '{ print $2 }' "$work/load/rates" | sort -n | awk '{ r[NR] = $1 } END { print "longest transaction: " r[NR] " ms; the median second had " r[int((NR + 1) / 2)] " ms" }'
echo "$((backups - failed)) of $backups succeeded; writers were stopped by a backup for at most $(field writersStoppedMillis <"$work/backups.json" | sort -n | tail -1) ms"
for id in "${ids[@]:0:${RESTORES:-2}}"; do
    "$holdfast" restore "$id" --into "$work/restored" --repo "$work/repo" "${home_option[@]}" >"$work/restore.out" 2>&1 &&
        echo "restored $id, every hash equal" || { tail -5 "$work/restore.out"; exit 1; }
    rm -rf "$work/restored"
done
java check "$work/repo" "$work/load" "${ids[@]}"
