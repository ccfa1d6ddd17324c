#!/usr/bin/env python3
"""Stalls of a disk of this very machine, no emulator between: judged by what the laboratory's victims feel.

  tests/lab/own_disk.py PROGRAM [--times N] [--only frozen,storm]

frozen    a file system under a writer is frozen for 2.5 s
storm     64 threads of a program write and flush on a disk of 100 writes a second

The disk is a loop device over a file. What makes it slow is the first version of the kernel's block I/O controller,
which alone throttles a disk for all; where that is not mounted only `frozen` is made. It keeps requests from the disk,
so that none is ahead of another there, and the doer is judged in the guests.
Exits with 1 if something was missed, wrong or late, with 77 where it may not make a disk.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from play_scenario import SETTINGS
from recording import Mark, Moment, Recording, Span, read_felt
from report import ON_TIME_S, add_up, list_failures, write_table
from scenario import Truth
from score import score

HERE = Path(__file__).parent
THROTTLE = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_iops_device")
WRITES_A_SECOND = 100
FROZEN_S, STORM_S = 2.5, 6
REST_S = 5  # until the victims are at ease again, and up to a second more: what looks each second is met anywhere
CANNOT = 77


class CannotTry(Exception):
    """Such a disk cannot be made here; the sentence says why."""


def run(*words):
    """@returns what a command wrote."""
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE).stdout


def stamp():
    return Moment(time.time(), time.clock_gettime(time.CLOCK_BOOTTIME), time.monotonic())


class OwnDisk:
    """A slow file system with victims on it, and the program under test beside."""

    def __init__(self, program, folder, undo):
        self.folder, self.program = folder, program
        self.felt = folder / "felt"
        self.mount = folder / "disk"
        self.data = folder / "data"
        self.mount.mkdir()
        for name, source in (("victim", "victim"), ("hog-sync", "load")):
            run("g++", "-std=c++20", "-O1", "-pthread", "-o", folder / name, HERE / f"guest/{source}.cpp")
        image = folder / "image"
        run("truncate", "-s", "256M", image)
        run("mkfs.ext4", "-q", image)
        try:
            self.device = run("losetup", "-f", "--show", "--direct-io=on", image).strip()
        except subprocess.CalledProcessError:
            raise CannotTry("no loop device is to be had") from None
        undo.callback(subprocess.run, ["losetup", "-d", self.device], check=False)
        self.number = Path(f"/sys/block/{Path(self.device).name}/dev").read_text(encoding="ascii").strip()
        run("mount", self.device, self.mount)
        undo.callback(subprocess.run, ["umount", "--lazy", self.mount], check=False)
        undo.callback(self.thaw)
        if THROTTLE.exists():
            undo.callback(self.throttle, 0)

    def freeze(self):
        run("fsfreeze", "--freeze", self.mount)

    def thaw(self):
        subprocess.run(["fsfreeze", "--unfreeze", self.mount], check=False, stderr=subprocess.DEVNULL)

    def throttle(self, writes_a_second):
        THROTTLE.write_text(f"{self.number} {writes_a_second}", encoding="ascii")

    def spawn(self, undo, words, output):
        child = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT)

        def end():
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(10)

        undo.callback(end)
        return child

    def start(self, undo):
        """Starts the program under test and the victims, and lets them come to rest."""
        settings = self.folder / "config.toml"
        settings.write_text(SETTINGS, encoding="ascii")
        os.environ["XDG_RUNTIME_DIR"] = str(self.folder)
        said = undo.enter_context(open(self.folder / "said", "wb"))
        self.spawn(undo, [self.program, "run", "--data", self.data, "--config", settings], said)
        time.sleep(2)
        victims = undo.enter_context(ExitStack())
        felt = undo.enter_context(open(self.felt, "ab"))
        kinds = [(x, self.mount) for x in ("sync", "rename", "read", "statfs")]
        for kind, target in [*kinds, ("timer", "-"), ("start", "/bin/true")]:
            self.spawn(victims, [self.folder / "victim", kind, str(target)], felt)
        time.sleep(8)
        return victims

    def events(self):
        return json.loads(run(self.program, "events", "--data", self.data, "--limit", "all", "--json"))


def truth_of(disk):
    # A file system that is frozen is a mount that does not answer, on a disk that does nothing.
    return Truth("stall", ["disk", "mount"], [Path(disk.device).name, str(disk.mount)])


def frozen(disk):
    disk.freeze()
    time.sleep(FROZEN_S)
    disk.thaw()


def storm(disk):
    run(disk.folder / "hog-sync", "64", str(STORM_S), disk.mount)


def slow_down(disk):
    disk.throttle(WRITES_A_SECOND)


STEPS = {"frozen": (None, frozen), "storm": (slow_down, storm)}  # what is done once before, and each time


def play(name, times, program, folder):
    """@returns the score of one kind of stall, inflicted so many times."""
    before, inflict = STEPS[name]
    with ExitStack() as undo:
        disk = OwnDisk(program, folder, undo)
        victims = disk.start(undo)
        if before:
            before(disk)
        begin, marks = stamp(), []
        for number in range(times):
            first = stamp()
            inflict(disk)
            last = stamp()
            marks.append(
                Mark(
                    f"{name} {number + 1}",
                    truth_of(disk),
                    Span(first, first),
                    Span(last, last),
                    last.awake - first.awake,
                )
            )
            time.sleep(REST_S + random.random())
            print(f"==> {name}: {number + 1} of {times}", file=sys.stderr, flush=True)
        end = stamp()
        victims.close()
        felt = read_felt(disk.felt.read_text(encoding="utf-8"))
        return score(Recording(begin, end, felt, marks, disk.events()))


def find_shortcomings(total):
    """@returns a sentence for each thing that is not as it has to be."""
    result = []
    for key, right in (("stalls", "found"), ("resource", "right"), ("during", "right")):
        if total[key][right] < total[key]["of"]:
            result.append(f"{key}: {total[key][right]} of {total[key]['of']}")
    for key in ("confidently_wrong", "not_felt"):
        if total[key]:
            result.append(f"{key}: {total[key]}")
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", type=Path)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", default=",".join(STEPS), help="some of them")
    options = parser.parse_args()
    if unknown := [x for x in options.only.split(",") if x not in STEPS]:
        parser.error(f"there is no {unknown[0]}")
    if os.geteuid() != 0:
        raise CannotTry("it needs root, for a disk of its own")
    if missing := [x for x in ("g++", "losetup", "mkfs.ext4", "fsfreeze") if not shutil.which(x)]:
        raise CannotTry(f"there is no {missing[0]}")
    # So that what is left to be undone is undone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scores = {}
    for name in options.only.split(","):
        if STEPS[name][0] and not THROTTLE.exists():
            print(f"SKIPPED: {name}: there is no {THROTTLE}", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            scores[name] = play(name, options.times, options.program.resolve(), Path(folder))
        for line in list_failures(name, scores[name]):
            print(line)
    print(write_table(scores))
    total = add_up(list(scores.values()))
    during = total["during"]
    if during["of"]:
        print(f"first evidence of {during['of']} stalls, at most {during['most']:.3f} s late (bound {ON_TIME_S} s)")
    shortcomings = find_shortcomings(total)
    for line in shortcomings:
        print(f"not held: {line}")
    return 1 if shortcomings else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotTry as problem:
        print(f"SKIPPED: {problem}", file=sys.stderr)
        sys.exit(CANNOT)
