#!/bin/bash
# Physical backups of a server on which everything happens at once: writers, DDL of every kind, a small redo log,
# restarts and kills; each restored backup is compared with what the server was (the package
# io.holdfast.servertests.torture says how). Each cycle takes one full backup and three incremental ones.
#   bench/torture.sh [--cycles N] [--seed S] [--jobs J] [--short]   default: 10 cycles, a seed of this second, 1 job
# J cycles run at a time; two are quicker on two cores, and their servers run out of redo by themselves more often.
# Cycle k of seed S is cycle 0 of seed S+k: a bad one is replayed by its own seed, though never exactly, because the
# server's threads are drawn by nobody.
#   MYSQL_HOME=…   the MySQL to use (default: as `holdfast lab` finds or fetches it)
# Ends with status 1 if a restore was not what it had to be; keeps its folder then. The results are in
# docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/servertests.sh
. bench/servertests.sh
cycles=10 seed=$(date +%s) jobs=1 form=long
while [ $# -gt 0 ]; do
    case $1 in
        --cycles) cycles=$2; shift ;;
        --seed) seed=$2; shift ;;
        --jobs) jobs=$2; shift ;;
        --short) form=short ;;
        *) sed -n '2,11p' "$0"; exit 2 ;;
    esac
    shift
done
run_among_servertests torture.TortureBench "$cycles" "$seed" "$jobs" "$form"
