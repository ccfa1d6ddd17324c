#!/usr/bin/env bash
# What the recorder of switches costs a load that switches often: two processes that hand a byte to and fro through pipes on
# one CPU, so many times a second; 0 for as often as they can, with no work in between. A daemon runs all the time; with the
# recorder on (A) and off (B), in turn. The first pair warms up and is dropped. A CPU that switches so often is sampled, from
# a few seconds on: the load runs for that long before it is measured, and what was recorded at its end is printed.
#   tests/bench/switch_cost.sh [PROGRAM] [PAIRS] [SWITCHES A SECOND]
# Needs root and g++.
set -euo pipefail
program=$(readlink -f "${1:-build/release/pmactor}")
pairs=${2:-5}
rate=${3:-120000}
folder=$(mktemp -d)
# shellcheck disable=SC2317
clean_up() {
  "$program" stop --data "$folder/data" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap clean_up EXIT
g++ -std=c++20 -O2 "$(dirname "$0")/switching_load.cpp" -o "$folder/load"
export XDG_RUNTIME_DIR="$folder" XDG_CONFIG_HOME="$folder" XDG_STATE_HOME="$folder"

# configure true|false
configure() {
  printf '[recorder]\nenabled = %s\n[forensics]\nenabled = false\n' "$1" >"$folder/pmactor.toml"
}
# what_is_recorded: as `inspect` says it now.
what_is_recorded() {
  "$program" inspect --data "$folder/data" --json | grep -o 'tier [0-9]: [^;"]*\|no tier: [^;"]*' | head -1 || true
}
# set_recorder true|false: the daemon takes it up.
set_recorder() {
  configure "$1"
  "$program" reload --data "$folder/data" >/dev/null
  local said wanted="no tier: "
  [[ $1 == false ]] || wanted="tier [12]: "
  for _ in {1..30}; do
    sleep 0.2
    said=$(what_is_recorded)
    [[ $said != $wanted* ]] || return 0
  done
  echo "the recorder is not $1: $said" >&2
  return 1
}
# switch ARGUMENTS: the load, on the last CPU, before all ordinary work.
switch() {
  chrt -f 10 taskset -c "$(($(nproc) - 1))" "$folder/load" "$@"
}
# Runs until the recorder has taken note of how much the CPU switches, and changed over.
settle() {
  switch "$((4 * trips))" "$steps" >/dev/null
}
# Microseconds a round trip: the best of three, as what else goes on there only ever adds to it.
load() {
  for _ in 1 2 3; do
    switch "$trips" "$steps"
    sleep 0.3
  done | sort -n | head -1
}

steps=0 trips=200000
if ((rate > 0)); then
  steps=$(switch --steps-for "$rate")
  trips=$((rate * 3 / 2))
fi
configure true
"$program" start --data "$folder/data" --config "$folder/pmactor.toml" >/dev/null
sleep 3 # what happens once at a start is no part of it
: >"$folder/ratios"
: >"$folder/times"
for pair in $(seq 0 "$pairs"); do
  # Each goes first as often as the other, so that a machine that gets slower or faster favours neither.
  order="true false"
  ((pair % 2 == 0)) || order="false true"
  for which in $order; do
    set_recorder "$which"
    settle
    time=$(load)
    if [[ $which == true ]]; then on=$time recorded=$(what_is_recorded); else off=$time; fi
  done
  ((pair > 0)) || { echo "warmed up; on is $recorded"; continue; }
  echo "pair $pair: at its end $recorded"
  awk -v on="$on" -v off="$off" -v pair="$pair" 'BEGIN {
    printf "pair %d: %.3f us a round trip with the recorder, %.3f without: %+.2f %%\n", pair, on, off, (on / off - 1) * 100 }'
  awk -v on="$on" -v off="$off" 'BEGIN { print on / off }' >>"$folder/ratios"
  echo "$on $off" >>"$folder/times"
done
sort -n "$folder/ratios" | awk -v count="$(wc -l <"$folder/ratios")" '
  { x[NR] = $1 }
  END { printf "ratio: median %.4f, from %.4f to %.4f\n", (x[int((count + 1) / 2)] + x[int((count + 2) / 2)]) / 2, x[1], x[NR] }'
awk '{ on += $1; off += $2 } END {
  printf "together: %.4f; %d switches a second; %.0f ns a switch\n", on / off, 2e6 * NR / off, (on - off) / NR / 2 * 1000 }' "$folder/times"
