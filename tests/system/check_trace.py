#!/usr/bin/env python3
"""Checks that a trace is laid out as the JSON trace event format wants it, and says what is in it. What other programs make
of one is open_trace.sh's.

  check_trace.py FILE

Fails if a viewer would reject or misdraw it: see "Trace Event Format", the document by Google that describes it.
"""

import json
import sys

NUMBER = (int, float)


def fail(what, event):
    sys.exit(f"check_trace: {what}: {json.dumps(event)[:200]}")


def check(trace):
    """@returns what was counted; exits if something is wrong."""
    if not isinstance(trace, dict) or not isinstance(trace.get("traceEvents"), list):
        sys.exit("check_trace: there is no list traceEvents")
    counted = {"slices": 0, "counters": 0, "rows": 0, "cpu_slices": 0}
    rows, ends = {}, {}
    for x in trace["traceEvents"]:
        phase = x.get("ph")
        for key in ("pid", "tid"):
            if not isinstance(x.get(key), int):
                fail(f"{key} is no number", x)
        if not isinstance(x.get("name"), str):
            fail("no name", x)
        if phase == "M":
            if x["name"] == "thread_name":
                rows[x["pid"], x["tid"]] = x["args"]["name"]
                counted["rows"] += 1
        elif phase == "X":
            if not isinstance(x.get("ts"), NUMBER) or not isinstance(x.get("dur"), NUMBER):
                fail("no time", x)
            if x["ts"] < 0 or x["dur"] < 0:
                fail("a negative time", x)
            # Slices of one row must not overlap but for nesting; ours never nest.
            row = x["pid"], x["tid"]
            if x["ts"] + 1.5 < ends.get(row, 0):
                fail(f"it begins before the one before it ends, in {rows.get(row)}", x)
            ends[row] = x["ts"] + x["dur"]
            counted["slices"] += 1
            counted["cpu_slices"] += x.get("cat") == "sched"
            if row not in rows:
                fail("its row has no name", x)
        elif phase == "C":
            if not isinstance(x.get("ts"), NUMBER):
                fail("no time", x)
            if not x["args"] or not all(isinstance(y, NUMBER) for y in x["args"].values()):
                fail("a counter without a number", x)
            counted["counters"] += 1
        else:
            fail("an unknown phase", x)
    return counted


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        counted = check(json.load(file))
    print(", ".join(f"{count} {what}" for what, count in counted.items()))
    if counted["slices"] == 0 or counted["counters"] == 0:
        sys.exit("check_trace: it shows nothing")


if __name__ == "__main__":
    main()
