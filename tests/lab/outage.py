"""Machines that end without warning, and what the program says of it at the next start.

An outage of `scenarios/outage.toml` boots a machine, lets the program run for a while, ends machine
or program in its way, starts them again with the same disks, and asks how the run before ended. What
was started again may be ended once more, so each round but the first costs one boot.
"""

import json
import random
import sys
import time
import tomllib
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from machine import Machine, Patience, Trouble
from play_scenario import DATA, make_disks, unpack_results
from scenario import FOLDER, BadScenario, take

LIMIT_S = 900  # of a round, on a host that has hardly any time for it
LEAST_RIGHT = 0.95
RUNS_S = 16  # before the end: several records have been written by then
# How it ends. In the guest a command; from outside a request to the emulator.
WAYS = {
    "order": "in the guest, by a command that ends it; the emulator ends with it",
    "restart": "in the guest, by a command that resets it",
    "quit": "the emulator ends at once",
    "reset": "the emulator resets the machine",
    "daemon": "in the guest, by a command that ends the program alone",
}


@dataclass
class Outage:
    name: str
    about: str
    way: str
    cause: list = field(default_factory=list)  # any of these is right
    command: str = ""
    load: str = ""  # runs in the guest for *load_s* before the end
    load_s: float = 0
    longest_age_s: float = 10  # of the last record; the seconds are those of the guest's clock
    is_shown: bool = True  # at the first look afterwards
    length_known: bool = True
    setup: list = field(default_factory=list)  # at each boot, before the program starts
    before: str = ""  # between the end of the program and its next start
    off_s: float = 0  # how long the machine is off
    silent_s: float = 0  # how long its disk has not answered before
    next_clock: str = ""  # what the clock of the machine says at the next boot
    flavour: str = "cloud"
    devices: list = field(default_factory=list)  # further ones of the emulator
    kernel: str = "psi=1"
    memory_mib: int = 320
    cpus: int = 2
    swap_mib: int = 0
    writable_snapshot: bool = False
    clock: str = "utc"

    def names(self):
        return "/".join(self.cause)


@dataclass
class OutageResult:
    name: str
    expected: list
    found: str
    confidence: str
    age_s: float | None  # of the last record, when it ended
    events: int
    is_shown: bool  # by `pmactor status`
    title: str
    length_known: bool
    breaches: list = field(default_factory=list)  # of what holds for each of them

    def is_right(self):
        return self.found in self.expected

    def is_confidently_wrong(self):
        return not self.is_right() and self.confidence == "high"


def read_outages(folder=FOLDER):
    """@returns every outage by its name."""
    result = {}
    text = (Path(folder) / "outage.toml").read_text(encoding="utf-8")
    for table in tomllib.loads(text).get("outage", []):
        outage = take(Outage, table, table.get("name", "an outage without a name"))
        if outage.way not in WAYS:
            raise BadScenario(f"{outage.name}: no way '{outage.way}'; there are {', '.join(WAYS)}")
        result[outage.name] = outage
    return result


def outages_among(events):
    """@returns the outages of `events --json`, newest first."""
    return [x for x in events if x["kind"] == "outage"]


def score_outage(outage, ended, events, status, known=frozenset()):
    """@param ended when it did, by the guest's wall clock.
    @param known the ids of the outages of earlier rounds.
    @returns the result."""
    new = [x for x in outages_among(events) if x["event_id"] not in known]
    if not new:
        raise Trouble(f"{outage.name}: no outage was reported")
    event, count = new[0], len(new)
    facts = event["facts"] or {}
    last = facts.get("last_record")
    result = OutageResult(
        name=outage.name,
        expected=outage.cause,
        found=event["cause"],
        confidence=event["confidence"],
        age_s=None if last is None else round(ended - last, 2),
        events=count,
        is_shown=(status.get("outage") or {}).get("id") == event["id"],
        title=facts.get("title", ""),
        length_known=facts.get("length_known", False),
    )
    result.breaches = list(find_outage_breaches(outage, result))
    return result


