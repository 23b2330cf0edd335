#!/bin/sh
# Make .venv with the pinned packages. Finds Python 3.11 or newer; as root on Debian it installs one, and what some
# tests need: Java 17 (Spark), PostgreSQL, Chromium. Without them these tests are skipped and all else works.
set -eu

usable() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if usable "$name"; then
            echo "$name"
            return
        fi
    done
}

has_java() {
    version=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 17 ]
}

has_postgres() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1
}

has_chromium() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1
}

is_debian_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

updated=
install() {
    [ -n "$updated" ] || apt-get update -q
    updated=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

python=$(find_python)
if [ -z "$python" ] && is_debian_root; then
    install python3 python3-venv
    python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "huiqi needs Python 3.11 or newer with venv (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
fi

if is_debian_root; then
    has_java || install openjdk-17-jre-headless || install default-jre-headless || echo "Java could not be installed." >&2
    has_postgres || install postgresql || echo "PostgreSQL could not be installed." >&2
    has_chromium || install chromium fonts-noto-cjk || echo "Chromium could not be installed." >&2
fi
has_java || echo "No Java 17 or newer: the tests of the Spark engine are skipped, all else works." >&2
has_postgres || echo "No PostgreSQL: the site is tested on SQLite alone." >&2
has_chromium || echo "No Chromium: the tests in a browser are skipped." >&2

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
