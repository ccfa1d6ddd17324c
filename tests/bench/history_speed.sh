#!/usr/bin/env bash
# What `pmactor history` costs on thirty days at one sample a second (2.6 million rows), beside the sqlite3
# command line for the same rows. Usage: history_speed.sh [PROGRAM] [DAYS]
set -euo pipefail
program=${1:-build/release/pmactor}
days=${2:-30}
folder=$(mktemp -d)
trap '"$program" stop --data "$folder/data" >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
export XDG_RUNTIME_DIR="$folder"

# The program itself makes the tables.
"$program" start --data "$folder/data" >/dev/null
"$program" stop --data "$folder/data" >/dev/null
db=$folder/data/pmactor.db
sqlite3 "$db" "
  DELETE FROM samples;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $days * 86400)
  INSERT INTO samples(timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, swap_used, io_read,
    io_write, net_sent, net_recv, psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some, psi_io_full,
    stress_total, stress_load, stress_memory, stress_latency, stress_io)
  SELECT unixepoch() - $days * 86400 + i + abs(random() % 1000) / 1000.0, 1.0, abs(random() % 10000) / 100.0,
    abs(random() % 800) / 100.0, 8000000000 + i, 16000000000, 0, abs(random() % 100000000) / 7.0,
    abs(random() % 100000000) / 7.0, 1234.5, 2345.6, 0.1, 0.0, 0.0, abs(random() % 1000) / 100.0, 0.0,
    abs(random() % 600) / 10.0, 1.0, 2.0, 3.0, 0.0 FROM n;
  PRAGMA wal_checkpoint(TRUNCATE);" >/dev/null
printf '%s rows, %s MB\n' "$(sqlite3 "$db" 'SELECT count(*) FROM samples')" "$(($(stat -c %s "$db") / 1000000))"

# The medians of nine runs, in milliseconds: "WALL (CPU)". On a machine that is busy with other things only
# the second measures anything.
median() {
  local TIMEFORMAT='%3R %3U %3S'
  for _ in 1 2 3 4 5 6 7 8 9; do
    { time "$@" >/dev/null 2>&1; } 2>&1
  done | awk '{ wall[NR] = $1 * 1000; cpu[NR] = ($2 + $3) * 1000 }
    function middle(x, i, j, t) {
      for (i = 1; i <= NR; i++)
        for (j = i + 1; j <= NR; j++)
          if (x[j] < x[i]) { t = x[i]; x[i] = x[j]; x[j] = t }
      return x[int((NR + 1) / 2)]
    }
    END { printf "%.0f ms (%.0f ms CPU)", middle(wall), middle(cpu) }'
}

columns="id,timestamp,interval,cpu_pct,load_avg,mem_available,mem_total,swap_used,io_read,io_write,net_sent,\
net_recv,cpu_temp,cpu_freq,throttled,gpu_pct,psi_cpu_some,psi_mem_some,psi_mem_full,psi_io_some,psi_io_full,\
stress_total,stress_load,stress_memory,stress_thermal,stress_latency,stress_io,late_beat,late_cpu,late_memory,late_disk,\
late_mount,late_program,late_desktop"
echo "newest 100:            $(median "$program" history -n 100 --data "$folder/data")"
echo "last 24 h, sqlite3:    $(median sqlite3 -csv "$db" "SELECT $columns FROM samples WHERE timestamp >= \
unixepoch() - 86400 ORDER BY timestamp, id")"
for form in --csv --json ""; do
  # shellcheck disable=SC2086
  echo "last 24 h, ${form:-table}: $(median "$program" history --since 24h $form --data "$folder/data")"
done
echo "stress above 55, 24 h: $(median "$program" history --since 24h --stress-above 55 --data "$folder/data")"
echo "steps of 1 h, all:     $(median "$program" history --since "${days}d" --step 1h --data "$folder/data")"
for since in 1h 24h "${days}d"; do
  "$program" history --since "$since" --csv --data "$folder/data" 2>/dev/null | {
    sleep 0.05
    cat >/dev/null
  } &
  sleep 0.03
  pid=$(pgrep -n -f "history --since $since --csv --data $folder" || true)
  [[ -n $pid ]] && printf 'memory of --since %s: %s\n' "$since" "$(grep -h VmHWM "/proc/$pid/status" || true)"
  wait
done
