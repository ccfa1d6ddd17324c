#!/usr/bin/env python3
"""How soon the first evidence of a stall is taken, on this host: a file system of its own is frozen under a writer again
and again, and each stall has to have an artifact of the time in which it lasted, taken at most 250 ms after it was a
second old.

  tests/bench/first_evidence.py PROGRAM [--times N] [--seed N]

Exits with 1 if a stall was not found or its evidence came later, with 77 where no file system can be frozen.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

STALL_S = 1.0  # what is felt for so long is a stall
LATEST_S = 0.25  # after that
FROZEN_S = 2.5
START_S = 15.0  # what a daemon does once, as to compare the clocks of the CPUs, is done by then
OVER_S = 4.0  # after which the end of a stall is known, and its capture published
# All are captured, and nobody is notified.
SETTINGS = """
[forensics]
per_hour = 1000
cooldown = 0
least_disk = 0
least_memory = 0

[notifications]
enabled = false
"""


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


@contextlib.contextmanager
def file_system(folder):
    """A small file system in a file, mounted; yields where."""
    image, place = f"{folder}/image", f"{folder}/disk"
    os.mkdir(place)
    with open(image, "wb") as file:
        file.truncate(128 << 20)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    if subprocess.run(["mount", "-o", "loop", image, place], stderr=subprocess.DEVNULL).returncode != 0:
        skip("no image can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["fsfreeze", "--unfreeze", place], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "--lazy", place])


@contextlib.contextmanager
def ended_after(command, **options):
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def freeze(place, moments):
    """Freezes it for so long, each time with another time between. @returns from when on, on the wall clock."""
    result = []
    for pause in moments:
        time.sleep(pause)
        result.append(time.time())
        subprocess.run(["fsfreeze", "--freeze", place], check=True)
        try:
            time.sleep(FROZEN_S)
        finally:
            subprocess.run(["fsfreeze", "--unfreeze", place], check=True)
    time.sleep(OVER_S)
    return result


def ask(program, data, *words):
    return json.loads(subprocess.run([program, "events", *words, "--data", data, "--json"], check=True, text=True,
                                     stdout=subprocess.PIPE).stdout)


def first_during(event):
    """@returns when the first artifact was taken while the stall lasted, on the wall clock; None if none was."""
    taken = [x["at"] for x in (event.get("capture") or {}).get("artifacts", []) if x.get("at")]
    return min((x for x in taken if x < event["started"] + event["duration"]), default=None)


def judge(frozen_at, events):
    """Prints what became of one freeze. @returns how late its evidence was; None if it has none."""
    about = [x for x in events if abs(x["started"] - frozen_at) < 1]
    if not about:
        print("not found")
        return None
    event = min(about, key=lambda x: x["started"])
    began = f"began {event['started'] - frozen_at:+.3f} s after the freeze, lasted {event['duration']:.3f} s"
    taken = first_during(event)
    if taken is None:
        print(f"{began}; no evidence of it: {(event.get('capture') or {}).get('why', 'no capture')}")
        return None
    late = taken - event["started"] - STALL_S
    print(f"{began}; evidence {late * 1000:+.0f} ms after it was {STALL_S:.0f} s old")
    return late


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="decides when each freeze begins")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    if os.geteuid() != 0:
        skip("it needs root")
    if not (shutil.which("mkfs.ext4") and shutil.which("fsfreeze")):
        skip("there is no mkfs.ext4 or fsfreeze")
    # So that what looks once a second is met at any time of it.
    dice = random.Random(options.seed)
    moments = [dice.uniform(4, 6) for _ in range(options.times)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = stack.enter_context(file_system(folder))
        settings, data = f"{folder}/config.toml", f"{folder}/data"
        with open(settings, "w", encoding="utf-8") as file:
            file.write(SETTINGS)
        log = stack.enter_context(open(f"{folder}/said", "wb"))
        with ended_after([program, "run", "--data", data, "--config", settings], stdout=log, stderr=log,
                         env={**os.environ, "XDG_RUNTIME_DIR": folder}) as daemon, \
             ended_after(["/bin/sh", "-c", "while :; do echo x >>written; sleep 0.05; done"], cwd=place):
            time.sleep(START_S)
            if daemon.poll() is not None:
                with open(log.name, encoding="utf-8", errors="replace") as said:
                    sys.exit(f"the daemon has ended; it said: {said.read()[-500:]}")
            began = freeze(place, moments)
            listed = ask(program, data, "--kind", "stall", "--limit", "all")
            events = [ask(program, data, "show", str(x["id"])) for x in listed]
        delays = []
        for number, at in enumerate(began, 1):
            print(f"{number:>3}: ", end="")
            delays.append(judge(at, events))
    known = [x for x in delays if x is not None]
    in_time = sum(x <= LATEST_S for x in known)
    worst = f"{max(known) * 1000:+.0f} ms" if known else "none"
    print(f"{in_time} of {len(delays)} have evidence at most {LATEST_S * 1000:.0f} ms after they were"
          f" {STALL_S:.0f} s old; {len(known)} have any; the worst {worst}")
    return 0 if in_time == len(delays) else 1


if __name__ == "__main__":
    sys.exit(main())
