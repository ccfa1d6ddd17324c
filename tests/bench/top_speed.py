#!/usr/bin/env python3
"""What `pmactor top` and `pmactor explain` cost on thirty days at one sample a second (2.6 million rows) and 3000 events:
from a key to the first and to the last byte of what it changes on the screen, and the CPU time of the view at rest.
Exits with 1 where a key takes longer than 30 ms, by the median, the view at rest more than 0.3 % of a core, or `explain`
more than 20 ms of CPU time, by the median.
Usage: top_speed.py [PROGRAM] [DAYS]"""
import fcntl
import os
import pty
import resource
import select
import shutil
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release/pmactor")
days = int(sys.argv[2]) if len(sys.argv) > 2 else 30
problems = []

FILL = """
  DELETE FROM samples;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {days} * 86400)
  INSERT INTO samples(timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, swap_used, io_read, io_write,
    net_sent, net_recv, psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some, psi_io_full, stress_total, stress_load,
    stress_memory, stress_latency, stress_io, late_beat, late_cpu, late_disk)
  SELECT unixepoch() - {days} * 86400 + i, 1.0, abs(random() % 100), 1.5, 8000000000 + i, 16000000000, 0,
    abs(random() % 10000000), abs(random() % 10000000), 1234.5, 2345.6, 0.1, 0.0, 0.0, 1.0, 0.0, abs(random() % 60),
    1.0, 2.0, 3.0, 0.0, 0.0001, abs(random() % 400) / 100000.0, abs(random() % 200) / 10000.0 FROM n;
  INSERT INTO process_samples(sample_id, pid, start_time, name, cpu_pct, mem_bytes, io_read, io_write, state, is_suspect)
  SELECT id, 1000 + id % 7, 1.7e9, 'worker-' || (id % 7), 12.5, 1e7, 1e5, 2e5, 'S', 0 FROM samples;
"""


def fill(database):
    db = sqlite3.connect(database)
    db.executescript(FILL.format(days=days))
    now = time.time()
    for i in range(3000):
        began = now - days * 86400 + i * days * 86400 / 3000
        db.execute(
            "INSERT INTO events(kind, started, ended, duration, uncertainty, expected, latency_ratio, asleep, cause,"
            " confidence, scope, ledger, evidence, culprits, event_id) VALUES('pause', ?, ?, 2.5, 0.05, 0.1, 25, 0, 'io',"
            " 'high', 'system', '{\"io\":2.5}', '[]', '[{\"pid\":1001,\"name\":\"worker-1\",\"reason\":\"\"}]', ?)",
            (began, began + 2.5, int(began * 1e9)))
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return os.path.getsize(database)


def open_view(data, lines=24, columns=80):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        os.execv(program, [program, "top", "--data", data])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    return pid, terminal


def drain(terminal, quiet):
    """Reads until nothing comes for so long. Returns when the first and the last of it came."""
    first = last = None
    while select.select([terminal], [], [], quiet)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:
            break
        last = time.perf_counter()
        first = first or last
    return first, last


def press_keys(data):
    pid, terminal = open_view(data)
    time.sleep(1.5)
    drain(terminal, 0.2)
    went_back = [b"\x1b[D", b"[", b"[", b"p", b"p", b"n", b"]", b"\r", b"\r", b"\t", b"\t", b"d", b"c", b"+"]
    firsts, lasts, wide = [], [], []
    for key in went_back * 10:
        began = time.perf_counter()
        os.write(terminal, key)
        first, last = drain(terminal, 0.1)
        if first:
            firsts.append((first - began) * 1000)
            lasts.append((last - began) * 1000)
    for key in [b"-"] * 9:
        began = time.perf_counter()
        os.write(terminal, key)
        first, last = drain(terminal, 1.0)
        if first:
            wide.append(f"{(first - began) * 1000:.1f}/{(last - began) * 1000:.0f}")
    os.write(terminal, b"q")
    os.waitpid(pid, 0)
    print(f"key to screen:        first byte {statistics.median(firsts):.1f} ms, at most {max(firsts):.1f} ms; all of it "
          f"{statistics.median(lasts):.1f} ms, at most {max(lasts):.1f} ms ({len(firsts)} keys)")
    if statistics.median(lasts) > 30:
        problems.append("a key takes longer than 30 ms")
    print("wider columns, up to 12 h each, first/all of it in ms: " + " ".join(wide))


def rest(data, seconds=60):
    pid, terminal = open_view(data)
    time.sleep(3)

    def used():
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    begin = used()
    end = time.time() + seconds
    while time.time() < end:
        drain(terminal, 0.5)
    cost = used() - begin
    memory = [line for line in open(f"/proc/{pid}/status") if line.startswith("VmRSS")][0].split()[1]
    os.write(terminal, b"q")
    os.waitpid(pid, 0)
    if cost / seconds > 0.003:
        problems.append("the view at rest takes more than 0.3 % of a core")
    print(f"live, at rest:        {cost / seconds * 100:.2f} % of a core over {seconds} s, {int(memory) / 1000:.1f} MB")


def explain(data):
    walls, cpus = [], []
    for i in range(50):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run([program, "explain", "--at", f"{5 + i * 13}h", "--data", data], stdout=subprocess.DEVNULL)
        walls.append((time.perf_counter() - began) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    print(f"explain --at:         {statistics.median(walls):.1f} ms ({statistics.median(cpus):.1f} ms CPU)")
    if statistics.median(cpus) > 20:
        problems.append("explain takes more than 20 ms")


def main():
    folder = tempfile.mkdtemp()
    data = os.path.join(folder, "data")
    os.environ["XDG_RUNTIME_DIR"] = folder
    try:
        for verb in ("start", "stop"):
            subprocess.run([program, verb, "--data", data], check=True, stdout=subprocess.DEVNULL)
        size = fill(os.path.join(data, "pmactor.db"))
        print(f"{days * 86400} rows, {size // 1000000} MB")
        explain(data)
        press_keys(data)
        subprocess.run([program, "start", "--data", data], check=True, stdout=subprocess.DEVNULL)
        rest(data)
    finally:
        subprocess.run([program, "stop", "--data", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder)
    for x in problems:
        print("PROBLEM", x)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
