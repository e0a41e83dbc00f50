# shellcheck shell=bash
# Sourced by ./millrace and ./dev: says clearly when a tool is missing, and keeps a class path built once.

need() { # need <command> <what it is and where to get it>
    command -v "$1" > /dev/null 2>&1 || fail "$2 is missing: '$1' is not on the PATH."
}

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# The java to run with: that of JAVA_HOME if set, as Maven does it. 17 or newer.
find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it."
    else
        need java "A JDK, 17 or newer,"
        java=java
    fi
    if [ -z "${1:-}" ]; then
        return
    fi
    local version
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 17 ] || fail "A JDK, 17 or newer, is needed; $java is version ${version:-unknown}."
    local javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
    need "$javac" "A JDK, not only a Java runtime,"
}

# What building needs. Takes half a second, so it is asked before a build only.
need_build_tools() {
    find_java check
    need git "git"
    need mvn "Maven, 3.8 or newer,"
    local version
    version=$(mvn -v 2> /dev/null | sed -n 's/.*Apache Maven \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    set -- $version
    [ "${1:-0}" -gt 3 ] || { [ "${1:-0}" -eq 3 ] && [ "${2:-0}" -ge 8 ]; } ||
        fail "Maven, 3.8 or newer, is needed; mvn is version ${version:-unknown}."
}

# class_path <module>: sets class_path; runs Maven only when a source is newer than the last build.
# The folder of the repository is $root.
class_path() {
    local module=$root/$1
    if ! is_built "$module/target/classpath.txt"; then
        need_build_tools
        echo "${0##*/}: building; the first time this fetches libraries and takes a minute or two ..." >&2
        (cd "$root" && mvn -q -B -Dstyle.color=never -Dquickly -pl "$1" -am compile >&2) || fail "the build failed; see above."
        touch "$module/target/classpath.txt"
    fi
    class_path=$module/target/classes:$(cat "$module/target/classpath.txt")
}

is_built() {
    [ -f "$1" ] || return 1
    [ -z "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main -newer "$1" | head -n 1)" ] || return 1
    local entry IFS=:
    for entry in $(cat "$1"); do
        [ -e "$entry" ] || return 1
    done
}
