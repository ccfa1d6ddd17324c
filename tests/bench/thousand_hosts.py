#!/usr/bin/env python3
"""What a fleet costs a Prometheus: one process serves a thousand simulated machines, a real Prometheus scrapes them.

usage: thousand_hosts.py DOCUMENT [--hosts N] [--seconds S] [--interval S]
DOCUMENT is what `pmactor metrics` wrote on a real machine: each simulated one has its series, with counters that grow
at a pace of its own, and a pause now and then.
"""
import argparse
import http.server
import json
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

LINE = re.compile(r"^(\w+)(\{.*\})? (\S+)$")


class Host:
    """One machine: the document's lines, with values that go on from scrape to scrape."""

    def __init__(self, number, document):
        self.random = random.Random(number)
        self.number, self.pauses, self.paused = number, 0, 0.0
        self.parts = []
        for line in document.splitlines():
            found = LINE.match(line)
            self.parts.append((found[1], found[2] or "", float(found[3])) if found else line)

    def document(self, age):
        if self.random.random() < 0.002:  # a scrape
            self.pauses += 1
            self.paused += self.random.expovariate(0.5)
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
                continue
            name, labels, value = part
            if name == "pmactor_host_info":
                labels = f'{{host="host-{self.number}",machine_id="{self.number:032x}",rack="r{self.number // 40}"}}'
            elif name.endswith(("_total", "_count", "_sum", "_bucket")) and value > 0:
                value += int(age * (1 + self.number % 7))
            elif name.endswith("timestamp_seconds"):
                value = time.time()
            elif name == "pmactor_stress_points":
                value = self.random.randrange(100)
            out.append(f"{name}{labels} {value:.15g}")
        for le in ("0.5", "1", "2", "5", "10", "30", "60", "300", "+Inf"):
            out.append(f'pmactor_pause_seconds_bucket{{cause="stolen",scope="system",le="{le}"}} {self.pauses}')
        out.append(f'pmactor_pause_seconds_count{{cause="stolen",scope="system"}} {self.pauses}')
        out.append(f'pmactor_pause_seconds_sum{{cause="stolen",scope="system"}} {self.paused}')
        return ("\n".join(out) + "\n").encode()


def serve(hosts):
    began = time.time()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = hosts[int(self.path.rsplit("/", 1)[1])].document(time.time() - began)
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 1024

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document")
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--interval", type=int, default=15)
    asked = parser.parse_args()
    with open(asked.document) as f:
        document = f.read()
    port = serve([Host(i, document) for i in range(asked.hosts)])
    folder = tempfile.mkdtemp(prefix="pmactor-thousand-")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        web = s.getsockname()[1]
    targets = [{"targets": [f"127.0.0.1:{port}"], "labels": {"__metrics_path__": f"/{i}", "instance": f"host-{i}"}}
               for i in range(asked.hosts)]
    with open(folder + "/targets.json", "w") as f:
        json.dump(targets, f)
    with open(folder + "/prometheus.yml", "w") as f:
        f.write(f"""
global: {{scrape_interval: {asked.interval}s, evaluation_interval: 15s}}
rule_files: [{os.path.dirname(os.path.abspath(__file__))}/../../conf/prometheus/pmactor.rules.yml]
scrape_configs:
  - job_name: pmactor
    file_sd_configs: [{{files: [{folder}/targets.json]}}]
""")
    prometheus = subprocess.Popen(["prometheus", "--config.file", folder + "/prometheus.yml", "--storage.tsdb.path",
                                   folder + "/tsdb", f"--web.listen-address=127.0.0.1:{web}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(expr):
        url = f"http://127.0.0.1:{web}/api/v1/query?query=" + urllib.request.quote(expr)
        with urllib.request.urlopen(url, timeout=60) as answer:
            found = json.load(answer)["data"]["result"]
        return float(found[0]["value"][1]) if found else 0.0

    try:
        time.sleep(asked.interval * 2)  # all have been scraped once
        cpu, began = cpu_of(prometheus.pid), time.time()
        time.sleep(asked.seconds)
        cpu, took = cpu_of(prometheus.pid) - cpu, time.time() - began
        up, samples = ask("count(up == 1)"), ask("sum(scrape_samples_scraped)")
        with urllib.request.urlopen(f"http://127.0.0.1:{web}/metrics", timeout=60) as answer:
            own = answer.read().decode()

        def number(name):
            return sum(float(x) for x in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", own, re.M))

        rules = number("prometheus_rule_group_last_duration_seconds")
        wal = sum(os.path.getsize(os.path.join(at, x)) for at, _, files in os.walk(folder + "/tsdb/wal") for x in files)
        appended = number("prometheus_tsdb_head_samples_appended_total")
        print(f"machines answered        {up:.0f} of {asked.hosts}, every {asked.interval} s for {took:.0f} s")
        print(f"series a machine         {samples / max(up, 1):.0f}")
        print(f"series in the head       {number('prometheus_tsdb_head_series'):.0f}")
        print(f"samples appended         {appended:.0f}")
        print(f"log of writes            {wal / 1e6:.1f} MB, {wal / max(appended, 1):.2f} bytes a sample")
        print(f"Prometheus' CPU          {cpu / took * 100:.1f} % of one core, {cpu / took / max(up, 1) * 1e6:.0f} µs a second and machine")
        print(f"Prometheus' memory       {memory_of(prometheus.pid):.0f} MB")
        print(f"one evaluation of rules  {rules * 1000:.0f} ms")
    finally:
        prometheus.terminate()
        prometheus.wait(60)
        blocks = sum(os.path.getsize(os.path.join(at, x)) for at, _, files in os.walk(folder) for x in files)
        print(f"on disk in the end       {blocks / 1e6:.1f} MB")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
