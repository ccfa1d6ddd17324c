"""Watches how long the host keeps a virtual machine's CPUs waiting.

The guest cannot know, so what its programs feel of a busy host is not held against the program
under test.
"""

import threading
import time
from pathlib import Path

EVERY_S = 0.25


def read_waited(process_id):
    """@returns how long the threads that play CPUs were ready to run and did not, in seconds."""
    total = 0
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        try:
            if (thread / "comm").read_text().startswith("CPU "):
                total += int((thread / "schedstat").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it ended, or this kernel does not count
    return total / 1e9


class HostWatch:
    """Takes readings in a thread of its own, from its start until it is asked to stop."""

    def __init__(self, process_id):
        self.process_id = process_id
        self.readings = []  # (monotonic time, waited so far)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.ending.wait(EVERY_S):
            try:
                self.readings.append((time.monotonic(), read_waited(self.process_id)))
            except OSError:
                return  # the machine ended

    def stop(self):
        self.ending.set()
        self.thread.join()


def to_guest_waits(readings, stamps):
    """Pure. @returns (begin, end, waited) by the guest's wall clock.

    @param stamps pairs of the host's monotonic time and the guest's wall clock, in order.
    """
    result = []
    for (begin, before), (end, after) in zip(readings, readings[1:]):
        known = [x for x in stamps if x[0] <= begin] or stamps[:1]
        if known and after > before:
            ahead = known[-1][1] - known[-1][0]
            result.append((begin + ahead, end + ahead, after - before))
    return result
