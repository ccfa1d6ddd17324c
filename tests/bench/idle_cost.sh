#!/usr/bin/env bash
# What the daemon costs a machine that is at rest: CPU, memory and wake-ups of the daemon and its children
# together, at one sample a second, beside 300 sleeping processes.
#   tests/bench/idle_cost.sh PROGRAM [SECONDS]
set -euo pipefail
program=$(readlink -f "$1")
seconds=${2:-60}
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
"$program" run --data "$folder" >"$folder/said" 2>&1 &
daemon=$!
sleep 10 # what happens once at a start is no part of the cost at rest

# The daemon's children by what they are: "sample", "witness".
child_that_is() {
  local pid words
  for pid in $(cat "/proc/$daemon/task/"*/children); do
    mapfile -d '' -t words <"/proc/$pid/cmdline" 2>/dev/null || continue
    [[ ${words[1]:-} != "$1" ]] || echo "$pid"
  done
}
sampler=$(child_that_is sample)
witness=$(child_that_is witness)
[[ -n $sampler ]] || { echo "the daemon has no sampler child; it said:"; cat "$folder/said"; exit 1; }
all=("$daemon" "$sampler" ${witness:+"$witness"})

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

cpu_before=$(measure cpu_ns)
switches_before=$(measure switches)
began=$(date +%s%N)
sleep "$seconds"
ended=$(date +%s%N)
cpu_after=$(measure cpu_ns)
switches_after=$(measure switches)
[[ $(child_that_is sample) == "$sampler" && $(child_that_is witness) == "$witness" ]] \
  || { echo "a child was restarted meanwhile"; exit 1; }

awk -v elapsed="$((ended - began))" -v witnessed="${witness:+1}" \
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
  }'
