"""Adds scores up, and writes them as a table. Pure."""

from collections import Counter

ON_TIME_S = 0.25
SHARE_ERROR = 0.1  # that the share of one that did it may be off
ERRORS = ("begin_error", "end_error", "length_error")

# What a control group's own limit makes its members feel is counted by itself.
HEADING = (
    "scenario",
    "stalls",
    "found",
    "of groups",
    "on time",
    "begin",
    "end",
    "kind",
    "resource",
    "cause",
    "culprit",
    "sure, wrong",
    "split",
    "pauses",
    "sleeps",
    "invented",
    "longest",
    "by host",
    "during",
    "at",
)


def median(values):
    values = sorted(values)
    return values[len(values) // 2] if values else None


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def is_on_time(truth):
    """@returns whether begin and end of a truth were reported right."""
    return truth["found"] and all(abs(truth.get(x, 0)) <= ON_TIME_S for x in ERRORS[:2])


def is_share_off(truth):
    """@returns whether those that did it are charged with other shares than theirs."""
    return (truth.get("share_error") or 0) > SHARE_ERROR


def blame_failures(truth):
    """@returns what is wrong about who is said to have done it."""
    result = [f"{x} is named as recorded, and did nothing" for x in truth.get("innocents", [])]
    if truth.get("culprit_right") is False:
        result.append(f"blamed on {truth.get('culprit') or 'none'} first")
    if is_share_off(truth):
        found = ", ".join(f"{name} {share:.0%}" for name, share in truth["shares"].items())
        result.append(f"shares are {found or 'not known'}")
    return result


def add_up(scores):
    """@returns the sums over some scenarios' scores."""
    truths = [x for one in scores for x in one["truths"]]

    def ratio(those):
        those = list(those)
        return {"found": sum(x["found"] for x in those), "of": len(those)}

    def share(key, those):
        known = [x[key] for x in those if x.get(key) is not None]
        return {"right": sum(known), "of": len(known)}

    stalls = [x for x in truths if x["kind"] == "stall"]
    machine = [x for x in stalls if x["scope"] == "machine"]
    delays = [y for x in scores for y in x.get("during", [])]
    taken = [x for x in delays if x is not None]
    result = {
        "stalls": ratio(machine),
        "group_stalls": ratio(x for x in stalls if x["scope"] == "group"),
        "pauses": ratio(x for x in truths if x["kind"] == "pause"),
        "sleeps": ratio(x for x in truths if x["kind"] == "sleep"),
        "on_time": {"right": sum(map(is_on_time, machine)), "of": sum(x["found"] for x in machine)},
        "kind": share("kind_right", truths),
        "resource": share("right", stalls),
        "cause": share("right", [x for x in truths if x["kind"] == "pause"]),
        "culprit": share("culprit_right", truths),
        "innocents": sum(len(x.get("innocents", [])) for x in truths),
        "share_off": sum(map(is_share_off, truths)),
        "confidently_wrong": sum(x["confidently_wrong"] for x in truths),
        "split": sum(x["found"] and x["events"] > 1 for x in truths),
        "invented": sum(len(x["invented"]) for x in scores),
        "not_felt": sum(len(x["not_felt"]) for x in scores),
        "by_host": sum(x["by_host"] for x in scores),
        "during": {
            "right": sum(x is not None and x <= ON_TIME_S for x in delays),
            "of": len(delays),
            "median": median(taken),
            "most": max(taken, default=None),
        },
        "idle_writes": sum(y[2] for x in scores for y in x.get("idle_disks", [])),
        "idle_reads": sum(y[1] for x in scores for y in x.get("idle_disks", [])),
        "longest_felt": max((x["longest_felt"] for x in scores), default=0.0),
        "lasted": sum(x["lasted"] for x in scores),
    }
    for key in ERRORS:
        errors = [abs(x[key]) for x in truths if key in x]
        result[key] = {
            "median": median(errors),
            "p95": percentile(errors, 0.95),
            "most": max(errors, default=None),
        }
    return result


def confusion(scores):
    """@returns how often what was expected was reported as what: {expected: {reported: count}}."""
    result = {}
    for one in scores:
        for truth in one["truths"]:
            result.setdefault(truth["expected"], Counter())[truth["reported"][0]] += 1
        for event in one["invented"]:
            result.setdefault("nothing", Counter())[event["reported"]] += 1
        for label in one["felt_less"]:
            result.setdefault("felt for less than a stall", Counter())[label] += 1
    return {expected: dict(counts) for expected, counts in result.items()}


def fraction(x, key="found"):
    return f"{x[key]}/{x['of']}" if x["of"] else "-"


def milliseconds(x):
    return "-" if x["median"] is None else f"{x['median'] * 1000:.0f}/{x['most'] * 1000:.0f}"


def row(name, total):
    """@returns a scenario's line of the table, as words."""
    return [
        name,
        str(total["stalls"]["of"]),
        fraction(total["stalls"]),
        fraction(total["group_stalls"]),
        fraction(total["on_time"], "right"),
        milliseconds(total["begin_error"]),
        milliseconds(total["end_error"]),
        fraction(total["kind"], "right"),
        fraction(total["resource"], "right"),
        fraction(total["cause"], "right"),
        fraction(total["culprit"], "right"),
        str(total["confidently_wrong"]),
        str(total["split"]),
        fraction(total["pauses"]),
        fraction(total["sleeps"]),
        str(total["invented"]),
        f"{total['longest_felt']:.1f} s",
        str(total["by_host"]),
        fraction(total["during"], "right"),
        milliseconds(total["during"]),
    ]


def align(rows):
    widths = [max(len(x[i]) for x in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(x.ljust(width) for x, width in zip(one, widths)).rstrip() for one in rows
    )


def write_table(scores):
    """@returns the table of some scenarios' scores, by their names, with a line of sums."""
    rows = [list(HEADING)] + [row(name, add_up([one])) for name, one in scores.items()]
    if len(scores) > 1:
        rows.append(row("all", add_up(list(scores.values()))))
    return align(rows)


def write_confusion(scores):
    table = confusion(scores)
    columns = sorted({x for counts in table.values() for x in counts})
    rows = [["expected \\ reported", *columns]]
    rows += [
        [expected, *(str(counts.get(x, "")) for x in columns)] for expected, counts in table.items()
    ]
    return align(rows) if columns else ""


def list_failures(name, score):
    """@returns a sentence for each thing that was reported wrongly, and for each step in vain."""
    result = []
    for x in score["truths"]:
        what = f"{x['expected']} of {x['length']:.1f} s" + (f" ({x['step']})" if x["step"] else "")
        if not x["found"]:
            result.append(
                f"{name}: missed {what}"
                + (f", felt by {', '.join(x['felt_by'])}" if x["felt_by"] else "")
            )
        elif x["events"] > 1:
            result.append(
                f"{name}: {what} reported {x['events']} times, as {', '.join(x['reported'])}"
            )
        elif x.get("right") is False or not x["kind_right"]:
            result.append(f"{name}: {what} reported as {', '.join(x['reported'])}")
        result += [f"{name}: {what}: {wrong}" for wrong in blame_failures(x)]
    result += [
        f"{name}: invented {x['reported']} of {x['length']:.1f} s" for x in score["invented"]
    ]
    result += [
        f"{name}: first evidence {x:.2f} s after a stall was a second old"
        for x in score.get("during", [])
        if x is not None and x > ON_TIME_S
    ]
    result += [
        f"{name}: disk {disk} was not left alone: {reads} reads and {writes} writes"
        for disk, reads, writes in score.get("idle_disks", [])
        if reads or writes
    ]
    return result + [
        f"{name}: step '{x}' was not felt, so it shows nothing" for x in score["not_felt"]
    ]