def find_outage_breaches(outage, result):
    """Yields a sentence for each promise that one outage breaks, beside its cause."""
    if result.age_s is None or result.age_s > outage.longest_age_s:
        yield f"the last record was {result.age_s} s old; {outage.longest_age_s} s are allowed"
    if result.events != 1:
        yield f"it was reported {result.events} times"
    if result.is_shown != outage.is_shown:
        yield "it was not shown" if outage.is_shown else "it was shown, though it was ordered"
    if result.length_known != outage.length_known:
        yield "its length was not known" if outage.length_known else "its length was believed"


class Player:
    """Takes a machine, or several one after the other with the same disks, through an outage."""

    def __init__(self, outage, guest, folder, stack, rounds):
        self.outage = outage
        self.kernel, self.initramfs, system = guest
        self.folder = folder
        self.stack = stack
        self.rounds = rounds
        self.disks = make_disks(outage, system, folder)
        self.machine = None

    def boot(self):
        self.machine = self.stack.enter_context(
            Machine(
                self.kernel, self.initramfs, self.disks, self.outage, self.folder,
                LIMIT_S * self.rounds, self.outage.devices,
            )
        )
        self.machine.wait_until_up()
        # A reset leaves the machine's memory as it is, but only in the same emulator.
        self.machine.control("set-action", reboot="reset")

    def start(self):
        for command in self.outage.setup:
            if self.machine.order("run", command).status != 0:
                raise Trouble(f"'{command}' failed in the guest")
        self.start_daemon()

    def start_daemon(self):
        self.machine.order(
            "spawn", f"exec in-group daemon pmactor run --data {DATA} >>/log/daemon 2>&1"
        )

    def end(self):
        """Ends it. @returns when, by the guest's wall clock."""
        way, machine = self.outage.way, self.machine
        if self.outage.load:
            machine.order("spawn", self.outage.load)
            time.sleep(self.outage.load_s)
        if self.outage.silent_s:
            machine.throttle("system", bps=1)
            time.sleep(self.outage.silent_s)
        ended = machine.order("stamp").end.wall
        if way == "daemon":
            # `run` waits for its children, of which the daemon is none.
            machine.order("run", self.outage.command)
            if self.outage.before:
                machine.order("run", self.outage.before)
            time.sleep(1)
            self.start_daemon()
            return ended
        if way == "reset":
            machine.control("system_reset")
        elif way == "quit":
            machine.process.kill()
        else:
            machine.send_order("run", self.outage.command)
        if way in ("quit", "order"):
            machine.wait_until_off()
            time.sleep(self.outage.off_s)
            if self.outage.next_clock:
                self.outage.clock = self.outage.next_clock
            self.boot()
        else:
            machine.wait_until_up(120, again=True)
        self.start()
        return ended

    def wait_for(self, command, what, limit_s=90):
        """Waits until a command succeeds in the guest."""
        patience = Patience(self.machine, limit_s)
        while self.machine.order("run", command).status != 0:
            if patience.is_over():
                self.keep_logs()
                raise Trouble(f"{what} within {limit_s} s")
            time.sleep(2)

    def keep_logs(self):
        """Has a guest that failed hand out what may say why."""
        for command in (
            f"pmactor inspect --data {DATA} >/log/inspect 2>&1",
            f"pmactor events --data {DATA} --json >/log/events.json 2>/log/events.errors",
            "ps -o pid,stat,time,args >/log/processes; dmesg >/log/kernel; mount >/log/mounts",
            f"ls -la {DATA} >/log/files; cp {DATA}/black_box.ring {DATA}/log/* /log/",
        ):
            try:
                self.machine.order("run", command, limit_s=60)
            except Trouble:  # the next may be answered
                pass
        try:
            self.machine.end()
            unpack_results(self.disks[2][1], self.folder)
        except Trouble as problem:
            print(f"its logs are lost as well: {problem}", file=sys.stderr)

    def wait_for_outages(self, count):
        """Waits until more outages than these were reported."""
        self.wait_for(
            f"test $(pmactor events --data {DATA} --kind outage -n all --csv | wc -l) -gt {count + 1}",
            "no outage was reported",
        )

    def ask(self, folder):
        """Has the guest hand out what it knows. @returns its events, newest first, and its status."""
        for name, command in (
            ("events.json", "events --kind outage -n all --json"),
            ("status.json", "status --json"),
            ("page", "events show last"),
        ):
            self.machine.order("run", f"pmactor {command} --data {DATA} >/log/{name} 2>&1", limit_s=60)
        self.machine.order("run", "tar -C /log -cf /dev/vdc .; sync", limit_s=60)
        folder.mkdir()
        unpack_results(self.disks[2][1], folder)
        return [json.loads((folder / name).read_text()) for name in ("events.json", "status.json")]

    def play(self, waits_s, number, known):
        """One round: what runs is ended, and what is started again is asked.
        @param known the ids of the outages of earlier rounds. @returns the result, and all ids."""
        self.wait_for(f"grep -q pmbox {DATA}/black_box.ring", "nothing was recorded")
        time.sleep(waits_s)
        ended = self.end()
        self.wait_for_outages(len(known))
        if self.outage.next_clock:
            self.machine.order("run", f"date -s @{time.time():.0f} >/dev/null")
            time.sleep(3)
        events, status = self.ask(self.folder / f"{number}")
        result = score_outage(self.outage, ended, events, status, known)
        return result, {x["event_id"] for x in outages_among(events)}


