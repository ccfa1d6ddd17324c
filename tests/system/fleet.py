#!/usr/bin/env python3
"""Five real daemons watched by the real Prometheus, Alertmanager and node_exporter.

usage: fleet.py PMACTOR CONF [--keep FOLDER]
PMACTOR is the program, CONF the folder conf/ of the sources. Exit code 77: something is missing here.
"""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

NEEDED = ["prometheus", "promtool", "prometheus-alertmanager", "prometheus-node-exporter"]
HOSTS = ["a", "b", "c", "d", "e"]
PAUSE = 6.5  # seconds: more than the 5 of the rule
FREEZE = 65  # seconds: so long that Prometheus has given up the series, and their values of a minute ago are none
failed = []


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def check(holds, what):
    say(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failed.append(what)


def after(seconds):
    """All daemons stand on this machine: where it is busy enough, they have stood still together before."""
    return f"after {seconds:.1f} s" if seconds > -PAUSE else "already, of a pause that this machine itself had before"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(holds, patience, every=0.25):
    """Waits for something to become true; returns what it was after how many seconds, or None."""
    began = time.time()
    while time.time() - began < patience:
        try:
            found = holds()
        except (OSError, ValueError):
            found = None
        if found:
            return found, time.time() - began
        time.sleep(every)
    return None


class Threaded(http.server.ThreadingHTTPServer):
    daemon_threads = True


def serve(handler):
    server = Threaded(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Fleet:
    def __init__(self, program, conf, folder):
        self.program, self.conf, self.folder = program, conf, folder
        self.processes, self.daemons, self.alerts = [], {}, []
        self.targets, self.frozen = {}, set()

    def start(self, name, command, **more):
        out = open(os.path.join(self.folder, name + ".log"), "w")
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)
        self.processes.append(process)
        return process

    def data(self, host):
        return os.path.join(self.folder, host)

    def start_daemon(self, host):
        os.makedirs(self.data(host), exist_ok=True)
        command = [self.program, "run", "--data", self.data(host), "--set",
                   f"host.labels=rack={'r1' if host in 'abc' else 'r2'}"]
        if host == "e":
            os.makedirs(os.path.join(self.folder, "textfile"), exist_ok=True)
            command += ["--set", "metrics.textfile=" + os.path.join(self.folder, "textfile", "pmactor.prom"),
                        "--set", "metrics.interval=5"]
        self.daemons[host] = self.start("daemon-" + host, command, env=self.environment(host))

    def environment(self, host):
        env = dict(os.environ)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            env[name] = os.path.join(self.folder, "home-" + host)
            os.makedirs(env[name], mode=0o700, exist_ok=True)
        env.pop("JOURNAL_STREAM", None)
        return env

    def metrics(self, host, openmetrics=True):
        command = [self.program, "metrics", "--data", self.data(host), "--set",
                   f"host.labels=rack={'r1' if host in 'abc' else 'r2'}"]
        done = subprocess.run(command + (["--openmetrics"] if openmetrics else []), env=self.environment(host),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
        return done.stdout

    def serve_metrics(self, host):
        fleet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                while host in fleet.frozen:
                    time.sleep(0.1)
                is_open = "openmetrics" in self.headers.get("Accept", "")
                body = fleet.metrics(host, is_open)
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                     if is_open else "text/plain; version=0.0.4")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # Prometheus has given up meanwhile

            def log_message(self, *_):
                pass

        self.targets[host] = serve(Handler)
        return self.targets[host].server_address[1]

    def unplug(self, host):
        """The whole machine is gone: nothing answers under its address."""
        self.targets[host].shutdown()
        self.targets[host].server_close()

    def receive_alerts(self):
        fleet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fleet.alerts += [(time.time(), x) for x in body["alerts"]]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        return serve(Handler).server_address[1]

    def alert(self, name, **labels):
        for at, x in self.alerts:
            if x["status"] == "firing" and x["labels"]["alertname"] == name \
                    and all(x["labels"].get(k) == v for k, v in labels.items()):
                return at, x
        return None

    def ask(self, path, **values):
        url = f"http://127.0.0.1:{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(values)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, expr):
        return self.ask("query", query=expr)["result"]

    def pause(self, hosts, seconds):
        """Stops daemons and their children, so that the second witness is late too, and all that answers for them."""
        self.frozen.update(hosts)
        everyone = []
        for host in hosts:
            pid = self.daemons[host].pid
            children = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE).stdout.split()
            everyone += [pid] + [int(x) for x in children]
        for pid in everyone:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in everyone:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        self.frozen.difference_update(hosts)
        return time.time()

    def watch(self):
        ports = {host: self.serve_metrics(host) for host in HOSTS[:4]}
        exporter = free_port()
        self.start("node-exporter", ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{exporter}",
                                     "--collector.disable-defaults", "--collector.textfile",
                                     "--collector.textfile.directory=" + os.path.join(self.folder, "textfile")])
        receiver, manager, self.prometheus = self.receive_alerts(), free_port(), free_port()
        with open(os.path.join(self.conf, "prometheus/alertmanager.yml")) as f:
            example = f.read()
        with open(os.path.join(self.folder, "alertmanager.yml"), "w") as f:
            f.write(example.replace("http://127.0.0.1:9095/alerts", f"http://127.0.0.1:{receiver}/"))
        self.start("alertmanager", ["prometheus-alertmanager", "--config.file", os.path.join(self.folder, "alertmanager.yml"),
                                    "--storage.path", os.path.join(self.folder, "am"), "--cluster.listen-address=",
                                    f"--web.listen-address=127.0.0.1:{manager}"])
        targets = "".join(f"""
      - targets: ['127.0.0.1:{port}']
        labels: {{machine: {host}}}""" for host, port in list(ports.items()) + [("e", exporter)])
        shutil.copy(os.path.join(self.conf, "prometheus/pmactor.rules.yml"), self.folder)
        with open(os.path.join(self.folder, "prometheus.yml"), "w") as f:
            f.write(f"""
global: {{scrape_interval: 5s, evaluation_interval: 5s}}
rule_files: [{self.folder}/pmactor.rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{manager}']}}]}}]}}
scrape_configs:
  - job_name: pmactor
    static_configs:{targets}
    relabel_configs:
      - {{source_labels: [machine], target_label: instance}}
""")
        self.start("prometheus", ["prometheus", "--config.file", os.path.join(self.folder, "prometheus.yml"),
                                  "--storage.tsdb.path", os.path.join(self.folder, "tsdb"), "--enable-feature=exemplar-storage",
                                  f"--web.listen-address=127.0.0.1:{self.prometheus}"])

    def plant_history(self, host):
        """What a machine seldom does while it is tested: a stall and an outage of some time ago."""
        database = sqlite3.connect(os.path.join(self.data(host), "pmactor.db"), timeout=10)
        now = time.time()
        columns = [x[1] for x in database.execute("PRAGMA table_info(events)")]
        for kind, ago, more in (("stall", 2000, {"stall": '{"resource":"disk","name":"sda","over":true}', "cause": "io"}),
                                ("outage", 4000, {"facts": '{"cause":"power"}'})):
            row = {"kind": kind, "started": now - ago, "ended": now - ago + 12, "duration": 12,
                   "event_id": int((now - ago) * 1e9), **{k: v for k, v in more.items() if k in columns}}
            database.execute(f"INSERT INTO events({','.join(row)}) VALUES({','.join('?' * len(row))})", list(row.values()))
        database.commit()
        database.close()

    def end(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def check_board(fleet):
    with open(os.path.join(fleet.conf, "grafana/pmactor.json")) as f:
        board = json.load(f)
    empty = []
    queries = [x["expr"] for panel in board["panels"] for x in panel.get("targets", [])]
    for expr in queries:
        filled = expr.replace("$instance", "a").replace("$__rate_interval", "1m").replace("$__range", "15m")
        if not fleet.query(filled):
            empty.append(expr)
    check(not empty, f"all {len(queries)} queries of the board return data"
          + ("" if not empty else ", but not " + "; ".join(empty)))


def play(fleet):
    for host in HOSTS:
        fleet.start_daemon(host)
    for host in HOSTS:
        found = until(lambda: b"pmactor_up 1" in fleet.metrics(host, False)
                      and b'pmactor_samples_total{fate="stored"} 0' not in fleet.metrics(host, False), 60)
        if not found:
            raise SystemExit(f"daemon {host} does not come up; see {fleet.folder}")
    fleet.plant_history("a")
    for openmetrics in (False, True):
        document = fleet.metrics("a", openmetrics)
        if not openmetrics:
            lint = subprocess.run(["promtool", "check", "metrics"], input=document, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
            check(lint.returncode == 0 and not lint.stdout, "promtool check metrics is content " + lint.stdout.decode())
    fleet.watch()
    check(until(lambda: len(fleet.query("pmactor_up == 1")) == 5, 90), "Prometheus scrapes five machines")
    check(until(lambda: fleet.query('count(pmactor_build_info offset 1m)'), 120), "and has done so for a minute")
    series = len(re.findall(rb"^pmactor_", fleet.metrics("a", False), re.M))
    say(f"        {series} series a machine, {len(fleet.metrics('a', False))} bytes a scrape")

    ended = fleet.pause(["d"], FREEZE)
    found = until(lambda: fleet.alert("PmactorLongPause", instance="d"), 60)
    check(found and found[0][0] - ended <= 30, f"a freeze of {FREEZE} s, in which no scrape succeeds, is at the receiver within 30 s"
          + (f": after {found[0][0] - ended:.1f} s, cause {found[0][1]['labels'].get('cause')}" if found else ""))
    if found:
        check(found[0][1]["labels"].get("cause") == "stopped", "with its cause")
        say("        " + found[0][1]["annotations"]["summary"])
    exemplars = fleet.ask("query_exemplars", query="pmactor_pause_seconds_bucket", start=time.time() - 600, end=time.time())
    check(any("event_id" in x["labels"] for y in exemplars for x in y["exemplars"]), "its event is an exemplar in Prometheus")

    ended = fleet.pause(["a", "b", "c"], PAUSE)
    found = until(lambda: fleet.alert("PmactorSameSecondsOnSeveralMachines", rack="r1"), 60)
    check(found, "three machines of a rack are one alert"
          + (f" {after(found[0][0] - ended)}: {found[0][1]['annotations']['summary']}" if found else ""))
    check(not fleet.alert("PmactorSameSecondsOnSeveralMachines", rack="r2"), "and one machine of another rack is none")

    fleet.daemons["d"].kill()
    killed = time.time()
    found = until(lambda: fleet.alert("PmactorMonitorDead", instance="d"), 90)
    check(found, "a daemon that was killed is reported" + (f" after {found[0][0] - killed:.1f} s" if found else ""))
    fleet.unplug("c")
    unplugged = time.time()
    fleet.daemons["e"].kill()
    killed = time.time()
    check_board(fleet)
    found = until(lambda: fleet.alert("PmactorMonitorDead", instance="c"), 120)
    check(found and found[0][1]["labels"].get("host"), "a machine that does not answer at all is reported with its name"
          + (f" after {found[0][0] - unplugged:.1f} s: {found[0][1]['annotations']['summary']}" if found else ""))
    found = until(lambda: fleet.alert("PmactorMonitorDead", instance="e"), 120)
    check(found, "and so is one whose textfile has gone stale" + (f", after {found[0][0] - killed:.1f} s" if found else ""))


def main():
    missing = [x for x in NEEDED if not shutil.which(x)]
    if missing:
        print("SKIPPED: there is no " + ", no ".join(missing) + "; `./dev fleet` installs them")
        return 77
    program, conf = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    for command in (["promtool", "check", "rules", "pmactor.rules.yml"],
                    ["promtool", "check", "config", "--syntax-only", "prometheus.yml"], ["promtool", "test", "rules", "pmactor.rules.test.yml"]):
        done = subprocess.run(command, cwd=os.path.join(conf, "prometheus"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        check(done.returncode == 0, " ".join(command) + ("" if done.returncode == 0 else ": " + done.stdout.decode()))
    keep = sys.argv[4] if len(sys.argv) > 4 and sys.argv[3] == "--keep" else None
    folder = keep or tempfile.mkdtemp(prefix="pmactor-fleet-")
    os.makedirs(folder, exist_ok=True)
    fleet = Fleet(program, conf, folder)
    try:
        play(fleet)
    finally:
        fleet.end()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    say("all of it holds" if not failed else f"{len(failed)} of it did not hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
