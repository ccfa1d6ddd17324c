#!/usr/bin/env bash
# What is recorded of the switches by which rights, and that `inspect` says what is missing: as nobody, and as nobody with
# CAP_PERFMON.
#   tests/system/recorder_tiers.sh [PROGRAM]
set -euo pipefail
program=$(readlink -f "${1:-build/release/pmactor}")
[[ $(id -u) == 0 ]] && command -v setpriv >/dev/null || { echo "SKIPPED: it needs root and setpriv"; exit 77; }
folder=$(mktemp -d)
daemon=
# shellcheck disable=SC2317
clean_up() {
  [[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT
chmod 755 "$folder"
cp "$program" "$folder/pmactor" # the build need not be readable by others
failed=0

# expect RIGHTS WORDS: the daemon has these capabilities and no others, and says so of its recorder.
expect() {
  local own="$folder/own-${1:-none}" said
  mkdir -p "$own"
  chown 65534:65534 "$own"
  local caps=${1:+$1}
  XDG_RUNTIME_DIR=$own HOME=$own setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set "-all${caps:+,$caps}" \
    --inh-caps "-all${caps:+,$caps}" --ambient-caps "-all${caps:+,$caps}" \
    "$folder/pmactor" run --data "$own/data" >"$own/said" 2>&1 &
  daemon=$!
  for _ in {1..50}; do
    sleep 0.2
    said=$(XDG_RUNTIME_DIR=$own HOME=$own setpriv --reuid 65534 --regid 65534 --clear-groups "$folder/pmactor" inspect --data "$own/data" --json 2>/dev/null \
      | grep -o '"note": *"[^"]*tier[^"]*"' || true)
    [[ -z $said ]] || break
  done
  kill "$daemon"
  wait "$daemon" || true
  daemon=
  if [[ $said == *$2* ]]; then
    echo "ok   ${1:-no capability}: $said"
  else
    echo "not  ${1:-no capability}: '$2' is not in ${said:-nothing; the daemon said: $(tail -3 "$own/said")}"
    failed=1
  fi
}

paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 9)
if ((paranoid > 2)); then
  expect "" "no tier: records nothing"
elif ((paranoid >= 0)); then
  expect "" "tier 0: records pmactor's own beat alone; not every CPU: Permission denied; it takes CAP_PERFMON"
fi
if setpriv --bounding-set -all,+perfmon true 2>/dev/null; then
  expect +perfmon "tier 1: records the task on each of"
  if [[ -d /sys/kernel/tracing/events/block ]]; then
    expect +perfmon "not more: the process of each disk request: tracefs is for root"
    expect +perfmon,+dac_read_search "tier 2: records the task on each of"
  else
    expect +perfmon "not more: the process of each disk request"
  fi
else
  echo "SKIPPED: CAP_PERFMON is not known here"
fi
exit "$failed"
