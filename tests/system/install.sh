#!/usr/bin/env bash
# `cmake --install` puts in place what a package would: the program without its symbols, units that name it, the manual,
# the completions, the schemas.
#   tests/system/install.sh BUILD
set -euo pipefail
build=$(readlink -f "$1")
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install "$build" --prefix "$prefix" >/dev/null
fail() {
  echo "install: $*"
  exit 1
}
"$prefix/bin/pmactor" --version | grep -q '^pmactor [0-9]' || fail "the program does not run"
! readelf -S "$prefix/bin/pmactor" | grep -q '\.symtab' || fail "the program has its symbols"
for unit in system user; do
  grep -q "^ExecStart=$prefix/bin/pmactor run\$" "$prefix/lib/systemd/$unit/pmactor.service" \
    || fail "the $unit unit does not name the program"
  ! grep -q '@[a-z]*@' "$prefix/lib/systemd/$unit/pmactor.service" || fail "the $unit unit has a gap that was not filled"
done
web=$prefix/lib/systemd/user/pmactor-web.service
grep -q "^ExecStart=$prefix/bin/pmactor serve --idle-exit 600\$" "$web" || fail "the web server's unit does not name the program"
! grep -q '@[a-z]*@' "$web" || fail "the web server's unit has a gap that was not filled"
grep -q '^ListenStream=127.0.0.1:7788$' "${web%.service}.socket" || fail "there is no socket for the web server"
greeting=$prefix/etc/update-motd.d/60-pmactor
[[ -x $greeting ]] || fail "a login is not greeted with what ended the machine"
sh -n "$greeting" || fail "the greeting is no script"
grep -q "$prefix/bin/pmactor status --outage 2>" "$greeting" || fail "the greeting does not name the program"
for file in share/man/man1/pmactor.1 share/man/man5/pmactor.toml.5 share/man/man7/pmactor-events.7 \
  share/bash-completion/completions/pmactor share/pmactor/schema/event.json lib/systemd/catalog/pmactor.catalog; do
  [[ -s $prefix/$file ]] || fail "there is no $file"
done
