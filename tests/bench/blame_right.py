#!/usr/bin/env python3
"""Whether the right one is blamed, twenty times each: real starvation by known doers, beside a process that is busy and
does no harm.

  tests/bench/blame_right.py PROGRAM [--times N] [--only hogs,spinners,quota,stop]

hogs      three real-time processes that take 60, 30 and 10 % of every CPU in turn: shares within 5 points, the order right
spinners  a real-time spinner on every CPU: it is named, and nothing else
quota     the daemon's own group runs out of its quota: nobody is blamed
stop      the daemon is stopped from outside: nobody is blamed

Exits with 1 if one of them is not so, with 77 where it may not make processes real-time.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

SHARES = {"hog60": 0.6, "hog30": 0.3, "hog10": 0.1}
CYCLE = 0.05
INNOCENT = "innocent"


def become(name, cpu=None, realtime=True):
    with open("/proc/self/comm", "w", encoding="utf-8") as file:
        file.write(name)
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    if realtime:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))  # above the beat


def spin(until):
    while time.monotonic() < until:
        pass


def sleep(until):
    time.sleep(max(0, until - time.monotonic()))


def play(name, cpu, began, length, at, share):
    """Runs for its share of every cycle, which begins at *at* of it."""
    become(name, cpu)
    cycle = began
    while cycle < began + length:
        sleep(cycle + at * CYCLE)
        # A little longer, so that the next is ready before it sleeps, and nothing else gets in between.
        spin(cycle + (at + share) * CYCLE + 0.0002)
        cycle += CYCLE


def on_every_cpu(doers, length):
    """@param doers of (name, at, share). @returns when it began and ended, in Unix seconds."""
    began, started = time.monotonic() + 0.2, time.time() + 0.2  # this process is starved as well
    children = []
    for cpu in sorted(os.sched_getaffinity(0)):
        for name, at, share in doers:
            child = os.fork()
            if child == 0:
                with contextlib.suppress(KeyboardInterrupt):
                    play(name, cpu, began, length, at, share)
                os._exit(0)
            children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return started, time.time()


class Daemon:
    """With a folder of its own, and a busy process beside it that holds nobody up."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="pmactor-blame-")
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.folder.name)
        settings = self.folder.name + "/pmactor.toml"
        with open(settings, "w", encoding="utf-8") as file:
            file.write("[forensics]\nenabled = false\n[notifications]\nenabled = false\n")
        self.process = subprocess.Popen([program, "run", "--data", self.folder.name + "/data", "--config", settings],
                                        env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(6)
        said = subprocess.run([program, "inspect", "--data", self.folder.name + "/data"], env=self.environment,
                              capture_output=True, text=True, check=False).stdout
        print("the recorder:", " ".join(re.sub(r"[│└├─]", " ", said[said.find("tier "):][:200]).split()))

    def pauses(self):
        return pauses_of(self.program, self.folder.name + "/data", self.environment)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.folder.cleanup()


def pauses_of(program, data, environment=None):
    answer = subprocess.run([program, "events", "--json", "--parts", "--kind", "pause", "--limit", "all", "--data", data],
                            env=environment, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def during(pauses, started, ended):
    """@returns the longest of the pauses that overlap."""
    found = [x for x in pauses if x["started"] < ended and x["ended"] > started]
    return max(found, key=lambda x: x["duration"], default=None)


def shares_of(pause):
    """@returns who held what part of the harm, by name."""
    blame = pause.get("blame") or {}
    result = {}
    for x in blame.get("doers", []):
        result[x["name"]] = result.get(x["name"], 0) + x["held"] / max(1e-9, blame["harm"])
    return result


def named(pause):
    return [x["name"] for x in pause.get("culprits") or []]


def busy_beside():
    child = os.fork()
    if child == 0:
        become(INNOCENT, realtime=False)
        os.nice(19)
        while True:
            pass
    return child


def starve(program, times, doers, judge):
    daemon = Daemon(program)
    spans, wrong = [], []
    try:
        for _ in range(times):
            spans.append(on_every_cpu(doers, 0.6))
            time.sleep(1.2)
        time.sleep(3)
        pauses = daemon.pauses()
    finally:
        daemon.end()
    for number, (started, ended) in enumerate(spans, 1):
        pause = during(pauses, started, ended)
        problem = "no pause was found" if pause is None else judge(pause)
        if problem:
            wrong.append(f"{number}: {problem}")
    return wrong


def judge_hogs(pause, errors):
    shares = shares_of(pause)
    if (pause.get("blame") or {}).get("source") != "recorded":
        return f"not recorded but {pause.get('blame')}"
    if sorted(SHARES, key=lambda x: -shares.get(x, 0)) != list(SHARES):
        return f"the order is wrong: {shares}"
    # The pause is a little longer than they ran: on a busy machine others have their turn before and after.
    together = sum(shares.get(x, 0) for x in SHARES)
    if together < 0.8:
        return f"they held but {together:.2f}: {shares}"
    error = max(abs(shares.get(x, 0) / together - y) for x, y in SHARES.items())
    errors.append(error)
    return f"off by {error:.3f}: {shares}" if error > 0.05 else None


def judge_spinners(pause):
    return None if set(named(pause)) == {"spinner"} else f"named are {named(pause)}, cause {pause['cause']}"


def hogs(program, times):
    doers, at = [], 0
    for name, share in SHARES.items():
        doers.append((name, at, share))
        at += share
    errors = []
    wrong = starve(program, times, doers, lambda x: judge_hogs(x, errors))
    if errors:
        print(f"hogs: off by {sum(errors) / len(errors) * 100:.1f} points on average, {max(errors) * 100:.1f} at most")
    return wrong


def spinners(program, times):
    return starve(program, times, [("spinner", 0, 1)], judge_spinners)


def nobody(program, times, kind, causes, options):
    """Has the self-test inflict it, beside a process that is busy."""
    wrong, seen = [], 0
    for _ in range(times):
        if seen >= times:
            break
        answer = subprocess.run([program, "selftest", "--only", kind, "--keep", "--json", *options],
                                capture_output=True, text=True, check=False)
        kept = re.search(r"kept in (\S+?)\.?$", answer.stderr, re.MULTILINE)
        if kept is None:
            return [f"{kind}: {answer.stdout[-200:]}{answer.stderr[-300:]}"]
        pauses = [x for x in pauses_of(program, kept[1] + "/data") if x["cause"] in causes]
        for x in pauses:
            if named(x) or shares_of(x):
                wrong.append(f"{kind} {x['id']}: named {named(x)}, charged {shares_of(x)}")
        seen += len(pauses)
        subprocess.run(["rm", "-rf", kept[1]], check=False)
        if not pauses:
            return [f"{kind}: no pause was found"]
    print(f"{kind}: {seen} pauses")
    return wrong


KINDS = {
    "hogs": hogs,
    "spinners": spinners,
    "quota": lambda program, times: nobody(program, times, "quota", {"quota"}, ["--quick"]),
    "stop": lambda program, times: nobody(program, times, "stop-both", {"stopped"}, ["--count", str(times), "--longest", "1"]),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", default=",".join(KINDS))
    asked = parser.parse_args()
    program = os.path.realpath(asked.program)
    try:
        before = os.sched_getscheduler(0), os.sched_getparam(0)
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        os.sched_setscheduler(0, *before)
    except PermissionError:
        print("SKIPPED: it may not make processes real-time")
        sys.exit(77)
    failed = False
    innocent = busy_beside()
    try:
        for kind in asked.only.split(","):
            wrong = KINDS[kind](program, asked.times)
            print(f"{kind}: {'right' if not wrong else str(len(wrong)) + ' wrong'}, of {asked.times}", flush=True)
            for x in wrong:
                print("  " + x)
            failed = failed or bool(wrong)
    finally:
        os.kill(innocent, signal.SIGKILL)
        os.waitpid(innocent, 0)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
