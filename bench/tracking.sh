#!/bin/bash
# Whether a server that was killed lists all pages that change afterwards, with its list begun anew (as the first
# backup in each run of the server does) or going on: the list against the files themselves, under the torture's load.
#   bench/tracking.sh [--servers N] [--seed S] [--goes-on]      default: 10 servers, a seed of this second
#   MYSQL_HOME=…   the MySQL to use (default: as `holdfast lab` finds or fetches it)
# Ends with status 1 if a changed page was not listed. The results are in docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/servertests.sh
. bench/servertests.sh
servers=10 seed=$(date +%s) how=anew
while [ $# -gt 0 ]; do
    case $1 in
        --servers) servers=$2; shift ;;
        --seed) seed=$2; shift ;;
        --goes-on) how=goes-on ;;
        *) sed -n '2,6p' "$0"; exit 2 ;;
    esac
    shift
done
run_among_servertests torture.TrackingBench "$servers" "$seed" "$how"
