#!/usr/bin/env python3
"""What a flood of lines in the kernel's log costs the daemon, and whether it loses anything else: lines of 885 bytes of
garbage as fast as the kernel takes them, for twenty seconds. Needs root, as it lifts the kernel's limit on what programs
may log; that is put back. Exits with 1 where the flood is slower than 100 MB/s, the daemon takes 5 % of a core or more,
or a second has no sample.
Usage: kmsg_flood.py [PROGRAM]"""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

SECONDS = 20
LIMIT, CONSOLE = "/proc/sys/kernel/printk_devkmsg", "/proc/sys/kernel/printk"
TICKS = os.sysconf("SC_CLK_TCK")
program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release/pmactor")


def read(file):
    with open(file) as x:
        return x.read()


def write(file, text):
    with open(file, "w") as x:
        x.write(text + "\n")


def cpu_of(pid):
    fields = read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def flood():
    """Returns how many bytes the kernel took."""
    line = b"<4>" + os.urandom(440).hex().encode() + b"\n"
    log = os.open("/dev/kmsg", os.O_WRONLY)
    taken, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        for _ in range(200):
            taken += os.write(log, line)
    os.close(log)
    return taken


folder = tempfile.mkdtemp()
limit, console = read(LIMIT).strip(), read(CONSOLE).split()[0]
daemon = None
try:
    write(LIMIT, "on")
    write(CONSOLE, "1")
    daemon = subprocess.Popen([program, "run", "--data", folder, "--set", "sampling.normal_interval=1"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(15)
    before, began = cpu_of(daemon.pid), time.monotonic()
    taken = flood()
    lasted = time.monotonic() - began
    share = (cpu_of(daemon.pid) - before) / lasted * 100
    time.sleep(3)
finally:
    write(LIMIT, limit)
    write(CONSOLE, console)
    if daemon:
        daemon.terminate()
        daemon.wait()
with sqlite3.connect(os.path.join(folder, "pmactor.db")) as history:
    samples, span = history.execute("SELECT count(*), max(timestamp) - min(timestamp) FROM samples").fetchone()
shutil.rmtree(folder)
rate = taken / lasted / 1e6
print(f"{rate:.0f} MB/s for {lasted:.0f} s; the daemon took {share:.2f} % of a core; {samples} samples in {span:.1f} s")
sys.exit(rate < 100 or share >= 5 or samples < span)
