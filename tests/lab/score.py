"""Scores what was reported against what was felt and done. Pure: values in, values out.

The truth has two sources. What victims felt for a second or longer is a stall. What was done to the
whole machine or to the daemon is a pause or a sleep, with the guest's own stamps. All times are
seconds on the guest's wall clock.
"""

from dataclasses import dataclass, field

# How the program under test writes an event: the one place to adjust when its JSON changes.
BEGIN, END, LENGTH, KIND, STALL = "started", "ended", "duration", "kind", "stall"
PART_OF = "part_of"  # of a pause: the stall that has it as a part
RESOURCE, RESOURCE_NAME, CAUSE, CONFIDENCE, CULPRITS = (
    "resource",
    "resource_name",
    "cause",
    "confidence",
    "culprits",
)
BLAME = "blame"
RECORDED = " recorded"  # in the reason for which one is a culprit: by records, not by its use
REPORTED_KINDS = ("stall", "pause", "sleep")
# A pause without a known cause accuses nothing; a stall always names a resource.
NO_CAUSE_OF = {"pause": (None, "", "unexplained"), "stall": (), "sleep": ()}
# A pause that is reported where victims felt a stall says by its cause what held them up.
CAUSE_AS_RESOURCE = {"io": "disk", "memory": "memory", "cpu_wait": "cpu", "quota": "cpu"}

DURING_S = 1.25  # of a stall that lasts as long there is evidence of the time in which it did
STALL_S = 1.0  # what is felt for so long is a stall that has to be found
JOIN_S = 0.5  # victims rest between two tries, so what is felt so soon after is still the same
REST_S = 0.1  # so long does a victim rest between two tries, and feels nothing
COVER = 0.5  # the share of a thing that another has to overlap in order to be about it
PARTED_S = 0.5  # what two clocks differ by after a sleep in which one of them stood still
AFTER_S = 20.0  # how long after a step its consequences may be felt
STANDING_ERROR_S = 1.5  # a pause in which clocks stand still is known by a clock of whole seconds
STANDING_DELAY_S = 120.0  # and found when that clock is next looked at
# What only these victims feel while the machine's CPUs had to wait for the host for such a share of
# the time is the host's doing, unless a step makes just that.
BUSY_VICTIMS = ("timer", "fresh", "held", "start")
BUSY_STEPS = ("cpu", "memory")
BUSY_RESOURCES = ("cpu", "exec")
HOST_SHARE = 0.5


@dataclass
class Event:
    """What was reported, reduced to what is scored."""

    kind: str
    begin: float
    end: float
    length: float
    resource: str = None
    name: str = None
    cause: str = None
    confidence: str = None
    culprit: str = None
    recorded: list = field(default_factory=list)  # the culprits that are named by records
    shares: dict = field(default_factory=dict)  # of what is charged to processes, by name
    evidence: list = field(default_factory=list)  # when each artifact was taken

    def label(self):
        """@returns how the event is named in the confusion matrix."""
        if self.kind == "stall":
            return f"stall {self.resource}"
        return f"pause {self.cause}" if self.kind == "pause" else self.kind


@dataclass
class Episode:
    """A truth: something that had to be reported, or may have been."""

    kind: str
    begin: float
    end: float
    length: float
    # Between which moments it began and ended: what leads up to a stall or trails off is felt for
    # less, and what is done to a machine takes a moment.
    begin_range: tuple
    end_range: tuple
    span: tuple  # by the clock that no step sets, which goes on in a sleep
    felt_by: list = field(default_factory=list)
    clocks_part: bool = True  # of a sleep: the one that goes on in it and the one that does not
    truth: object = None  # of the step that made it; None if no step did
    step: str = None

    def around(self):
        """@returns the stretch in which it was felt without a break, also for less than a stall."""
        is_felt = self.kind == "stall"
        return (self.begin_range[0], self.end_range[1]) if is_felt else (self.begin, self.end)

    def label(self):
        if self.truth is None:
            return f"{self.kind} of no step"
        named = self.truth.resource if self.kind == "stall" else self.truth.cause
        return f"{self.kind} {named[0]}" if named and self.kind != "sleep" else self.kind


def first_culprit(culprits):
    """@returns the name of the one that is suspected most, or None."""
    return culprits[0].get("name") if isinstance(culprits, list) and culprits else None


