#!/bin/bash
# How often a server with 8 MiB of redo log comes to wait for room in it for ever, by itself: the torture's load and no
# backup at all.
#   bench/outofredo.sh [--servers N] [--seed S] [--tracked]      default: 10 servers, a seed of this second
#   MYSQL_HOME=…   the MySQL to use (default: as `holdfast lab` finds or fetches it)
# With --tracked the server is asked to track pages in the midst of each load, as a backup does. Prints how many servers
# came to an end that way; the results are in docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/servertests.sh
. bench/servertests.sh
servers=10 seed=$(date +%s) how=untracked
while [ $# -gt 0 ]; do
    case $1 in
        --servers) servers=$2; shift ;;
        --seed) seed=$2; shift ;;
        --tracked) how=tracked ;;
        *) sed -n '2,7p' "$0"; exit 2 ;;
    esac
    shift
done
run_among_servertests torture.OutOfRedoBench "$servers" "$seed" "$how"
