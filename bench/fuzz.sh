#!/bin/bash
# Feeds every decoder of bytes from outside with new bytes for long; CI does 10 s each.
#
#   bench/fuzz.sh [DURATION [CLASS]]     a Jazzer duration (default: 1h) for each target, or for one
#
# What is found stands in fuzz/target/surefire-reports and in a file fuzz/target/crash-…, which goes into the target's
# folder of inputs below fuzz/src/test/resources so that CI tries it ever after.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/jdk.sh
find_jdk
JAVA_HOME=$home exec mvn -q -pl fuzz -am test -Dtest="${2:-*Fuzz}" -Dsurefire.failIfNoSpecifiedTests=false \
    -Djacoco.skip -Dholdfast.fuzz.duration="${1:-1h}"
