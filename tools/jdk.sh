# Finds the JDK for ./holdfast and ./verify, which source this. Sets $home, or ends with what to
# install.

java_wanted=25

die() {
    printf '%s\n' "$@" >&2
    exit 2
}

# Whether the folder is a JDK that is new enough. Reads its release file: running java takes longer.
is_jdk() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=*)
                version=${line#*\"}
                version=${version%%[!0-9]*}
                [ "${version:-0}" -ge $java_wanted ]
                return
                ;;
        esac
    done <"$1/release"
    return 1
}

find_jdk() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /usr/local/lib/jvm/* /opt/java/* /opt/jdk* \
        "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
        [ -n "$home" ] && is_jdk "$home" && return 0
    done
    if java=$(command -v java) && java=$(readlink -f "$java"); then
        home=${java%/bin/java}
        is_jdk "$home" && return 0
    fi
    die "error[JDK_NOT_FOUND]: there is no JDK $java_wanted or later on this machine" \
        "  where: JAVA_HOME, /usr/lib/jvm, ~/.sdkman, PATH" \
        "  do:    apt-get install openjdk-$java_wanted-jdk-headless, or get Temurin $java_wanted from adoptium.net; then set JAVA_HOME"
}
