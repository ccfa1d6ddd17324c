#!/usr/bin/env bash
# How long `pmactor start` and `pmactor stop` take, from the command's begin to its end. Usage: stop_speed.sh
# [PROGRAM] [ROUNDS]
set -euo pipefail
program=${1:-build/release/pmactor}
rounds=${2:-21}
folder=$(mktemp -d)
trap '"$program" stop --data "$folder/data" >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
export XDG_RUNTIME_DIR="$folder"

for ((i = 0; i < rounds; ++i)); do
  begin=$EPOCHREALTIME
  "$program" start --timeout 60 --data "$folder/data" >/dev/null
  middle=$EPOCHREALTIME
  sleep 0.3
  before=$EPOCHREALTIME
  "$program" stop --data "$folder/data" >/dev/null
  after=$EPOCHREALTIME
  echo "$(((${middle/./} - ${begin/./}) / 1000)) $(((${after/./} - ${before/./}) / 1000))"
done | awk '
  { start[NR] = $1; stop[NR] = $2 }
  function sort(x, i, j, t) {
    for (i = 1; i <= NR; i++)
      for (j = i + 1; j <= NR; j++)
        if (x[j] < x[i]) { t = x[i]; x[i] = x[j]; x[j] = t }
  }
  END {
    sort(start); sort(stop)
    middle = int((NR + 1) / 2)
    printf "start: median %d ms, longest %d ms\nstop:  median %d ms, longest %d ms\n", start[middle], start[NR],
      stop[middle], stop[NR]
  }'
