#!/usr/bin/env bash
# Installs the programs that `make bench` compares with, where they are missing. Without one, its lines are left out.
set -euo pipefail

missing=()
command -v sqlite3 > /dev/null || missing+=(sqlite3)
compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing+=(postgresql)
if [ ${#missing[@]} = 0 ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing ${missing[*]} to compare with"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" > /dev/null
else
    echo "Not compared with, because missing and not installable from here: ${missing[*]} (Debian packages)." >&2
fi
