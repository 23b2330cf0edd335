# Sourced by the run.sh of a peer: makes its environment below $HUIQI_PEERS at the first call and again
# whenever its requirements.txt changes, then starts its run.py there. Expects `here`, the folder of the peer.
environment=${HUIQI_PEERS:-${TMPDIR:-/tmp}/huiqi-peers}/$(basename "$here")
if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    rm -rf "$environment"
    python3 -m venv "$environment" >&2
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$environment/requirements.txt"
fi
export PYTHONPATH="$here/../common" PYTHONDONTWRITEBYTECODE=1
exec "$environment/bin/python" "$here/run.py" "$@"
