#!/usr/bin/env bash
# Every page of `pmactor serve` in a real browser, over a history of thirty days at one sample a second (2.6 million
# rows): no error, no call elsewhere, nothing that axe-core finds serious; and how long a user waits: for the first
# page (300 ms at most), for a step of the zoom (100 ms), and until a pause that a daemon finds is on the page (1.5 s).
#   tests/system/web_pages.sh [PROGRAM] [DAYS] [FOLDER FOR SCREENSHOTS]
# The browser is Debian's chromium; puppeteer-core and axe-core come from npm, once a machine.
set -euo pipefail
program=$(readlink -f "${1:-build/release/pmactor}")
days=${2:-30}
shots=${3:-}
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
servers=()
# shellcheck disable=SC2317
clean_up() {
  ((${#servers[@]} == 0)) || kill "${servers[@]}" 2>/dev/null || true
  for data in "$folder/data" "$folder/live"; do
    "$program" stop --data "$data" >/dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
trap clean_up EXIT
export XDG_RUNTIME_DIR="$folder" XDG_CONFIG_HOME="$folder" XDG_STATE_HOME="$folder"

modules=${XDG_CACHE_HOME:-$HOME/.cache}/pmactor/browser
if [[ ! -d $modules/node_modules/axe-core ]]; then
  mkdir -p "$modules"
  (cd "$modules" && npm install --no-audit --no-fund --silent puppeteer-core@24 axe-core@4 >&2)
fi
[[ -f $modules/package.json ]] || echo '{}' >"$modules/package.json"

start_daemon() {
  "$program" start --data "$1" >/dev/null
  pid=$("$program" status --data "$1" --json | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$' | head -1)
}

# Sets url.
start_server() {
  "$program" serve --data "$1" --listen 127.0.0.1:0 >"$1.said" &
  servers+=($!)
  for _ in {1..100}; do
    url=$(sed -n 's/^pmactor serves //p' "$1.said" 2>/dev/null || true)
    [[ -z $url ]] || break
    sleep 0.05
  done
}

# The program itself makes the tables, and a real pause.
start_daemon "$folder/data"
kill -STOP "$pid" && sleep 3 && kill -CONT "$pid" && sleep 4
"$program" stop --data "$folder/data" >/dev/null
db=$folder/data/pmactor.db
sqlite3 "$db" "
  DELETE FROM samples;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $days * 86400)
  INSERT INTO samples(timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, swap_used, io_read,
    io_write, net_sent, net_recv, psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some, psi_io_full,
    stress_total, stress_load, stress_memory, stress_latency, stress_io,
    late_beat, late_cpu, late_disk, late_program)
  SELECT unixepoch() - $days * 86400 + i, 1.0,
    20 + 15 * sin(i / 13750.0) + abs(random() % 900) / 100.0 + iif(i % 7919 < 40, 50, 0), abs(random() % 800) / 100.0,
    8000000000 + 3000000000 * sin(i / 40000.0), 16000000000, 0, abs(random() % 30000000) / 7.0 + iif(i % 3600 < 60, 9e7, 0),
    abs(random() % 20000000) / 7.0, 1234.5 * (i % 60), 2345.6 * (i % 40), 0.1 + abs(random() % 60) / 10.0, 0.0, 0.0,
    abs(random() % 1000) / 100.0, abs(random() % 100) / 100.0, abs(random() % 60) / 6.0 + iif(i % 7919 < 40, 55, 0), 1.0, 2.0, 3.0,
    0.0, 0.0001 + iif(i % 7919 < 40, 0.09, 0), abs(random() % 400) / 100000.0, abs(random() % 200) / 10000.0,
    iif(i % 30 = 0, 0.002, NULL) FROM n;
  INSERT INTO events(kind, started, ended, duration, cause, confidence, scope, ledger, evidence, culprits, status)
  SELECT 'pause', timestamp, timestamp + 2 + id % 7, 2 + id % 7, iif(id % 3, 'io', 'cpu_wait'), 'high', 'system',
    json_object(iif(id % 3, 'io', 'cpu_wait'), 2 + id % 7), '[]', '[{\"pid\":7,\"name\":\"rsync\",\"reason\":\"wrote 298 MB/s\"}]',
    'new' FROM samples WHERE id % 43200 = 4321;
  PRAGMA wal_checkpoint(TRUNCATE);" >/dev/null
printf '%s rows, %s events\n' "$(sqlite3 "$db" 'SELECT count(*) FROM samples')" "$(sqlite3 "$db" 'SELECT count(*) FROM events')"

start_server "$folder/data"
began=$(date +%s%N)
curl -s -o /dev/null "$url"
took=$((($(date +%s%N) - began) / 1000000))
printf 'first page after the start, without a browser: %d ms\n' "$took"
failed=0
((took <= 300)) || { echo "PROBLEM the first page takes longer than 300 ms"; failed=1; }
node "$here/web_pages.mjs" "$url" "$modules" ${shots:+"$shots"} || failed=1
grep -E 'VmHWM|VmRSS' "/proc/${servers[0]}/status"

# A daemon that is stopped and goes on finds a pause; the open page shows it.
start_daemon "$folder/live"
start_server "$folder/live"
sleep 2
node "$here/web_pause.mjs" "$url" "$modules" "$pid" || failed=1
exit "$failed"
