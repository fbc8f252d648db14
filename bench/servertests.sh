# Runs a program that lies among the server tests, for the scripts of this folder that are one: they source this, in the
# project's folder.
#   run_among_servertests CLASS ARGUMENT…   in place of the script
# With MYSQL_HOME set, on that MySQL.

# shellcheck source=tools/jdk.sh
. tools/jdk.sh

run_among_servertests() {
    find_jdk
    [ -z "${MYSQL_HOME:-}" ] || export HOLDFAST_MYSQL_HOME=$MYSQL_HOME
    ./holdfast --version >/dev/null # builds what is missing
    JAVA_HOME=$home mvn -B -q -ntp -pl servertests -am -DskipTests -Dspotless.check.skip=true test-compile </dev/null
    local modules
    modules=$(printf '%s:' ./*/target/classes)
    exec "$home/bin/java" -Xmx256m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -cp "servertests/target/test-classes:$modules:cli/target/lib/*" "io.holdfast.servertests.$1" "${@:2}"
}
