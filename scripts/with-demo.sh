#!/usr/bin/env bash
# Runs a command beside a fresh demo city:  scripts/with-demo.sh BINARY [demo options] -- COMMAND…
# The command finds the server at $LAGEBILD_URL, and the program at $LAGEBILD_BIN.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$1
shift
options=()
while [ "$1" != -- ]; do
    options+=("$1")
    shift
done
shift

scratch=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2> /dev/null || echo 18311)
"$binary" demo --dir "$scratch/demo" --port "$port" "${options[@]}" > "$scratch/log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$scratch"' EXIT

LAGEBILD_BIN=$(realpath "$binary")
export LAGEBILD_BIN
export LAGEBILD_URL="http://127.0.0.1:$port"
for _ in $(seq 600); do
    if curl -sf "$LAGEBILD_URL/readyz" > /dev/null; then
        status=0
        "$@" || status=$?
        # A log with an error in it is a failure even where the page looked well.
        if grep -E ' (ERROR|WARN) ' "$scratch/log"; then
            status=1
        fi
        exit "$status"
    fi
    if ! kill -0 "$server" 2> /dev/null; then
        break
    fi
    sleep 0.2
done
echo "The demo did not become ready:" >&2
cat "$scratch/log" >&2
exit 1