def play_outage(outage, guest, seed, folder, rounds=1):
    """Yields the result of each round; the machine's files stay in the folder."""
    outage = Outage(**vars(outage))  # its clock may be set
    dice = random.Random(f"{seed}/{outage.name}")
    try:
        with ExitStack() as stack:
            player = Player(outage, guest, folder, stack, rounds)
            player.boot()
            player.start()
            known = set()
            for number in range(1, rounds + 1):
                result, known = player.play(RUNS_S + dice.uniform(0, 6), number, known)
                yield result
            player.machine.end()
    finally:
        for image in folder.glob("*.img"):
            image.unlink()


def write_outages(results):
    """@returns a table for people."""
    rows = [
        "| Outage | Times | Right | Found, with which confidence | Oldest last record | Stored once | Shown |",
        "|-|-|-|-|-|-|-|",
    ]
    for name in dict.fromkeys(x.name for x in results):
        these = [x for x in results if x.name == name]
        found = Counter(f"{x.found} ({x.confidence})" for x in these)
        ages = [x.age_s for x in these if x.age_s is not None]
        rows.append(
            f"| `{name}` | {len(these)} | {sum(x.is_right() for x in these)} "
            f"| {', '.join(f'{count} × {what}' for what, count in found.most_common())} "
            f"| {f'{max(ages):.1f} s' if ages else '–'} | {sum(x.events == 1 for x in these)} "
            f"| {sum(x.is_shown for x in these)} |"
        )
    return "\n".join(rows)


def list_outage_breaches(results):
    """@returns a sentence for each thing that does not hold, of one outage or of them all."""
    lines = [f"{x.name}: {y}" for x in results for y in x.breaches]
    for x in results:
        if x.is_confidently_wrong():
            lines.append(f"{x.name}: {x.found} with high confidence; it was {'/'.join(x.expected)}")
    right = sum(x.is_right() for x in results)
    if right < LEAST_RIGHT * len(results):
        lines.append(f"{right} of {len(results)} are right; at least {LEAST_RIGHT:.0%} have to be")
    return lines


def add_up_outages(results):
    ages = [x.age_s for x in results if x.age_s is not None]
    return {
        "outages": len(results),
        "right": sum(x.is_right() for x in results),
        "confidently_wrong": sum(x.is_confidently_wrong() for x in results),
        "stored_once": sum(x.events == 1 for x in results),
        "oldest_last_record_s": max(ages, default=None),
    }
