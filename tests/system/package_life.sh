#!/usr/bin/env bash
# The life of the package in a bare Debian root: installed, upgraded, removed, purged. Exits with 77 and the reason
# where that cannot be tried.
#   tests/system/package_life.sh FOLDER      with the built packages
set -euo pipefail
shopt -s nullglob
packages=${1:?the folder with the packages}

skip() {
  echo "SKIPPED: $*"
  exit 77
}
fail() {
  echo "package: $*" >&2
  exit 1
}
holds() {
  local what=$1
  shift
  "$@" || fail "this does not hold: $what"
}

all=("$packages"/pmactor_*.deb)
((${#all[@]})) || skip "there is no package; ./dev package builds it"
package=${all[-1]}
((EUID == 0)) || skip "a bare root is made by root alone"
command -v debootstrap >/dev/null || skip "there is no debootstrap"
mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)

root=$(mktemp -d)
clean_up() {
  mountpoint -q "$root/proc" && umount -l "$root/proc"
  rm -rf --one-file-system "$root"
}
trap clean_up EXIT
chmod 755 "$root"
debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 \
  || skip "debootstrap cannot make a bare root: $(tail -n 1 "$root.log")"
rm -f "$root.log"
mount -t proc proc "$root/proc" || skip "/proc cannot be mounted"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
cp -a /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/" 2>/dev/null && : >"$root/etc/apt/sources.list"
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
# No service manager runs there.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"

inside() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
install_package() {
  cp "$1" "$root/tmp/pmactor.deb"
  inside apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install /tmp/pmactor.deb >"$root/tmp/apt.log" 2>&1 \
    || { tail -n 20 "$root/tmp/apt.log"; fail "apt-get could not install ${1##*/}"; }
}

# The same as an older version.
older=$(mktemp -d)
dpkg-deb -R "$package" "$older/tree"
sed -i 's/^Version: .*/Version: 0.0.1/' "$older/tree/DEBIAN/control"
dpkg-deb -b "$older/tree" "$older/pmactor_0.0.1.deb" >/dev/null

inside apt-get -q update >/dev/null 2>&1 || skip "the bare root has no network to install from"
install_package "$older/pmactor_0.0.1.deb"
rm -rf "$older"
holds "the program runs" inside pmactor --version
holds "the unit is there" test -f "$root/lib/systemd/system/pmactor.service"
holds "the unit names the program" grep -q '^ExecStart=/usr/bin/pmactor run$' "$root/lib/systemd/system/pmactor.service"
holds "the web server's unit names the program" \
  grep -q '^ExecStart=/usr/bin/pmactor serve --idle-exit 600$' "$root/usr/lib/systemd/user/pmactor-web.service"
holds "the web server's socket waits for who wants it" \
  bash -c "! find '$root/etc/systemd/user' -name 'pmactor-web*' 2>/dev/null | grep -q ."
holds "the service is enabled" test -L "$root/etc/systemd/system/multi-user.target.wants/pmactor.service"
holds "the settings are a conffile" grep -q /etc/pmactor/config.toml "$root/var/lib/dpkg/info/pmactor.conffiles"
holds "the manual is there" test -f "$root/usr/share/man/man1/pmactor.1.gz" -o -d "$root/etc/dpkg/dpkg.cfg.d"
holds "the program has no symbols" bash -c "! readelf -S '$root/usr/bin/pmactor' | grep -q '\.symtab'"
size=$(stat -c %s "$root/usr/bin/pmactor")
holds "the program is small ($size bytes)" test "$size" -lt 12000000

# It runs, stores, and an upgrade keeps what it stored and what was set.
holds "the daemon starts" inside pmactor start --timeout 60
inside pmactor stop
inode=$(stat -c %i "$root/var/lib/pmactor/pmactor.db")
echo '# mine' >>"$root/etc/pmactor/config.toml"
install_package "$package"
holds "the new version is there" bash -c "chroot '$root' dpkg-query -W -f='\${Version}' pmactor | grep -vq '^0.0.1$'"
holds "the history is the same" test "$(stat -c %i "$root/var/lib/pmactor/pmactor.db")" = "$inode"
holds "the settings are the user's" grep -q '# mine' "$root/etc/pmactor/config.toml"
holds "the history can be read" inside pmactor history -n 1

# What happened here is looked into elsewhere: a bundle is opened where there is no history, nor anything but the program.
inside pmactor start --timeout 60 >/dev/null
pid=$(inside pmactor status --json | grep -o '"pid": *[0-9]*' | grep -o '[0-9]*$' | head -n 1)
kill -STOP "$pid" && sleep 2 && kill -CONT "$pid" && sleep 3
inside pmactor stop
event=$(inside pmactor events --kind pause -n 1 --csv | tail -n 1 | cut -d, -f1)
for form in tar.zst zip; do
  inside pmactor export "$event" -o "/tmp/event.$form" >/dev/null || fail "a bundle could not be written as a .$form"
  bundled() {
    inside env XDG_DATA_HOME=/none XDG_CONFIG_HOME=/none pmactor "$@" --bundle "/tmp/event.$form"
  }
  holds "a .$form shows the event" grep -q "^Pause $event, " <<<"$(bundled events show)"
  holds "a .$form has its text" grep -q '^Where the time went' <<<"$(bundled events show --plain)"
  holds "a .$form has its page" grep -q '</html>' <<<"$(bundled report -o -)"
done

# In namespaces of its own it is as in a container, and says so.
limits=$(unshare --pid --fork --mount-proc="$root/proc" chroot "$root" pmactor doctor 2>/dev/null || true)
holds "doctor knows a container: $limits" grep -q 'runs in a container' <<<"$limits"

# And there it runs as the first process, as conf/Containerfile has it, stores, and ends when it is asked to.
unshare --pid --fork --mount-proc="$root/proc" chroot "$root" pmactor run --data /tmp/contained >"$root/tmp/contained.log" 2>&1 &
outer=$!
for ((i = 0; i < 150; i++)); do
  inside pmactor history --db /tmp/contained/pmactor.db -n 1 >/dev/null 2>&1 && break
  sleep 0.2
done
holds "it stores as the first process: $(tail -n 3 "$root/tmp/contained.log")" inside pmactor history --db /tmp/contained/pmactor.db -n 1
kill -TERM "$(pgrep -P "$outer")"
code=0
wait "$outer" || code=$?
holds "it ends when it is asked to ($code): $(tail -n 3 "$root/tmp/contained.log")" test "$code" -eq 0
rm -rf "$root/tmp/contained"

inside apt-get -q -y remove pmactor >/dev/null 2>&1 || fail "it cannot be removed"
holds "the program is gone" test ! -e "$root/usr/bin/pmactor"
holds "the history is kept" test -f "$root/var/lib/pmactor/pmactor.db"
holds "the settings are kept" test -f "$root/etc/pmactor/config.toml"

echo foreign >"$root/var/lib/pmactor/notes.txt"
inside apt-get -q -y purge pmactor >/dev/null 2>&1 || fail "it cannot be purged"
holds "what is foreign stays" test -f "$root/var/lib/pmactor/notes.txt"
rm "$root/var/lib/pmactor/notes.txt"
rmdir "$root/var/lib/pmactor" || fail "purging left in its data folder: $(ls -A "$root/var/lib/pmactor")"
for folder in /var/log/pmactor /etc/pmactor /run/pmactor; do
  holds "$folder is gone" test ! -e "$root$folder"
done
left=$(cd "$root" && find etc lib usr var -name '*pmactor*' ! -path 'var/log/apt/*' ! -path 'var/cache/*' ! -path 'var/lib/apt/*' 2>/dev/null || true)
[[ -z $left ]] || fail "purging left: $left"
echo "installed, ran, upgraded, removed and purged: ${package##*/}"
