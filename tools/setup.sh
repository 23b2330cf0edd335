#!/bin/sh
# Make .venv with the pinned packages. Finds Python 3.11 or newer; as root on Debian it installs one, and Java 17
# for the tests of the Spark engine. Without Java these are skipped and all else works.
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

install_java() {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends openjdk-17-jre-headless ||
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends default-jre-headless
}

python=$(find_python)
if [ -z "$python" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3 python3-venv
    python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "huiqi needs Python 3.11 or newer with venv (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
fi

if ! has_java && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    install_java || echo "Java could not be installed." >&2
fi
has_java || echo "No Java 17 or newer: the tests of the Spark engine are skipped, all else works." >&2

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
