#!/usr/bin/env bash
# What the black box costs: CPU and writes of its thread at rest and under stress, and the CPU of the whole daemon with
# the box and without it. Also what else of the daemon writes at rest: a disk that others keep awake is not woken by it.
#   tests/bench/box_cost.sh PROGRAM [SECONDS]
set -euo pipefail
program=$(readlink -f "$1")
seconds=${2:-60}
folder=$(mktemp -d)
hogs=()
daemon=
end_daemon() {
  [[ -z $daemon ]] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; } || true
  daemon=
}
end_hogs() {
  ((${#hogs[@]} == 0)) || kill "${hogs[@]}" 2>/dev/null || true
  hogs=()
}
finish() {
  end_hogs
  end_daemon
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

start_daemon() {
  PMACTOR_BLACK_BOX_ENABLED=$1 "$program" run --data "$folder/$1" >"$folder/said" 2>&1 &
  daemon=$!
  sleep 10 # what happens once at a start is no part of the cost
}
box_thread() {
  local task
  for task in "/proc/$daemon/task/"*; do
    [[ $(<"$task/comm") != pm-box ]] || echo "$task"
  done
}
# Nanoseconds on a CPU.
cpu_of() {
  local sum=0 ns file
  for file in "$@"; do
    read -r ns _ <"$file/schedstat" 2>/dev/null && sum=$((sum + ns))
  done
  echo "$sum"
}
io_of() {
  awk -v name="$2:" '$1 == name {print $2}' "$1/io"
}
# counts: CPU of the box's thread and of the daemon, writes and bytes of the thread, bytes of the daemon.
counts() {
  local box
  box=$(box_thread)
  echo "$([[ -z $box ]] && echo 0 || cpu_of "$box") $(cpu_of "/proc/$daemon/task/"*)" \
    "$([[ -z $box ]] && echo 0 0 || echo "$(io_of "$box" syscw) $(io_of "$box" write_bytes)")" \
    "$(io_of "/proc/$daemon" write_bytes)"
}
# measure LABEL CPU_BOUND BYTES_BOUND
over=0
measure() {
  local before after began
  before=$(counts)
  began=$(date +%s%N)
  sleep "$seconds"
  after=$(counts)
  awk -v label="$1" -v cpu_bound="$2" -v bytes_bound="$3" -v ns="$(($(date +%s%N) - began))" \
    -v before="$before" -v after="$after" 'BEGIN {
    split(before, a)
    split(after, b)
    minutes = ns / 60e9
    for (i = 1; i <= 5; ++i)
      d[i] = (b[i] - a[i]) / minutes
    printf "%-22s%12.4f%12.3f%12.1f%12.0f%14.0f\n", label, d[1] / 1e9, d[2] / 1e9, d[3], d[4], d[5]
    exit d[1] / 1e9 > cpu_bound || d[4] > bytes_bound
  }' || over=1
}

printf '%-22s%12s%12s%12s%12s%14s\n' "a minute" "box, CPU s" "all, CPU s" "writes" "bytes" "bytes of all"
start_daemon true
measure "at rest" 0.01 500000
for _ in $(seq $((8 * $(nproc)))); do
  nice -n 19 bash -c 'while :; do :; done' & # in the way of nobody, and runnable all the same
  hogs+=($!)
done
sleep 40 # until the load average is that of a machine under stress
measure "under stress" 0.01 500000
end_hogs
end_daemon
start_daemon false
measure "at rest, without" 0 0
exit "$over"
