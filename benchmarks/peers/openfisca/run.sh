#!/usr/bin/env bash
# Ten measures of Qingdao 2012 No. 46 in OpenFisca-core, in an environment of its own outside the checkout.
# The environment is made at the first call and again whenever requirements.txt changes; delete it at will.
#   run.sh --register DIR --as-of 2013-06-30 --variant idiomatic|tuned [--answers FILE]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
environment=${HUIQI_PEERS:-${TMPDIR:-/tmp}/huiqi-peers}/openfisca
if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    rm -rf "$environment"
    python3 -m venv "$environment" >&2
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$environment/requirements.txt"
fi
exec "$environment/bin/python" "$here/run.py" "$@"
