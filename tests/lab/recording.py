"""What a played scenario leaves, as values."""

import json
from dataclasses import asdict, dataclass, field

from scenario import Truth


@dataclass
class Moment:
    """One moment by the guest's three clocks, in seconds."""

    wall: float
    total: float  # goes on in a sleep
    awake: float  # stands still in a sleep


@dataclass
class Felt:
    """Something that took a victim too long."""

    kind: str
    target: str
    begin: Moment
    end: Moment

    @property
    def lasted(self):
        return self.end.awake - self.begin.awake


@dataclass
class Span:
    """When an order began and was done, by the guest's clocks."""

    begin: Moment
    end: Moment


@dataclass
class Mark:
    """A step as it was taken: it came into force during `first` and was over during `last`."""

    name: str
    truth: Truth
    first: Span
    last: Span
    lasted: float  # by the host's clock, which no step touches

    @property
    def begin(self):
        return self.first.begin

    @property
    def end(self):
        return self.last.end


@dataclass
class Recording:
    begin: Moment
    end: Moment
    felt: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    events: list = field(default_factory=list)  # as the program under test wrote them
    host_waits: list = field(default_factory=list)  # (begin, end, waited) of the machine's CPUs
    # [disk, reads, writes] that were completed while nothing was to use the disk
    idle_disks: list = field(default_factory=list)


def write_recording(recording):
    """@returns a recording as text, so that it can be scored again."""
    return json.dumps(asdict(recording))


def read_recording(text, scenario):
    """@returns a recording from its text. What is true of each step is what the scenario says now."""
    x = json.loads(text)

    def moment(clocks):
        return Moment(**clocks)

    def span(clocks):
        return Span(moment(clocks["begin"]), moment(clocks["end"]))

    felt = [Felt(y["kind"], y["target"], moment(y["begin"]), moment(y["end"])) for y in x["felt"]]
    marks = [
        Mark(step.name, step.truth, span(y["first"]), span(y["last"]), y["lasted"])
        for step, y in zip(scenario.steps, x["marks"])
    ]
    return Recording(
        moment(x["begin"]),
        moment(x["end"]),
        felt,
        marks,
        x["events"],
        x["host_waits"],
        x.get("idle_disks", []),
    )


def read_felt(text):
    """@returns what victims wrote down; a line that was cut off is left out."""
    result = []
    for line in text.splitlines():
        words = line.split()
        if len(words) == 9 and words[0] == "felt":
            clocks = [float(x) for x in words[3:]]
            result.append(Felt(words[1], words[2], Moment(*clocks[:3]), Moment(*clocks[3:])))
    return result


def read_idle_disks(text):
    """@returns [disk, reads, writes] completed between each two notes of a disk's line of /proc/diskstats."""
    result, before = [], {}
    for line in text.splitlines():
        words = line.split()
        if len(words) < 14:  # cut off
            continue
        reads, writes = int(words[3]), int(words[7]) + sum(map(int, words[14:15] + words[18:19]))
        earlier = before.pop(words[2], None)
        if earlier is None:
            before[words[2]] = reads, writes
        else:
            result.append([words[2], reads - earlier[0], writes - earlier[1]])
    return result
