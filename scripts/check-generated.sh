#!/usr/bin/env bash
# Fails when the OpenAPI document or the types made from it are stale. `make generated` writes them anew.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo build --quiet --workspace --bins --locked
"${CARGO_TARGET_DIR:-target}/debug/lagebild" openapi > "$scratch/openapi.json"
if ! diff -u docs/openapi.json "$scratch/openapi.json"; then
    echo "docs/openapi.json is stale: run 'make generated'" >&2
    exit 1
fi
(cd web && npx --no-install openapi-typescript ../docs/openapi.json -o "$scratch/schema.d.ts" > /dev/null)
if ! diff -u web/src/api/schema.d.ts "$scratch/schema.d.ts"; then
    echo "web/src/api/schema.d.ts is stale: run 'make generated'" >&2
    exit 1
fi
