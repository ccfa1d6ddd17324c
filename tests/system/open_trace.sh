#!/usr/bin/env bash
# A trace of a real pause, opened by two programs that know nothing of pmactor: speedscope, a viewer, in a real browser,
# and TracerBench's model of the trace event format. What they find is compared with what the event says.
#   tests/system/open_trace.sh [PROGRAM]
# The browser is Debian's chromium; puppeteer-core, speedscope and TracerBench come from npm, once a machine.
set -euo pipefail
program=$(readlink -f "${1:-build/release/pmactor}")
here=$(dirname "$(readlink -f "$0")")
chromium=${CHROMIUM:-/usr/bin/chromium}
command -v node npm >/dev/null && [[ -x $chromium ]] || { echo "SKIPPED: no node, npm or chromium"; exit 77; }
modules=${XDG_CACHE_HOME:-$HOME/.cache}/pmactor/trace
if [[ ! -d $modules/node_modules/puppeteer-core ]]; then
  mkdir -p "$modules"
  [[ -f $modules/package.json ]] || echo '{}' >"$modules/package.json"
  (cd "$modules" && PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-audit --no-fund --silent \
    speedscope@1.25.0 @tracerbench/trace-model@8.0.0 puppeteer-core@24 >&2) || { echo "SKIPPED: npm gives nothing"; exit 77; }
fi
folder=$(mktemp -d)
busy=
# shellcheck disable=SC2317
clean_up() {
  [[ -z $busy ]] || kill "$busy" 2>/dev/null || true
  "$program" stop --data "$folder/data" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap clean_up EXIT
export XDG_RUNTIME_DIR="$folder" XDG_CONFIG_HOME="$folder" XDG_STATE_HOME="$folder"

"$program" start --data "$folder/data" >/dev/null
pid=$("$program" status --data "$folder/data" --json | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$' | head -1)
sleep 4
(while :; do :; done) & # somebody is on a CPU meanwhile
busy=$!
kill -STOP "$pid" && sleep 2 && kill -CONT "$pid" && sleep 4
id=$("$program" events --kind pause --data "$folder/data" --json | grep -o '"id": *[0-9]*' | grep -o '[0-9]*$' | head -1)
[[ -n $id ]] || { echo "open_trace: no pause was found"; exit 1; }
"$program" events trace "$id" --data "$folder/data" -o "$folder/event.trace.json" >/dev/null
"$program" events show "$id" --data "$folder/data" --json >"$folder/event.json"
node "$here/open_trace.mjs" "$folder/event.trace.json" "$folder/event.json" "$modules"