def recorded_culprits(culprits):
    """@returns the names of those that are said to have done it by records."""
    known = culprits if isinstance(culprits, list) else []
    return [x.get("name") for x in known if RECORDED in (x.get("reason") or "")]


def shares_of(blame):
    """@returns each one's part of what is charged to processes, by name."""
    held = {}
    for x in (blame or {}).get("doers", []):
        held[x["name"]] = held.get(x["name"], 0) + x["held"]
    total = sum(held.values())
    return {name: x / total for name, x in held.items()} if total > 0 else {}


def parse_event(x, now):
    """@returns the event, or None if it is of a kind that is not scored, lacks its times or is a part.

    What is part of a stall is reported by that one. A stall that lasts has no end yet: it goes on until now.
    """
    begin, end, length = x.get(BEGIN), x.get(END), x.get(LENGTH)
    if begin is not None and (x.get(STALL) or {}).get("over") is False:
        end, length = now, now - begin
    if x.get(KIND) not in REPORTED_KINDS or begin is None or length is None or x.get(PART_OF):
        return None
    return Event(
        x[KIND],
        begin,
        end if end is not None else begin + length,
        length,
        x.get(RESOURCE),
        x.get(RESOURCE_NAME),
        x.get(CAUSE),
        x.get(CONFIDENCE),
        first_culprit(x.get(CULPRITS)),
        recorded_culprits(x.get(CULPRITS)),
        shares_of(x.get(BLAME)),
        [y["at"] for y in (x.get("capture") or {}).get("artifacts", []) if y.get("at")],
    )


def overlap(a_begin, a_end, b_begin, b_end):
    return max(0.0, min(a_end, b_end) - max(a_begin, b_begin))


def covers(events, begin, end):
    """@returns whether what was reported makes up most of a stretch."""
    spans = joined([(x.begin, x.end) for x in events], 0.0)
    return sum(overlap(*x, begin, end) for x in spans) >= COVER * (end - begin)


def joined(intervals, gap):
    """Merges (begin, end) pairs that overlap or follow each other within the gap."""
    result = []
    for begin, end in sorted(intervals):
        if result and begin <= result[-1][1] + gap:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((begin, end))
    return result


def total_span(x):
    """@returns when something began and ended by the clock that no step sets."""
    return x.begin.total, x.end.total


def find_episodes(felt):
    """@returns the stalls that victims felt: one for all that felt it at the same time."""
    lesser = joined(map(total_span, felt), JOIN_S)
    stalls = [x for x in felt if x.lasted >= STALL_S]
    result = []
    for begin, end in joined(map(total_span, stalls), JOIN_S):
        members = [x for x in stalls if overlap(begin, end, *total_span(x)) > 0]
        around = [x for x in lesser if x[0] <= begin and end <= x[1]][0]
        ahead = members[0].begin.wall - members[0].begin.total  # of the wall clock, then
        result.append(
            Episode(
                "stall",
                begin + ahead,
                end + ahead,
                end - begin,
                (around[0] + ahead - REST_S, begin + ahead),
                (end + ahead, around[1] + ahead + REST_S),
                span=(begin, end),
                felt_by=sorted({f"{x.kind} {x.target}" for x in members}),
            )
        )
    return result


def attribute(episode, marks):
    """Finds the step of an episode: the one that lasted meanwhile, else the last one before it."""
    best, most = None, 0.0
    for mark in marks:
        begin, end = total_span(mark)
        shared = overlap(*episode.span, begin - JOIN_S, end + JOIN_S)
        if shared > most:
            best, most = mark, shared
    if best is None:
        before = [
            x
            for x in marks
            if x.begin.total <= episode.span[1] and episode.span[0] - x.end.total <= AFTER_S
        ]
        best = before[-1] if before else None
    if best is not None and best.truth.kind == "stall":
        episode.truth, episode.step = best.truth, best.name


def is_host_busy(begin, end, waits):
    """@returns whether the machine's CPUs had to wait for the host for much of the time."""
    waited = sum(x[2] for x in waits if overlap(begin, end, x[0], x[1]) > 0)
    return waited >= HOST_SHARE * (end - begin)


def is_by_host(episode, waits):
    """@returns whether a stall was made by a busy host."""
    return (
        is_host_busy(episode.begin, episode.end, waits)
        and all(x.split()[0] in BUSY_VICTIMS for x in episode.felt_by)
        and not (episode.truth and set(episode.truth.resource) & set(BUSY_STEPS))
    )


