# What the drills of the real daemon share; sourced by chaos.sh and soak.sh. A drill fails a random actor
# every 200 ms, with the policy storing every second, so that what is in the database afterwards, and what
# the health page counted until the end, show whether anything was lost.
folder=$(mktemp -d)
database=$folder/data/pmactor.db
daemon=
finish() {
  [[ -z $daemon ]] || kill -KILL "$daemon" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

# start_drill PROGRAM SETTINGS [OPTION…]: the daemon's process is $daemon.
start_drill() {
  program=$1
  { echo "$2" && cat; } >"$folder/config.toml" <<'T'
[sampling]
normal_interval = 1.0

[supervision]
intensity = 1000 # a drill is no reason to give up
backoff_first = 0.01
backoff_max = 0.1

[log]
level = "warning"
max_size = 1000
T
  XDG_RUNTIME_DIR=$folder "$program" run --data "$folder/data" --config "$folder/config.toml" \
    --drill 200 "${@:3}" \
    >"$folder/said" 2>&1 &
  daemon=$!
}

# Ends the daemon in good order. What it counted stays on its health page.
end_drill() {
  local code=0
  kill -TERM "$daemon"
  wait "$daemon" || code=$?
  daemon=
  ((code == 0)) || {
    echo "the daemon ended with $code; it said:"
    tail "$folder/said"
    return 1
  }
}

# Sets $memory, $own_memory (without what is in files), both in kB, and $threads.
read_status() {
  local key value rest
  while read -r key value rest; do
    case $key in
      VmRSS:) memory=$value ;;
      RssAnon:) own_memory=$value ;;
      Threads:) threads=$value ;;
    esac
  done <"/proc/$daemon/status"
}

# A single reading of the memory shows what a capture or a checkpoint has in its hands just then; the median of several
# what stays.
median() {
  printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

# After the end: sets $page to what inspect says, and $restarts; false if the log has another number of them.
count_restarts() {
  local logged
  page=$(XDG_RUNTIME_DIR=$folder "$program" inspect --data "$folder/data" --json) || true
  restarts=$(grep -o '"restarts": *[0-9]*' <<<"$page" | awk -F: '{n += $2} END {print n + 0}')
  logged=$(grep -c ' supervisor child-restarted: ' "$folder/data/log/pmactor.log")
  ((logged == restarts)) || {
    echo "inspect counts $restarts restarts where the log has $logged"
    return 1
  }
}
