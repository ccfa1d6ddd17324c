#!/usr/bin/env python3
"""How often the daemon wakes up with nobody who asks for its metrics, with a web server that nobody scrapes, and with
one that is scraped every second: the same each time, as metrics are read from what it keeps anyway.

usage: scrape_wakeups.py PMACTOR [ROUNDS [SECONDS]]
Rounds of the three take turns, so that what else the machine does meanwhile falls on all of them.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

MOST = 1.0  # further wake-ups a second
failed = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failed.append(what)


def wakeups_of(pid):
    """How often its threads have gone to sleep so far, each by itself: a thread that ends does not count backwards."""
    result = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status") as f:
                result[thread] = int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", f.read(), re.M)[1])
        except OSError:
            pass
    return result


def wakeups_a_second(pid, seconds):
    before, began = wakeups_of(pid), time.time()
    time.sleep(seconds)
    after = wakeups_of(pid)
    return sum(n - before.get(thread, 0) for thread, n in after.items()) / (time.time() - began)


class Server:
    def __init__(self, program, data):
        self.process = subprocess.Popen([program, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.url = re.search(r"http://\S+/", self.process.stdout.readline())[0] + "metrics"
        self.scrapes, self.is_over = 0, threading.Event()

    def scrape(self):
        while not self.is_over.wait(1):
            with urllib.request.urlopen(self.url, timeout=20) as answer:
                self.scrapes += b"pmactor_up 1" in answer.read()

    def end(self):
        self.is_over.set()
        self.process.terminate()
        self.process.wait(10)


def measure(program, data, pid, how, seconds):
    """Returns the wake-ups a second, and how often it was scraped."""
    if how == "alone":
        return wakeups_a_second(pid, seconds), 0
    server = Server(program, data)
    scraper = threading.Thread(target=server.scrape, daemon=True)
    if how == "scraped":
        scraper.start()
    try:
        return wakeups_a_second(pid, seconds), server.scrapes
    finally:
        server.end()


def play(program, folder, rounds, seconds):
    data = os.path.join(folder, "data")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        os.environ[name] = folder
    daemon = subprocess.Popen([program, "run", "--data", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(20)  # it has learned what there is
        found, scrapes = {"alone": [], "served": [], "scraped": []}, 0
        for _ in range(rounds):
            for how, rates in found.items():
                rate, count = measure(program, data, daemon.pid, how, seconds)
                rates.append(rate)
                scrapes += count
        alone = statistics.median(found["alone"])
        served, scraped = statistics.median(found["served"]), statistics.median(found["scraped"])
        check(alone > 1, f"the daemon wakes up {alone:.1f} times a second with nobody who asks")
        check(served - alone < MOST, f"{served:.1f} times beside a web server that nobody scrapes")
        check(scrapes > rounds and scraped - alone < MOST, f"{scraped:.1f} times where it is scraped every second, {scrapes} times")
    finally:
        daemon.terminate()
        daemon.wait(20)


def main():
    rounds, seconds = (int(x) for x in (sys.argv[2:] + ["5", "10"][len(sys.argv) - 2:])[:2])
    folder = tempfile.mkdtemp(prefix="pmactor-wakeups-")
    try:
        play(os.path.abspath(sys.argv[1]), folder, rounds, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
