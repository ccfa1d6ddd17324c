"""The packaged service under a real systemd: a Debian root with the package installed, booted in a virtual machine.

    booted_service.py --packages FOLDER --folder FOLDER

Exits with 77 and the reason where that cannot be tried.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import guest_image
from guest_image import CannotBuild, run
from machine import QEMU, die_with_parent

MODULES = [*guest_image.MODULES, "virtio_net"]
# The highest that `systemd-analyze security` may say of the unit.
MOST_EXPOSURE = 2.3
# What the daemon says in there when the emulation did not get on, and how often that may be: its times are wrong then.
STARVED, MOST_STARVED = "the hypervisor held the CPUs", 5

INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
for module in $(/bin/busybox cat /etc/modules); do /bin/busybox insmod $module; done
/bin/busybox mount -t ext4 -o rw /dev/vda /root
/bin/busybox mount --move /dev /root/dev
exec /bin/busybox switch_root /root /sbin/init
"""

# What a person does after installing the package; each answer stands behind its heading.
TRIAL = r"""#!/bin/bash
exec >/dev/ttyS1 2>&1
export LC_ALL=C.UTF-8 TERM=dumb SYSTEMD_PAGER=cat
ask() { echo "== $*"; "$@"; echo "-- $?"; }
main() { systemctl show -p MainPID --value pmactor; }
for ((i = 0; i < 120; i++)); do systemctl is-active -q pmactor && break; sleep 1; done
ask systemctl status --no-pager --full pmactor
sleep 20
ask pmactor status
ask pmactor inspect
ask pmactor doctor
ask systemd-analyze security --no-pager pmactor
echo "== rights"; grep -E '^Cap(Eff|Bnd)' "/proc/$(main)/status"; echo "-- $?"
echo "== service's network"; nsenter -t "$(main)" -n cat /proc/net/dev; echo "-- $?"
echo "== machine's network"; cat /proc/net/dev; echo "-- $?"
ask pmactor history -n 1 --json
main=$(main)
kill -STOP "$main"; sleep 3; kill -CONT "$main"; sleep 5
echo 'a line of the kernel for the test' >/dev/kmsg
ask pmactor events
stop=$(pmactor events --cause stopped --json -n 1 | grep -o '"id": *[0-9]*' | head -n 1 | grep -o '[0-9]*$')
echo "== the stop"; pmactor events show "$stop"; echo "-- $?"
ask systemctl reload pmactor
ask journalctl --no-pager -u pmactor -n 40
# Debian's own kernel shows its scheduler to CAP_SYS_ADMIN alone unless set otherwise.
echo 2 >/proc/sys/kernel/perf_event_paranoid
ask systemctl restart pmactor
sleep 20
echo "== recorder"; pmactor inspect | grep -A6 switch-recorder; echo "-- $?"
ask cat /run/pmactor/drives
ask systemctl stop pmactor
echo "== status of a stopped service"; pmactor status; echo "-- $?"
ask systemctl show -p Result -p ExecMainStatus pmactor
echo "== last words"; journalctl --no-pager -u pmactor -n 8; echo "-- $?"
echo "== end"
poweroff -f
"""

