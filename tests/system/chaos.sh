#!/usr/bin/env bash
# Fails a random actor every 200 ms, with the policy storing every second, and proves from the database
# that no second is missing and none is stored twice; and from the log, that inspect counts every restart.
#   tests/system/chaos.sh PROGRAM [SECONDS]
set -euo pipefail
program=$(readlink -f "$1")
seconds=${2:-60}
folder=$(mktemp -d)
daemon=
finish() {
  [[ -z $daemon ]] || kill -KILL "$daemon" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

cat >"$folder/config.toml" <<'T'
[sampling]
normal_interval = 1.0

[supervision]
intensity = 1000 # a drill is no reason to give up
backoff_first = 0.01
backoff_max = 0.1

[log]
level = "warning"
max_size = 1000
T
"$program" run --data "$folder/data" --config "$folder/config.toml" --drill 200 >"$folder/said" 2>&1 &
daemon=$!
# Its own memory; how much of the libraries is resident depends on what else runs.
memory_kb() {
  awk '/^Pss_Anon:/ {print $2}' "/proc/$daemon/smaps_rollup"
}
sleep 10
before=$(memory_kb)
sleep "$((seconds > 12 ? seconds - 10 : 2))"
after=$(memory_kb)
report=$("$program" inspect --data "$folder/data" --json) || true
kill -TERM "$daemon"
wait "$daemon" || { echo "the daemon ended with $?; it said:"; tail "$folder/said"; exit 1; }
daemon=

restarts=$(grep -o '"restarts": *[0-9]*' <<<"$report" | awk -F: '{n += $2} END {print n + 0}')
# One more may have come between that report and the end.
logged=$(grep -c ' supervisor child-restarted: ' "$folder/data/log/pmactor.log")
((logged >= restarts && logged <= restarts + 1)) || {
  echo "inspect counts $restarts restarts where the log has $logged"
  exit 1
}
# A tick may be late by a restart, but it stays its second's: rounding tells which one.
sqlite3 "$folder/data/pmactor.db" "
  WITH first AS (SELECT min(timestamp) AS t FROM samples),
       seconds AS (SELECT CAST(timestamp - t + 0.5 AS INTEGER) AS s FROM samples, first)
  SELECT count(*), count(DISTINCT s), max(s) + 1 FROM seconds;" | {
  IFS='|' read -r rows distinct span
  printf '%d s of drill: %d rows, %d seconds missing, %d stored twice, %d restarts, memory %d kB -> %d kB\n' \
    "$seconds" "$rows" "$((span - distinct))" "$((rows - distinct))" "$restarts" "$before" "$after"
  ((rows == distinct && span == distinct && rows >= seconds - 2 && restarts >= seconds * 3)) \
    && ((after - before < 512))
}
