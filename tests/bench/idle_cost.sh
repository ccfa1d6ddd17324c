#!/usr/bin/env bash
# What the daemon costs a machine that is at rest: CPU, memory and wake-ups of the daemon and its children
# together, at one sample a second, beside 300 sleeping processes; and the wake-ups of each thread.
#   tests/bench/idle_cost.sh PROGRAM [SECONDS [OTHER]]
# With another program, e.g. that of the commit before, both are measured in turn and the differences are shown.
# CONFIG in the environment names a settings file for them.
set -euo pipefail
program=$(readlink -f "$1")
seconds=${2:-60}
other=${3:+$(readlink -f "$3")}
folder=$(mktemp -d)
sleepers=()
daemon=
finish() {
  [[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true
  ((${#sleepers[@]} == 0)) || kill "${sleepers[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

for _ in $(seq 300); do
  sleep 100000 &
  sleepers+=($!)
done

# The daemon's children by what they are: "sample", "witness".
child_that_is() {
  local pid words
  for pid in $(cat "/proc/$daemon/task/"*/children); do
    mapfile -d '' -t words <"/proc/$pid/cmdline" 2>/dev/null || continue
    [[ ${words[1]:-} != "$1" ]] || echo "$pid"
  done
}
# Nanoseconds on a CPU of all threads: finer than the ticks of /proc/PID/stat.
cpu_ns() {
  local sum=0 ns
  for file in "/proc/$1/task/"*/schedstat; do
    read -r ns _ <"$file" 2>/dev/null && sum=$((sum + ns))
  done
  echo "$sum"
}
switches() {
  cat "/proc/$1/task/"*/status 2>/dev/null | awk '/^voluntary_ctxt_switches/ {n += $2} END {print n + 0}'
}
pss_kb() {
  awk '/^Pss:/ {print $2}' "/proc/$1/smaps_rollup"
}
# measure OF: what that says of each process, in a line.
measure() {
  local pid line=
  for pid in "${all[@]}"; do
    line+="$("$1" "$pid") "
  done
  echo "$line"
}
# Each thread with its wake-ups so far: "PID/TID SWITCHES NAME" a line.
thread_switches() {
  local pid
  for pid in "${all[@]}"; do
    awk '/^Name:/ {name = substr($0, index($0, "\t") + 1)}
         /^voluntary_ctxt_switches/ {split(FILENAME, part, "/"); print part[3] "/" part[5], $2, name}' \
      "/proc/$pid/task/"*/status 2>/dev/null || true
  done
}

# cost_of PROGRAM NAME: leaves the sums in $folder/NAME, and shows what each process and thread costs.
cost_of() {
  local data=$folder/data-$2 cpu_before cpu_after switches_before switches_after began ended sampler witness
  "$1" run --data "$data" ${CONFIG:+--config "$CONFIG"} >"$folder/said" 2>&1 &
  daemon=$!
  sleep 10 # what happens once at a start is no part of the cost at rest
  sampler=$(child_that_is sample)
  witness=$(child_that_is witness)
  [[ -n $sampler ]] || {
    echo "the daemon has no sampler child; it said:"
    cat "$folder/said"
    exit 1
  }
  all=("$daemon" "$sampler" ${witness:+"$witness"})
  thread_switches >"$folder/threads-before"
  cpu_before=$(measure cpu_ns)
  switches_before=$(measure switches)
  began=$(date +%s%N)
  sleep "$seconds"
  ended=$(date +%s%N)
  cpu_after=$(measure cpu_ns)
  switches_after=$(measure switches)
  thread_switches >"$folder/threads-after"
  [[ $(child_that_is sample) == "$sampler" && $(child_that_is witness) == "$witness" ]] || {
    echo "a child was restarted meanwhile"
    exit 1
  }
  awk -v elapsed="$((ended - began))" -v witnessed="${witness:+1}" -v sums="$folder/$2" \
    -v cpu_before="$cpu_before" -v cpu_after="$cpu_after" \
    -v switches_before="$switches_before" -v switches_after="$switches_after" -v pss="$(measure pss_kb)" \
    -v processes="$(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)" '
    # A line of the table: what each costs, and all together, which must not be above the bound.
    function row(label, format, before, after, scale, bound,    a, b, n, i, sum, line) {
      n = split(after, b)
      split(before, a)
      line = sprintf("%-24s", label)
      for (i = 1; i <= n; ++i) {
        sum += (b[i] - a[i]) * scale
        line = line sprintf("%" format, (b[i] - a[i]) * scale)
      }
      print line sprintf("%" format "%10s", sum, bound)
      printf "%s\t%s\t%f\n", label, format, sum >sums
      if (sum > bound)
        over = 1
    }
    BEGIN {
      s = elapsed / 1e9
      printf "%-24s%10s%10s%s%10s%10s\n", sprintf("%d processes, %.0f s", processes, s), "daemon", "sampler", witnessed ? "   witness" : "", "together", "bound"
      row("CPU, seconds a minute", "10.3f", cpu_before, cpu_after, 60 / 1e9 / s, witnessed ? 0.23 : 0.20)
      row("memory (PSS), MB", "10.1f", "", pss, 1 / 1024, witnessed ? 18 : 16)
      row("wake-ups a second", "10.1f", switches_before, switches_after, 1 / s, witnessed ? 28 : 25)
      exit over
    }' || is_over=1
  echo "Wake-ups a second by thread:"
  awk -v seconds="$seconds" '
    {name = $3; for (i = 4; i <= NF; ++i) name = name " " $i}
    NR == FNR {before[$1] = $2; next}
    {sum[name] += $2 - before[$1]}
    END {for (name in sum) if (sum[name] > 0) printf "%10.2f  %s\n", sum[name] / seconds, name}' \
    "$folder/threads-before" "$folder/threads-after" | sort -rn
  kill "$daemon"
  wait "$daemon" 2>/dev/null || true
  daemon=
}

is_over=0
if [[ -n $other ]]; then
  echo "== $other"
  cost_of "$other" other
  is_over=0 # the bounds are those of the program
  echo "== $program"
fi
cost_of "$program" own
if [[ -n $other ]]; then
  echo "== more than $other"
  awk -F'\t' 'NR == FNR {before[$1] = $3; next} {printf "%-24s%+" $2 "\n", $1, $3 - before[$1]}' \
    "$folder/other" "$folder/own"
fi
exit "$is_over"
