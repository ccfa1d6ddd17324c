#!/usr/bin/env bash
# Runs the daemon for a while on the real clock and the real scheduler, in all the trouble that a script can
# make: a random actor fails every 200 ms; the process is stopped for 0.3 to 2 s, made to read its settings
# again, bereft of its sampler child, all of it also at once; now and then others want CPU and disk. Then it
# proves that nothing grows, nothing is left behind, and nothing is lost.
#   tests/system/soak.sh PROGRAM [MINUTES [SEED]]
# MINUTES may be a fraction. Exits with 0 if all holds; else says what does not, and keeps the data.
set -euo pipefail
export LC_ALL=C # the clock is written with a point
source "${BASH_SOURCE[0]%/*}/drill.sh"
seconds=$(awk -v m="${2:-60}" 'BEGIN {printf "%d", m * 60}')
seed=${3:-$((SRANDOM % 1000000))}
RANDOM=$seed
((seconds >= 30)) || {
  echo "a soak takes half a minute at least" >&2
  exit 2
}
# Of each window the median counts (see median). The first window warms up, the second is what all later ones are held
# against.
window=$((seconds / 6 < 60 ? seconds / 6 : 60))

now() { # in microseconds
  echo "${EPOCHREALTIME/./}"
}

# ---- trouble ------------------------------------------------------------------------------------------
stops=0 reloads=0 kills=0 bursts=0

reload() {
  kill -HUP "$daemon"
  reloads=$((reloads + 1))
}

kill_sampler() {
  local child words
  for child in $(cat /proc/"$daemon"/task/*/children 2>/dev/null); do
    mapfile -d '' words 2>/dev/null <"/proc/$child/cmdline" || continue
    if [[ ${words[1]:-} == sample ]] && kill -KILL "$child" 2>/dev/null; then
      kills=$((kills + 1))
    fi
  done
}

# The truth about each stop is kept, to be held against the database.
stop() {
  local length=$((300 + RANDOM % 1700)) began ended
  began=$EPOCHREALTIME
  kill -STOP "$daemon"
  case $((RANDOM % 6)) in
    0) reload ;;
    1) kill_sampler ;;
  esac
  sleep "$((length / 1000)).$(printf %03d $((length % 1000)))"
  ended=$EPOCHREALTIME
  kill -CONT "$daemon"
  echo "$began,$ended" >>"$folder/stops"
  stops=$((stops + 1))
  sleep 1 # two stops that are closer may be one pause
}

burst() {
  local until=$((SECONDS + 4))
  (while ((SECONDS < until)); do :; done) &
  (while ((SECONDS < until)); do :; done) &
  dd if=/dev/zero of="$folder/burst" bs=1M count=64 conv=fsync status=none &
  bursts=$((bursts + 1))
}

# ---- readings -----------------------------------------------------------------------------------------
declare -A dead_since=()

read_daemon() {
  local child state open
  read_status
  open=(/proc/"$daemon"/fd/*)
  descriptors=${#open[@]}
  # A child is a zombie for an instant whenever one ends, and for as long as its parent is stopped.
  for child in $(cat /proc/"$daemon"/task/*/children 2>/dev/null); do
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$child/status" 2>/dev/null) || true
    [[ $state == Z ]] || continue
    : "${dead_since[$child]:=$SECONDS}"
    if ((SECONDS - dead_since[$child] >= 10)); then
      fail "child $child is dead, and its actor has not noticed"
      dead_since[$child]=$((SECONDS + 1000000))
    fi
  done
}

failed=0
fail() {
  echo "FAILED: $*"
  failed=1
}

bytes_stored() {
  stat -c %s "$database" "$database-wal" 2>/dev/null | awk '{n += $1} END {print n + 0}'
}

