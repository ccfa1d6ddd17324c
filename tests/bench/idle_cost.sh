#!/usr/bin/env bash
# What the daemon costs a machine that is at rest: CPU, memory and wake-ups of daemon and sampler child
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
child=$(cat "/proc/$daemon/task/"*/children 2>/dev/null | tr ' ' '\n' | head -n 1)
[[ -n $child ]] || { echo "the daemon has no sampler child; it said:"; cat "$folder/said"; exit 1; }

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

cpu_before=($(cpu_ns "$daemon") $(cpu_ns "$child"))
switches_before=($(switches "$daemon") $(switches "$child"))
began=$(date +%s%N)
sleep "$seconds"
ended=$(date +%s%N)
cpu_after=($(cpu_ns "$daemon") $(cpu_ns "$child"))
switches_after=($(switches "$daemon") $(switches "$child"))
[[ $(cat "/proc/$daemon/task/"*/children | tr ' ' '\n' | head -n 1) == "$child" ]] \
  || { echo "the sampler child was restarted meanwhile"; exit 1; }

awk -v elapsed="$((ended - began))" \
  -v daemon_ns="$((cpu_after[0] - cpu_before[0]))" -v child_ns="$((cpu_after[1] - cpu_before[1]))" \
  -v daemon_pss="$(pss_kb "$daemon")" -v child_pss="$(pss_kb "$child")" \
  -v daemon_wakes="$((switches_after[0] - switches_before[0]))" \
  -v child_wakes="$((switches_after[1] - switches_before[1]))" \
  -v processes="$(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)" 'BEGIN {
    s = elapsed / 1e9
    printf "%d processes, %.0f s            daemon   sampler  together   bound\n", processes, s
    printf "CPU, seconds a minute       %8.3f  %8.3f  %8.3f    0.20\n", daemon_ns / 1e9 / s * 60, child_ns / 1e9 / s * 60, (daemon_ns + child_ns) / 1e9 / s * 60
    printf "memory (PSS), MB            %8.1f  %8.1f  %8.1f    16\n", daemon_pss / 1024, child_pss / 1024, (daemon_pss + child_pss) / 1024
    printf "wake-ups a second           %8.1f  %8.1f  %8.1f    25\n", daemon_wakes / s, child_wakes / s, (daemon_wakes + child_wakes) / s
    exit !((daemon_ns + child_ns) / 1e9 / s * 60 <= 0.20 && (daemon_pss + child_pss) / 1024 <= 16 && (daemon_wakes + child_wakes) / s <= 25)
  }'
