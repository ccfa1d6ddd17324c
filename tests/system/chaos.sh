#!/usr/bin/env bash
# Fails a random actor every 200 ms, with the policy storing every second, and proves from the database
# that no second is missing and none is stored twice; and from the log, that inspect counts every restart.
#   tests/system/chaos.sh PROGRAM [SECONDS]
set -euo pipefail
source "${BASH_SOURCE[0]%/*}/drill.sh"
seconds=${2:-60}
start_drill "$1" ''
# Sets $held to what the daemon has of its own, in kB, over two seconds: how much of the libraries is resident depends
# on what else runs.
read_own_memory() {
  local readings=()
  while ((${#readings[@]} < 21)); do
    read_status
    readings+=("$own_memory")
    sleep 0.1
  done
  held=$(median "${readings[@]}")
}
# The first half warms up: the heap settles in minutes, by 1.3 MB in all.
warm=$((seconds > 20 ? seconds / 2 : 10))
sleep "$((warm - 2))"
read_own_memory
before=$held
sleep "$((seconds > warm + 4 ? seconds - warm - 2 : 2))"
read_own_memory
after=$held
end_drill
count_restarts
# A tick may be late by a restart, but it stays its second's: rounding says which one.
sqlite3 "$database" "
  WITH first AS (SELECT min(timestamp) AS t FROM samples),
       seconds AS (SELECT CAST(timestamp - t + 0.5 AS INTEGER) AS s FROM samples, first)
  SELECT count(*), count(DISTINCT s), max(s) + 1 FROM seconds;" | {
  IFS='|' read -r rows distinct span
  printf '%d s of drill: %d rows, %d seconds missing, %d stored twice, %d restarts, memory %d kB -> %d kB\n' \
    "$seconds" "$rows" "$((span - distinct))" "$((rows - distinct))" "$restarts" "$before" "$after"
  ((rows == distinct && span == distinct && rows >= seconds - 2 && restarts >= seconds * 3)) || exit 1
  # A sanitizer keeps what was freed, to see it being used.
  [[ -n ${PMACTOR_SANITIZED:-} ]] || ((after - before < 512))
}
