#!/usr/bin/env bash
# Events for OpenTelemetry, judged by the protocol's own schema (protobuf, in OpenTelemetry's JavaScript packages), and
# a receiver that refuses, asks to be left alone, hangs, closes and answers by halves: nothing is lost, and what comes
# twice has the same id.
#   tests/system/otlp.sh [PROGRAM]
# The schema comes from npm, once a machine.
set -euo pipefail
program=$(readlink -f "${1:-build/release/pmactor}")
here=$(dirname "$(readlink -f "$0")")
command -v node npm sqlite3 >/dev/null || { echo "SKIPPED: no node, npm or sqlite3"; exit 77; }
modules=${XDG_CACHE_HOME:-$HOME/.cache}/pmactor/otlp
if [[ ! -d $modules/node_modules/@opentelemetry/otlp-transformer ]]; then
  mkdir -p "$modules"
  [[ -f $modules/package.json ]] || echo '{}' >"$modules/package.json"
  (cd "$modules" && npm install --no-audit --no-fund --silent @opentelemetry/otlp-transformer@0.203.0 >&2) \
    || { echo "SKIPPED: npm gives nothing"; exit 77; }
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node "$here/otlp.mjs" "$program" "$modules" "$folder"
