#!/usr/bin/env python3
"""What a fleet costs a Prometheus: one process serves a thousand simulated machines, a real Prometheus scrapes them.

usage: thousand_hosts.py SIMULATED_FLEET CONF [--hosts N] [--seconds S] [--interval S]
           [--days MACHINES] [--no-rules]
SIMULATED_FLEET is the program of the build, CONF the folder conf/ of the sources. Exit code 77: something is missing here.
"""
import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

NEEDED = ["prometheus", "promtool"]


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) / 1024


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, x)) for at, _, files in os.walk(folder) for x in files)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(web, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{web}{path}", timeout=60) as answer:
        return answer.read().decode()


def query(web, expr):
    found = json.loads(get(web, "/api/v1/query?query=" + urllib.request.quote(expr)))["data"]["result"]
    return float(found[0]["value"][1]) if found else 0.0


def configure(folder, conf, port, asked):
    targets = [{"targets": [f"127.0.0.1:{port}"], "labels": {"__metrics_path__": f"/{i}", "instance": f"host-{i}"}}
               for i in range(asked.hosts)]
    with open(folder + "/targets.json", "w") as f:
        json.dump(targets, f)
    with open(folder + "/prometheus.yml", "w") as f:
        f.write(f"""
global: {{scrape_interval: {asked.interval}s, evaluation_interval: 15s}}
rule_files: [{'' if asked.no_rules else os.path.abspath(conf) + '/prometheus/pmactor.rules.yml'}]
scrape_configs:
  - job_name: pmactor
    file_sd_configs: [{{files: [{folder}/targets.json]}}]
""")


def measure_scrapes(web, prometheus, folder, asked):
    """Returns whether all machines answered."""
    time.sleep(asked.interval * 2)  # all have been scraped once
    cpu, began = cpu_of(prometheus.pid), time.time()
    while time.time() - began < asked.seconds:
        time.sleep(min(30, asked.seconds))
        print(f"    … {time.time() - began:.0f} s of {asked.seconds} s", flush=True)
    cpu, took = cpu_of(prometheus.pid) - cpu, time.time() - began
    up, samples = query(web, "count(up == 1)"), query(web, "sum(scrape_samples_scraped)")
    own = get(web, "/metrics")

    def number(name):
        return sum(float(x) for x in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", own, re.M))

    appended = number("prometheus_tsdb_head_samples_appended_total")
    log = size_of(folder + "/tsdb/wal")
    machines = max(up, 1)
    longest = query(web, "max(max_over_time(scrape_duration_seconds[5m]))")
    print(f"machines answered        {up:.0f} of {asked.hosts}, every {asked.interval} s for {took:.0f} s")
    print(f"series a machine         {samples / machines:.0f}")
    print(f"series in the head       {number('prometheus_tsdb_head_series'):.0f}, with those of the rules and scrapes")
    print(f"samples appended         {appended:.0f}")
    print(f"log of writes            {log / 1e6:.1f} MB, {log / max(appended, 1):.2f} bytes a sample")
    print(f"Prometheus' CPU          {cpu / took * 100:.1f} % of one core, "
          f"{cpu / took / machines * 1e6:.0f} µs a second and machine")
    print(f"Prometheus' memory       {memory_of(prometheus.pid):.0f} MB")
    print(f"longest scrape           {longest * 1000:.0f} ms")
    print(f"one evaluation of rules  {number('prometheus_rule_group_last_duration_seconds') * 1000:.0f} ms")
    return up == asked.hosts


def scrape(program, conf, folder, asked):
    fleet = subprocess.Popen([program, "serve", str(asked.hosts)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    web, prometheus = free_port(), None
    try:
        configure(folder, conf, int(fleet.stdout.readline()), asked)
        with open(folder + "/prometheus.log", "w") as log:
            prometheus = subprocess.Popen(["prometheus", "--config.file", folder + "/prometheus.yml",
                                           "--storage.tsdb.path", folder + "/tsdb", f"--web.listen-address=127.0.0.1:{web}"],
                                          stdout=log, stderr=subprocess.STDOUT)
        answered = measure_scrapes(web, prometheus, folder, asked)
        print(f"the fleet's own CPU      {cpu_of(fleet.pid):.1f} s in all")
        return answered
    finally:
        if prometheus:
            prometheus.terminate()
            prometheus.wait(60)
        fleet.stdin.close()
        fleet.wait(60)


def measure_days(program, folder, asked):
    """A day of some machines, in blocks as Prometheus keeps them."""
    text, blocks = folder + "/day.om", folder + "/blocks"
    with open(text, "w") as f:
        subprocess.run([program, "day", str(asked.days), str(asked.interval)], stdout=f, check=True)
    with open(text) as f:
        samples = sum(not x.startswith("#") for x in f)
    done = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=24h", text, blocks],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print("promtool: " + done.stdout[-500:])
        return False
    kept = size_of(blocks)
    print(f"a day of a machine       {samples / asked.days:.0f} samples, {kept / asked.days / 1e6:.2f} MB in blocks, "
          f"{kept / samples:.2f} bytes a sample")
    return samples > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("conf")
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--interval", type=int, default=15)
    parser.add_argument("--days", type=int, default=3, metavar="MACHINES", help="measure a whole day of so many")
    parser.add_argument("--no-rules", action="store_true", help="only scrape: what the rules cost is the difference")
    asked = parser.parse_args()
    missing = [x for x in NEEDED if not shutil.which(x)]
    if missing:
        print("SKIPPED: there is no " + ", no ".join(missing) + "; `./dev fleet` installs them")
        return 77
    folder = tempfile.mkdtemp(prefix="pmactor-thousand-")
    try:
        holds = measure_days(asked.program, folder, asked) if asked.days > 0 else True
        return 0 if scrape(asked.program, asked.conf, folder, asked) and holds else 1
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