def find_inflicted(marks):
    """@returns the pauses and sleeps that steps made."""
    result = []
    for mark in marks:
        if mark.truth.kind not in ("pause", "sleep"):
            continue
        begin, end = mark.first.end.wall, mark.last.begin.wall
        length = mark.lasted if mark.truth.clock == "stands" else end - begin
        begins, ends = (mark.begin.wall, begin), (end, mark.end.wall)
        clocks_part = True
        if mark.truth.kind == "sleep":
            # The order lasts longer than the sleep: the machine has to go there and to come back.
            asleep = (mark.end.total - mark.begin.total) - (mark.end.awake - mark.begin.awake)
            clocks_part = asleep >= PARTED_S
            length = asleep if clocks_part else length
            begins = (mark.begin.wall, mark.end.wall - length)
            ends = (mark.begin.wall + length, mark.end.wall)
        episode = Episode(mark.truth.kind, begin, end, length, begins, ends, total_span(mark))
        episode.truth, episode.step, episode.clocks_part = mark.truth, mark.name, clocks_part
        result.append(episode)
    return result


def is_about(event, episode):
    """@returns whether an event may be the report of a truth."""
    if episode.truth is not None and episode.truth.clock == "stands":
        return (
            event.kind == episode.kind
            and abs(event.length - episode.length) <= STANDING_ERROR_S
            and -STANDING_DELAY_S <= event.begin - episode.begin <= STANDING_DELAY_S
        )
    if (event.kind == "sleep") != (episode.kind == "sleep") and episode.clocks_part:
        return False
    shared = overlap(event.begin, event.end, episode.begin, episode.end)
    least = COVER * min(episode.end - episode.begin, event.end - event.begin)
    return shared > 0 and (shared >= least or covers([event], *episode.around()))


def is_right(episode, event):
    """@returns whether the resource or the cause is the true one; None if that is not known."""
    truth = episode.truth
    if truth is None:
        return None
    if episode.kind == "sleep":
        return event.kind == "sleep" or event.cause == "asleep"
    if episode.kind == "pause":
        return event.kind == "pause" and event.cause in truth.cause
    resource = event.resource if event.kind == "stall" else CAUSE_AS_RESOURCE.get(event.cause)
    return resource in truth.resource and (
        event.kind == "pause" or not truth.name or event.name in truth.name
    )


def is_kind_right(episode, event):
    may_pause = episode.truth is not None and episode.truth.may_pause
    return event.kind == episode.kind or (may_pause and event.kind == "pause")


def names_culprit(episode, event):
    """@returns whether a true culprit is named; None if there is none to be named."""
    wanted = episode.truth.culprit if episode.truth is not None else []
    return event.culprit in wanted if wanted else None


def find_innocents(episode, event):
    """@returns those that are named by records and did nothing, where it is known who did it."""
    truth = episode.truth
    if truth is None or not truth.culprit:
        return []
    return [x for x in event.recorded if x not in truth.culprit and x not in truth.shares]


def share_error(episode, event):
    """@returns by how much the worst share is wrong; None if none is known."""
    wanted = episode.truth.shares if episode.truth is not None else {}
    return max((abs(event.shares.get(x, 0) - share) for x, share in wanted.items()), default=None)


def is_confidently_wrong(event, episode):
    return (
        is_right(episode, event) is False
        and event.confidence == "high"
        and event.cause not in NO_CAUSE_OF[event.kind]
    )


def distance(value, low, high):
    """@returns how far a value lies outside of a range: negative below, 0 within."""
    return min(0.0, value - low) or max(0.0, value - high)


def is_found(episode, about):
    """@returns whether what was reported makes up most of a truth."""
    if not about or (episode.truth is not None and episode.truth.clock == "stands"):
        return bool(about)
    return covers(about, episode.begin, episode.end) or covers(about, *episode.around())