# Ends a window: prints it, and holds it against the second one.
windows=0 most_memory=0 most_own=0 rows=0
end_window() {
  windows=$((windows + 1))
  local m o d t before=$rows
  m=$(median "${memories[@]}") o=$(median "${owns[@]}") d=$(median "${opens[@]}") t=$(median "${tasks[@]}")
  rows=$(sqlite3 -readonly "$database" 'SELECT count(*) FROM samples')
  printf '%6d %9d %9d %12d %8d %6d %9d %6d %8d %6d %7d\n' "$((($(now) - began) / 1000000))" "$m" "$o" "$d" "$t" \
    "$rows" "$(($(bytes_stored) / 1000))" "$stops" "$reloads" "$kills" "$bursts"
  memories=() owns=() opens=() tasks=()
  if ((rows == before)); then
    fail "nothing more is stored"
    end=0
  fi
  if ((windows <= 2)); then
    memory_due=$m own_due=$o descriptors_due=$d threads_due=$t
    return
  fi
  grown_memory=$((m - memory_due)) grown_own=$((o - own_due))
  grown_descriptors=$((d - descriptors_due)) grown_threads=$((t - threads_due))
  ((${grown_memory#-} <= most_memory)) || most_memory=${grown_memory#-}
  ((${grown_own#-} <= most_own)) || most_own=${grown_own#-}
}

# ---- the run ------------------------------------------------------------------------------------------
# Rebuilding must not disturb it, and whoever runs this copy afterwards was left behind.
cp "$1" "$folder/copy"
printf 'a soak of %d s with seed %d\n' "$seconds" "$seed"
start_drill "$folder/copy" '
[forensics]
least_pause = 1
per_hour = 60
cooldown = 10
quota = 1

[notifications]
desktop = false
command = ["/bin/true"]
pause_min_duration = 0.5
cooldown = 5
most_per_hour = 3600
' --drill-seed "$seed"
began=$(now)
end=$((began + seconds * 1000000))
window_end=$((began + window * 1000000))
memories=() owns=() opens=() tasks=()
: >"$folder/stops"
sleep 4
printf '%6s %9s %9s %12s %8s %6s %9s %6s %8s %6s %7s\n' second 'RSS kB' 'own kB' descriptors threads rows \
  'stored kB' stops reloads kills bursts
while (($(now) < end)); do
  kill -0 "$daemon" 2>/dev/null || {
    cat "$folder/said"
    echo "FAILED: the daemon has ended by itself; its data is in $folder"
    trap - EXIT
    exit 1
  }
  case $((RANDOM % 48)) in
    [0-6]) stop ;;
    [7-9]) reload ;;
    1[0-1]) kill_sampler ;;
    12) ((RANDOM % 8)) || burst ;;
    *) sleep 1 ;;
  esac
  read_daemon
  memories+=("$memory") owns+=("$own_memory") opens+=("$descriptors") tasks+=("$threads")
  if (($(now) >= window_end)); then
    end_window
    window_end=$((window_end + window * 1000000))
  fi
done
((${#memories[@]} < 5)) || end_window
sleep 3 # what was last is to be known, too
ended=$(now)
end_drill || fail "the end was not in good order"
count_restarts || fail "the count of restarts"

# ---- nothing grows ------------------------------------------------------------------------------------
((most_memory <= 2000)) || fail "the resident memory moved by $most_memory kB"
((most_own <= 2000)) || fail "its own memory moved by $most_own kB"
# Each incarnation of an actor has some of its own: by one, the median may differ.
((grown_descriptors <= 1)) || fail "$grown_descriptors more descriptors than in the beginning"
((grown_threads <= 1)) || fail "$grown_threads more threads than in the beginning"

# ---- nothing is left ----------------------------------------------------------------------------------
sleep 1
for process in /proc/[0-9]*; do
  if [[ $(readlink "$process/exe" 2>/dev/null) == "$folder/copy"* ]] \
    || grep -qsz "^XDG_RUNTIME_DIR=$folder\$" "$process/environ"; then
    fail "process ${process#/proc/} is left: $(tr '\0' ' ' <"$process/cmdline")"
  fi
done

# ---- nothing is lost ----------------------------------------------------------------------------------
ask() {
  sqlite3 -batch :memory: "ATTACH 'file:$database?mode=ro' AS h" 'CREATE TABLE stops(began REAL, ended REAL)' \
    '.mode csv' ".import $folder/stops stops" '.mode list' '.separator " "' "$1"
}
# The page counts the ticks that were made, and those that never were; each tick that was made is a row.
read -r taken stored lost missed < <(
  sed -n 's/^ *"\(taken\|stored\|discarded\|lost\|missed\)": \([0-9]*\).*/\1 \2/p' <<<"$page" \
    | awk '{n[$1] = $2} END {print n["taken"], n["stored"], n["lost"] + n["discarded"], n["missed"]}'
)
read -r rows moments last_tick span < <(ask "
  SELECT count(*), count(DISTINCT timestamp), max(timestamp) - min(timestamp),
    (SELECT substr(value, instr(value, ':') + 1) FROM h.daemon_state WHERE key = 'last-tick') FROM h.samples" |
  awk '{print $1, $2, $4, $3}')
((rows == moments)) || fail "$((rows - moments)) samples are stored twice"
((rows == last_tick && rows == taken && rows == stored && lost == 0)) \
  || fail "of $taken seconds that were taken $rows are stored; the last is number $last_tick"
((missed == 0)) || fail "$missed seconds were never taken"
# Lived is what lies between the first row and the last, without the pauses.
read -r lived others < <(ask "
  SELECT $span - total(duration + asleep), total(cause <> 'stopped') FROM h.events WHERE kind <> 'critical'
    AND started > (SELECT min(timestamp) FROM h.samples) AND ended < (SELECT max(timestamp) FROM h.samples)")
awk -v a="$rows" -v b="$lived" 'BEGIN {exit !(a - 1 - b < 1.1 && b - a + 1 < 1.1)}' \
  || fail "$rows samples in $lived s that were lived"
# Each stop is one pause, of its length, and there is no other one.
found="FROM h.events e WHERE kind = 'pause' AND json_extract(ledger, '\$.stopped') > 0"
read -r once unfound twice off < <(ask "
  WITH found AS (SELECT s.ended - s.began AS length, (SELECT count(*) $found AND e.started < s.ended
      AND e.ended > s.began) AS events, (SELECT max(duration) $found AND e.started < s.ended
      AND e.ended > s.began) AS stored FROM stops s)
  SELECT total(events = 1), total(events = 0), total(events > 1),
    CAST(1000 * max(CASE WHEN events = 1 THEN abs(stored - length) END) AS INTEGER) FROM found")
read -r invented < <(ask "SELECT count(*) $found
  AND NOT EXISTS (SELECT * FROM stops s WHERE e.started < s.ended AND e.ended > s.began)")
((${once%.*} == stops && invented == 0)) \
  || fail "of $stops stops ${unfound%.*} were not found, ${twice%.*} found more than once; $invented invented"

# ---- the database grows by what it holds, and not by more ------------------------------------------------
read -r bound processes seconds_kept < <(ask "
  SELECT 400 * (SELECT count(*) FROM h.samples) + 120 * (SELECT count(*) FROM h.process_samples)
    + 320 * (SELECT count(*) FROM h.event_samples) + 8000 * (SELECT count(*) FROM h.events) + 200000,
    (SELECT count(*) FROM h.process_samples), (SELECT count(*) FROM h.event_samples)")
size=$(bytes_stored)
((size <= bound)) || fail "the database has $size bytes, where its rows explain $bound"
captures=$(ask "SELECT count(capture) FROM h.events")

printf '\n%d s with seed %d: %d restarts of actors, %d stops, %d reloads, %d kills of the sampler, %d bursts, %d captures\n' \
  "$(((ended - began) / 1000000))" "$seed" "$restarts" "$stops" "$reloads" "$kills" "$bursts" "$captures"
printf '  memory      %d kB resident, never more than %d kB off; %d kB of its own, %d kB off\n' \
  "$memory_due" "$most_memory" "$own_due" "$most_own"
printf '  descriptors %d, %+d at the end; threads %d, %+d at the end\n' \
  "$descriptors_due" "$grown_descriptors" "$threads_due" "$grown_threads"
printf '  seconds     %d taken, %d rows, %d missed, %d stored twice; lived by the pauses: %.1f\n' \
  "$taken" "$rows" "$missed" "$((rows - moments))" "$lived"
printf '  stops       %d found once, %d not, %d twice, %d invented; at most %d ms off; %d pauses of the machine\n' \
  "${once%.*}" "${unfound%.*}" "${twice%.*}" "$invented" "$off" "${others%.*}"
printf '  database    %d kB for %d samples, %d processes, %d seconds before pauses: %d kB an hour\n' \
  "$((size / 1000))" "$rows" "$processes" "$seconds_kept" "$((size * 36 / 10 / seconds))"
((failed == 0)) || {
  trap - EXIT
  echo "the data is kept in $folder"
  exit 1
}
echo "all holds"
