#!/usr/bin/env bash
# Every value that another program computed, beside ours: a table in Markdown. The reference cases lie beside the repository
# (LAGEBILD_SHARED names the folder).
set -euo pipefail
cd "$(dirname "$0")/.."

found=$(CI=true cargo test --quiet --locked -p lagebild --test analyze -- --nocapture --test-threads 1 \
    | grep ' | ' | sed -E 's/^(test .* \.\.\. |\.+)//')
if [[ ${1:-} == --summary ]]; then
    # Per case: how many values, and the largest part of a tolerance that a difference uses up; exact ones have none.
    awk -F ' [|] ' '
        { values[$1]++; part = $6 > 0 ? $5 / $6 : 0; if (part >= largest[$1]) { largest[$1] = part; what[$1] = $2 } }
        END {
            for (name in values) printf "| %s | %d | %.0f %% (%s) |\n", name, values[name], 100 * largest[name], what[name]
        }' <<<"$found" | sort
else
    printf '| case | quantity | theirs | ours | difference | tolerance |\n|---|---|---|---|---|---|\n'
    sed 's/^/| /; s/$/ |/' <<<"$found"
fi
