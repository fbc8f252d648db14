#!/bin/bash
# Whether a server that was killed lists all pages that change afterwards, with its list begun anew (as the first
# backup in each run of the server does) or going on: the list against the files themselves, under the torture's load.
#   bench/tracking.sh [--servers N] [--seed S] [--goes-on]      default: 10 servers, a seed of this second
#   MYSQL_HOME=…   the MySQL to use (default: as `holdfast lab` finds or fetches it)
# Ends with status 1 if a changed page was not listed. The results are in docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/jdk.sh
. tools/jdk.sh
find_jdk
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
[ -z "${MYSQL_HOME:-}" ] || export HOLDFAST_MYSQL_HOME=$MYSQL_HOME
./holdfast --version >/dev/null # builds what is missing
JAVA_HOME=$home mvn -B -q -ntp -pl servertests -am -DskipTests -Dspotless.check.skip=true test-compile </dev/null
modules=$(printf '%s:' ./*/target/classes)
exec "$home/bin/java" -Xmx256m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "servertests/target/test-classes:$modules:cli/target/lib/*" \
    io.holdfast.servertests.torture.TrackingBench "$servers" "$seed" "$how"
