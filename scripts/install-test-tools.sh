#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: Chromium. Says so where it may not.
set -euo pipefail

if command -v chromium > /dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing chromium for the browser tests"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null
else
    echo "The browser tests need Chromium (Debian package 'chromium'); it is missing and cannot be installed from here." >&2
    exit 1
fi
