#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: Chromium, PostgreSQL 15 or newer, PostGIS. Says so where it may not.
set -euo pipefail

has_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || command -v initdb > /dev/null
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null
}

install() {
    echo "Installing $* for the tests"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

missing=()
command -v chromium > /dev/null || missing+=(chromium)
has_postgres || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
    if may_install; then
        install "${missing[@]}"
    else
        echo "The tests need the Debian packages ${missing[*]}; they are missing and cannot be installed from here." >&2
        exit 1
    fi
fi

# PostGIS is for the views only: without it their test says so.
if ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' > /dev/null; then
    version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2> /dev/null | sort -n | tail -1)
    if ! { may_install && install "postgresql-$version-postgis-3"; }; then
        echo "PostGIS (Debian package postgresql-${version:-15}-postgis-3) is missing: its views are not tested." >&2
    fi
fi
