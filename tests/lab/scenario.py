"""Scenarios as values: the machine, the steps over time, and the truth that follows from each step.

They are read from `scenarios/*.toml`; a key that is not known here is an error.
"""

import random
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

FOLDER = Path(__file__).parent / "scenarios"
KINDS = ("stall", "pause", "sleep", "nothing")
# What a step may do, with the keys that it takes beside those of every step.
ACTIONS = {
    "run": ("command", "undo"),  # in the guest; `undo` follows after `lasts` seconds
    "throttle": ("disk", "bps", "iops"),  # limits a disk from outside
    "stop": (),  # stops the machine, whose clocks stand still meanwhile
    "halt": (),  # stops the emulator, so that the guest's clocks run on
    "sleep": ("state",),  # "mem" or "freeze", as in /sys/power/state
    "flood": (),  # sends the guest packets as fast as it takes them
    "snapshot": (),  # saves the machine, lets it run on, and takes it back
    "idle": ("disk",),  # nothing is to use the disk, by its name in the guest, meanwhile
    "wait": (),
}
VICTIMS = [
    "timer",
    "fresh",
    "held",
    "start /system/bin/true",
    "read /system",
    "read /data",
    "sync /data",
    "mapped /data",
    "rename /data",
    "statfs /system",
    "statfs /data",
]


class BadScenario(Exception):
    """A scenario file says what cannot be; the sentence names the scenario."""


@dataclass
class Truth:
    """What the program under test has to say about a step."""

    kind: str = "nothing"
    resource: list = field(default_factory=list)  # any of these, for a stall
    name: list = field(default_factory=list)  # and of these, if there are any
    cause: list = field(default_factory=list)  # any of these, for a pause
    culprit: list = field(default_factory=list)  # any of these programs, if there are any
    # Their parts of what all of them did, by name.
    shares: dict = field(default_factory=dict)
    clock: str = "runs"  # "stands": the guest's own clocks do not show the pause
    scope: str = "machine"  # "group": only a control group's own limit makes it felt
    may_pause: bool = False  # the daemon's own beat is held up as well, so a pause is no wrong kind
    sure: bool = True  # to be felt; a step that is and was not shows nothing


@dataclass
class Step:
    do: str
    name: str = ""
    after: float = 5
    lasts: float = 0
    truth: Truth = field(default_factory=Truth)
    arguments: dict = field(default_factory=dict)


@dataclass
class Scenario:
    name: str
    about: str
    steps: list = field(default_factory=list)
    memory_mib: int = 320
    cpus: int = 2
    swap_mib: int = 0
    limits: dict = field(
        default_factory=dict
    )  # of disks, once victims are at work: {"data": {"iops": 60}}
    kernel: str = "psi=1"
    writable_snapshot: bool = False  # disks that a snapshot of the machine can be saved in
    victims: list = field(default_factory=lambda: list(VICTIMS))
    setup: list = field(default_factory=list)  # commands before the victims start
    background: list = field(default_factory=list)  # commands that run beside the steps
    ci: bool = False

    def lasts(self):
        """@returns how long its steps take, roughly."""
        return sum(x.after + x.lasts for x in self.steps)


def plain_fields(kind, *without):
    return {x.name for x in fields(kind)} - set(without)


def take(kind, table, where, *without):
    """Makes a value of the keys of a table; lists may be written as a single word."""
    unknown = set(table) - plain_fields(kind, *without)
    if unknown:
        raise BadScenario(f"{where}: unknown key {', '.join(sorted(unknown))}")
    return kind(**table)


def read_truth(table, where):
    lists = ("resource", "name", "cause", "culprit")
    table = {
        key: [value] if key in lists and isinstance(value, str) else value
        for key, value in table.items()
    }
    truth = take(Truth, table, where)
    if truth.kind not in KINDS:
        raise BadScenario(f"{where}: no kind '{truth.kind}'; there are {', '.join(KINDS)}")
    needed = {"stall": "resource", "pause": "cause"}.get(truth.kind)
    if needed and not getattr(truth, needed):
        raise BadScenario(f"{where}: a {truth.kind} needs a {needed}")
    return truth


def read_step(table, where, number):
    table = dict(table)
    action = table.get("do")
    if action not in ACTIONS:
        raise BadScenario(f"{where}: no action '{action}'; there are {', '.join(ACTIONS)}")
    truth = read_truth(table.pop("truth", {}), where)
    arguments = {key: table.pop(key) for key in ACTIONS[action] if key in table}
    step = take(Step, {**table, "truth": truth, "arguments": arguments}, where)
    step.name = step.name or f"{number} {action}"
    return step


def read_scenario(table):
    table = dict(table)
    where = table.get("name", "a scenario without a name")
    steps = [read_step(x, where, i + 1) for i, x in enumerate(table.pop("step", []))]
    also = table.pop("also_victims", [])
    result = take(Scenario, {**table, "steps": steps}, where)
    result.victims += also
    return result


def read_scenarios(folder=FOLDER):
    """@returns every scenario by its name, in the order of the files."""
    result = {}
    for file in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(file.read_text(encoding="utf-8")).get("scenario", []):
            scenario = read_scenario(table)
            if scenario.name in result:
                raise BadScenario(f"{scenario.name} is there twice")
            result[scenario.name] = scenario
    return result


def read_missing(folder=FOLDER):
    """@returns the scenarios that cannot be made here, each with the reason."""
    result = {}
    for file in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(file.read_text(encoding="utf-8")).get("missing", []):
            result[table["name"]] = table["why"]
    return result


def jitter_of(scenario, seed):
    """@returns how many seconds later than planned each step begins, as the seed has it.

    A step that follows at once stays where it is.
    """
    dice = random.Random(f"{seed}/{scenario.name}")
    return [dice.uniform(0, 1) * min(1.0, x.after) for x in scenario.steps]
