#!/usr/bin/env bash
# Freezes the file system under the data folder for 4 s, several times, and stops the daemon within each
# freeze: proves from the database that each stop is found once, no pause is invented and no second is
# lost after the thaw. Needs root, for a file system of its own; without, it says so and exits with 77.
#   tests/system/frozen_disk.sh PROGRAM [TIMES]
set -euo pipefail
program=$(readlink -f "$1")
times=${2:-8}
folder=$(mktemp -d)
disk=$folder/disk
daemon=
finish() {
  fsfreeze --unfreeze "$disk" 2>/dev/null || true
  [[ -z $daemon ]] || kill -KILL "$daemon" 2>/dev/null || true
  [[ -z $daemon ]] || wait "$daemon" 2>/dev/null || true
  umount "$disk" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
skip() {
  echo "SKIPPED: $1"
  exit 77
}

((EUID == 0)) || skip "it needs root"
command -v mkfs.ext4 >/dev/null && command -v fsfreeze >/dev/null || skip "there is no mkfs.ext4 or fsfreeze"
mkdir "$disk"
truncate -s 128M "$folder/image"
mkfs.ext4 -q "$folder/image"
mount -o loop "$folder/image" "$disk" 2>/dev/null || skip "no image can be mounted here"

# The log lies on the frozen disk as well.
printf '[sampling]\nnormal_interval = 1.0\n' >"$folder/config.toml"
XDG_RUNTIME_DIR=$folder "$program" run --data "$disk/data" --config "$folder/config.toml" \
  >"$folder/said" 2>&1 &
daemon=$!
database=$disk/data/pmactor.db
ask() {
  sqlite3 -readonly "$database" "$1"
}
for ((i = 0; i < 150; ++i)); do
  [[ -f $database && $(ask 'SELECT count(*) FROM samples' 2>/dev/null) -ge 3 ]] && break
  sleep 0.1
done
began=$(date +%s.%N)
for ((i = 1; i <= times; ++i)); do
  fsfreeze --freeze "$disk"
  sleep 1
  kill -STOP "$daemon"
  sleep 0.5
  kill -CONT "$daemon"
  sleep 2.5
  fsfreeze --unfreeze "$disk"
  sleep 2
done
kill -TERM "$daemon"
wait "$daemon" || { echo "the daemon ended with $?; it said:"; tail "$folder/said"; exit 1; }
daemon=

# The host's own pauses are none of ours: where others hold the CPUs, that is what they are called.
stops=$(ask "SELECT count(*) FROM events WHERE kind = 'pause' AND cause = 'stopped' AND started > $began")
others=$(ask "SELECT count(*) FROM events WHERE kind = 'pause' AND started > $began
              AND cause NOT IN ('stopped', 'cpu_wait', 'stolen')")
# A second is a sample of its own, but while the daemon was stopped.
missing=$(ask "WITH steps AS (SELECT timestamp - lag(timestamp) OVER (ORDER BY timestamp) AS s FROM samples)
               SELECT coalesce(sum(CAST(s - 0.5 AS INTEGER)), 0) FROM steps WHERE s > 1.6")
printf '%d freezes of 4 s: %d of %d stops found, %d pauses invented, %d seconds missing\n' \
  "$times" "$stops" "$times" "$others" "$missing"
((stops == times && others == 0 && missing == 0))
