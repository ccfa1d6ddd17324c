#!/usr/bin/env bash
# The manual pages are sound to mandoc, and each shell can read its completion; bash completes by it.
#   tests/system/manual.sh PROGRAM MANUAL
set -euo pipefail
program=$(readlink -f "$1") manual=$(readlink -f "$2")
cd "$(dirname "$(readlink -f "$0")")/../.."
missing=()

if command -v mandoc >/dev/null; then
  found=$(find "$manual" -name '*.[157]' -print0 | xargs -0 mandoc -T lint -W warning 2>&1 || true)
  [[ -z $found ]] || { printf '%s\n' "$found" | head -20; exit 1; }
  ((($(find "$manual" -name '*.1' | wc -l)) > 20)) || { echo "there are too few pages"; exit 1; }
else
  missing+=("there is no mandoc to look at the manual pages")
fi

bash -n conf/completions/pmactor.bash
if command -v zsh >/dev/null; then zsh -n conf/completions/_pmactor; fi
if command -v fish >/dev/null; then fish -n conf/completions/pmactor.fish; fi

# What bash offers behind these words.
offers() {
  PATH=${program%/*}:$PATH bash -c '
    source conf/completions/pmactor.bash
    compopt() { :; }
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _pmactor
    printf "%s\n" "${COMPREPLY[@]}"' _ pmactor "$@"
}
[[ $(offers eve) == events ]] || { echo "bash does not complete 'eve': $(offers eve)"; exit 1; }
[[ $(offers events mark 1 pin) == pinned ]] || { echo "bash does not complete a choice"; exit 1; }
offers logs --data conf/sch | grep -q '^conf/schema$' || { echo "bash does not complete a folder"; exit 1; }

((${#missing[@]} == 0)) || { echo "SKIPPED: ${missing[*]}"; exit 77; }