def judge(episode, events):
    """@returns what is to be said of one truth, as a plain table."""
    about = sorted((x for x in events if is_about(x, episode)), key=lambda x: x.begin)
    result = {
        "kind": episode.kind,
        "expected": episode.label(),
        "step": episode.step,
        "begin": episode.begin,
        "length": episode.length,
        "felt_by": episode.felt_by,
        "scope": episode.truth.scope if episode.truth is not None else "machine",
        "found": is_found(episode, about),
        "events": len(about),
        "reported": [x.label() for x in about],
        "confidently_wrong": any(is_confidently_wrong(x, episode) for x in about),
    }
    if not result["found"]:
        result["reported"] = ["missed"]
        return result
    # The one that covers the most of it speaks for it.
    main = max(about, key=lambda x: overlap(x.begin, x.end, episode.begin, episode.end))
    standing = episode.truth is not None and episode.truth.clock == "stands"
    if not standing:
        result["begin_error"] = distance(about[0].begin, *episode.begin_range)
        result["end_error"] = distance(max(x.end for x in about), *episode.end_range)
    result["length_error"] = sum(x.length for x in about) - episode.length
    result["reported"].sort(key=lambda x: x != main.label())  # its own label first
    result |= {
        "kind_right": is_kind_right(episode, main),
        "right": is_right(episode, main),
        "culprit_right": names_culprit(episode, main),
        "culprit": main.culprit,
        "innocents": find_innocents(episode, main),
        "share_error": share_error(episode, main),
        "shares": main.shares,
    }
    return result


def found_since(event):
    """@returns from when on an event may have been found. Where the clocks stood still, only its end is known."""
    return event.end if event.kind == "pause" and event.cause == "stolen" else event.begin


def is_real(event, felt, waits):
    """@returns whether an event is about something, however short: felt, or made by a busy host.

    A host may keep the CPU of the daemon waiting while those of the victims run on; it makes no
    sleep, and no stall of a disk.
    """
    if event.kind == "sleep":
        return False
    shared = sum(
        overlap(event.begin, event.end, begin, end)
        for begin, end in joined([(x.begin.wall, x.end.wall) for x in felt], 0.0)
    )
    by_host = event.kind == "pause" or event.resource in BUSY_RESOURCES
    return shared >= COVER * (event.end - event.begin) or (
        by_host and is_host_busy(event.begin, event.end, waits)
    )


def find_stalls(felt, marks, inflicted):
    """@returns the stalls that are no part of a pause of the machine, with their steps."""
    result = []
    for episode in find_episodes(felt):
        paused = sum(
            overlap(*episode.span, *x.span) for x in inflicted if x.truth.scope == "machine"
        )
        if paused < COVER * episode.length:
            attribute(episode, marks)
            result.append(episode)
    return result


def capture_delays(events, felt):
    """@returns for each stall that lasted how late the first evidence of it was, None if there is none.

    It is due when the stall has been felt for a second, or reported for one if it was not felt.
    """
    result = []
    for x in events:
        if x.kind == "stall" and x.length >= DURING_S:
            since = min((y.begin for y in felt if is_about(x, y)), default=x.begin)
            result.append(min(x.evidence) - (since + STALL_S) if x.evidence else None)
    return result


def score(recording):
    """@returns the truths of a recording with what was reported of them, and what beside them."""
    # A clock that a step sets back makes a recording end before it began.
    first = min(recording.begin.wall, recording.end.wall)
    last = max(recording.begin.wall, recording.end.wall)
    reported = [parse_event(x, last) for x in recording.events]
    events = [x for x in reported if x is not None and first <= found_since(x)]
    felt = [x for x in recording.felt if first <= x.begin.wall]
    inflicted = find_inflicted(recording.marks)
    stalls = find_stalls(felt, recording.marks, inflicted)
    by_host = [x for x in stalls if is_by_host(x, recording.host_waits)]
    truths = sorted(inflicted + [x for x in stalls if x not in by_host], key=lambda x: x.begin)
    beside = [x for x in events if not any(is_about(x, y) for y in truths)]
    real = [x for x in beside if is_real(x, felt, recording.host_waits)]
    return {
        "truths": [judge(x, events) for x in truths],
        "felt_less": [x.label() for x in real],
        "invented": [
            {"reported": x.label(), "begin": x.begin - first, "length": x.length}
            for x in beside
            if x not in real
        ],
        "not_felt": [
            x.name
            for x in recording.marks
            if x.truth.kind == "stall"
            and x.truth.sure
            and not any(y.step == x.name for y in stalls)
        ],
        "during": capture_delays([x for x in events if first <= x.begin], stalls),
        "idle_disks": recording.idle_disks,
        "by_host": len(by_host),
        "host_waited": sum(x[2] for x in recording.host_waits),
        "lasted": recording.end.total - recording.begin.total,
        "longest_felt": max((x.lasted for x in felt), default=0.0),
    }