UNIT = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/trial
[Install]
WantedBy=multi-user.target
"""


class Skip(Exception):
    """It cannot be tried here; the sentence says why."""


def mirror():
    sources = Path("/etc/apt/sources.list.d/debian.sources")
    found = re.search(r"^URIs: *(\S+)", sources.read_text(), re.M) if sources.exists() else None
    return [found[1]] if found else []


def make_base(folder):
    """A bare Debian with systemd, made once."""
    base = folder / "debian"
    if not (base / "usr/sbin/init").exists() and not (base / "sbin/init").exists():
        shutil.rmtree(base, ignore_errors=True)
        order = ["debootstrap", "--variant=minbase", "--include=systemd-sysv,dbus", "bookworm", base]
        try:
            run(order + mirror())
        except CannotBuild as problem:
            shutil.rmtree(base, ignore_errors=True)
            raise Skip(f"debootstrap cannot make a root: {problem}") from None
    return base


def make_root(root, base, package):
    run(["cp", "-a", base, root])
    for source in ("/etc/resolv.conf", "/etc/hosts"):
        if Path(source).exists():
            shutil.copy2(source, root / "etc", follow_symlinks=True)
    conf = Path("/etc/apt/apt.conf.d")
    for file in conf.iterdir() if conf.exists() else ():
        shutil.copy2(file, root / "etc/apt/apt.conf.d")
    shutil.copy2(package, root / "tmp/pmactor.deb")
    policy = root / "usr/sbin/policy-rc.d"  # no service manager runs there yet
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    inside = ["chroot", root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]
    inside += ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    run([*inside, "update"])
    run([*inside, "install", "--no-install-recommends", "/tmp/pmactor.deb"])
    policy.unlink()
    (root / "trial").write_text(TRIAL)
    (root / "trial").chmod(0o755)
    (root / "etc/systemd/system/trial.service").write_text(UNIT)
    wants = root / "etc/systemd/system/multi-user.target.wants"
    (wants / "trial.service").symlink_to("../trial.service")


def make_initramfs(folder, unpacked):
    root = folder / "initramfs"
    for name in ("bin", "dev", "etc", "root"):
        (root / name).mkdir(parents=True)
    shutil.copy2("/bin/busybox", root / "bin/busybox")
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    files = guest_image.copy_modules(unpacked, MODULES, root / "modules")
    (root / "etc/modules").write_text("".join(f"/modules/{x}\n" for x in files))
    image = folder / "initramfs.gz"
    subprocess.run(
        f"cd {root} && find . | cpio -o -H newc --quiet | gzip -1 >{image}", shell=True, check=True
    )
    return image


def boot(folder, kernel, initramfs, disk, limit_s):
    """@returns what the trial wrote."""
    said = folder / "said"
    command = [QEMU, "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "768", "-smp", "2"]
    command += ["-nodefaults", "-no-reboot", "-display", "none", "-kernel", kernel]
    command += ["-initrd", initramfs, "-append"]
    command += ["console=ttyS0 quiet panic=-1 no_timer_check systemd.show_status=false"]
    command += ["-serial", f"file:{folder / 'console'}", "-serial", f"file:{said}"]
    command += ["-drive", f"file={disk},format=raw,if=none,id=system,cache=unsafe"]
    command += ["-device", "virtio-blk-pci,drive=system"]
    command += ["-netdev", "user,id=network,restrict=on"]
    command += ["-device", "virtio-net-pci,netdev=network,romfile="]
    try:
        subprocess.run(
            command, timeout=limit_s, check=True, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent
        )
    except subprocess.TimeoutExpired:
        print(f"booted service: the machine did not end within {limit_s} s", file=sys.stderr)
    return said.read_text(errors="replace").replace("\r", "") if said.exists() else ""


def answers_of(text):
    """@returns the exit code and the answer to each question."""
    found = re.findall(r"^== (.*)\n((?s:.*?))^-- (\d+)$", text, re.M)
    return {asked: (int(code), answer) for asked, answer, code in found}


def problems_in(text):
    """@returns what does not hold, a sentence each."""
    answers = answers_of(text)
    problems = []

    def expect(asked, code=0, *parts):
        if asked not in answers:
            problems.append(f"`{asked}` was not answered")
            return ""
        got, answer = answers[asked]
        if code is not None and got != code:
            problems.append(f"`{asked}` ended with {got}")
        problems.extend(f"`{asked}` does not say {x!r}" for x in parts if x not in answer)
        return answer

    expect("systemctl status --no-pager --full pmactor", 0, "Active: active (running)", "enabled")
    expect("pmactor status", None, "healthy")
    expect("pmactor doctor", 0, "kernel.perf_event_paranoid")
    expect("pmactor history -n 1 --json", 0, '"net_recv":0')
    expect("pmactor inspect", 0, "healthy")
    security = expect("systemd-analyze security --no-pager pmactor", None)
    level = re.search(r"Overall exposure level for pmactor.service: ([0-9.]+)", security)
    if not level or float(level[1]) > MOST_EXPOSURE:
        problems.append(f"its exposure is {level[1] if level else 'not said'}")
    if "eth0" in expect("service's network"):
        problems.append("the service has the machine's network")
    expect("machine's network", 0, "eth0")
    expect("the stop", 0, "SIGCONT received, from trial (process ")
    expect("systemctl reload pmactor")
    journal = expect("journalctl --no-pager -u pmactor -n 40", 0, "pause-found")
    if "the mode is different" in journal:
        problems.append("the package and the unit disagree about the mode of a folder")
    expect("systemctl restart pmactor")
    expect("recorder", 0, "records the task on each of 2 CPUs")
    expect("cat /run/pmactor/drives", 0, "boot ")
    expect("systemctl stop pmactor")
    expect("status of a stopped service", 3, "`systemctl start pmactor` starts it.")
    expect("systemctl show -p Result -p ExecMainStatus pmactor", 0, "Result=success", "ExecMainStatus=0")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="for the kernel and the bare system, which are kept")
    parser.add_argument("--limit", type=float, default=600, help="seconds for the machine's life")
    options = parser.parse_args()
    try:
        packages = sorted(options.packages.glob("pmactor_*.deb"))
        if not packages:
            raise Skip("there is no package; ./dev package builds it")
        if os.geteuid() != 0:
            raise Skip("a root is made by root alone")
        for tool in (QEMU, "debootstrap", "mkfs.ext4", "cpio"):
            if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
                raise Skip(f"there is no {tool}")
        options.folder.mkdir(parents=True, exist_ok=True)
        try:
            unpacked = guest_image.fetch_kernel(options.folder, "cloud")
        except guest_image.NoKernel as problem:
            raise Skip(str(problem)) from None
        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            make_root(scratch / "root", make_base(options.folder), packages[-1])
            disk = scratch / "system.img"
            guest_image.make_disk(disk, 1024, scratch / "root")
            initramfs = make_initramfs(scratch, unpacked)
            kernel = guest_image.kernel_image(unpacked)
            text = boot(scratch, kernel, initramfs, disk, options.limit)
            if not text and (scratch / "console").exists():
                print((scratch / "console").read_text(errors="replace")[-2000:])
    except Skip as why:
        print(f"SKIPPED: {why}")
        return 77
    print(text)
    problems = problems_in(text)
    if problems and text.count(STARVED) > MOST_STARVED:
        print(f"SKIPPED: the host had no time for the machine, of which else: {'; '.join(problems)}")
        return 77
    for x in problems:
        print(f"booted service: {x}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
