#!/usr/bin/env python3
"""The laboratory: machines that are made to stand still, and what the program under test reports.

Each scenario of `scenarios/` runs in a virtual machine of its own under software emulation.
Victims, which are ordinary programs, write down what they feel; that, and what was done to the
machine, is the truth.
"""

import argparse
import fcntl
import json
import multiprocessing
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from guest_image import CannotBuild, NoKernel, build_guest
from machine import Trouble
from outage import add_up_outages, list_outage_breaches, play_outage, read_outages, write_outages
from play_scenario import play_scenario
from recording import read_recording, write_recording
from report import add_up, confusion, list_failures, write_confusion, write_table
from requirements import find_breaches
from scenario import BadScenario, read_missing, read_scenarios
from score import score

NO_GUEST = 77  # the exit code if this host cannot have one
TRIES = 2  # a guest that does not come up, or does not answer, says nothing about the program


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="./dev lab", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenario", nargs="*", help="the scenarios to run; see --list")
    parser.add_argument(
        "--list", action="store_true", help="list them, and those that cannot be made"
    )
    parser.add_argument("--all", action="store_true", help="run all of those that stand still")
    parser.add_argument(
        "--outages", action="store_true", help="run all of those that end, and are started again"
    )
    parser.add_argument(
        "--times", type=int, default=1, help="how often each of those that end is run"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="how many of those that end run at once"
    )
    parser.add_argument(
        "--ci", action="store_true", help="run the few that CI runs, and hold them to their limits"
    )
    parser.add_argument("--program", type=Path, required=True, help="the program under test")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the guest is built and results are kept"
    )
    parser.add_argument(
        "--score-again", action="store_true", help="run nothing, but score what is kept of --all"
    )
    parser.add_argument("--seed", type=int, default=1, help="decides when each step begins")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the scores to this file as well"
    )
    return parser.parse_args(arguments)


def list_scenarios(scenarios, missing, outages):
    for name, x in scenarios.items():
        print(f"{name:<24}{x.lasts():>5.0f} s {'CI ' if x.ci else '   '} {x.about}")
    for name, x in outages.items():
        print(f"{name:<24}{'':>9}    {x.about}")
    if missing:
        print("\nNot made:")
    for name, why in missing.items():
        print(f"{name:<24} {why}")


def choose(scenarios, options):
    """@returns the scenarios that were asked for."""
    unknown = [x for x in options.scenario if x not in scenarios]
    if unknown:
        raise BadScenario(f"there is no scenario '{unknown[0]}'; ./dev lab --list names them")
    if options.all or (options.score_again and not options.scenario):
        return list(scenarios.values())
    if options.ci:
        return [x for x in scenarios.values() if x.ci]
    return [scenarios[x] for x in options.scenario]


def run_one(scenario, guest, options):
    """@returns the score, or None if the machine failed each time."""
    began = time.monotonic()

    def say(what):
        print(
            f"[{time.monotonic() - began:5.1f} s] {scenario.name}: {what}",
            file=sys.stderr,
            flush=True,
        )

    for attempt in range(TRIES):
        folder = options.folder / "results" / scenario.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            recording = play_scenario(scenario, guest, options.seed, folder, say)
        except (Trouble, OSError, ValueError) as problem:
            say(f"the machine failed: {problem}; its files are in {folder}")
            continue
        (folder / "recording.json").write_text(write_recording(recording))
        return score(recording)
    return None


def score_again(chosen, options):
    """@returns the scores of what earlier runs left, as the scenarios and the scorer are now."""
    scores = {}
    for scenario in chosen:
        file = options.folder / "results" / scenario.name / "recording.json"
        if file.exists():
            scores[scenario.name] = score(read_recording(file.read_text(), scenario))
    return scores, []


def run_all(chosen, options):
    """@returns each scenario's score by its name, and the names of those whose machine failed."""
    if not options.program.is_file():
        raise CannotBuild(f"there is no program {options.program}")
    guest = build_guest(options.folder, options.program)
    scores, broken = {}, []
    for number, scenario in enumerate(chosen):
        print(
            f"==> {number + 1}/{len(chosen)} {scenario.name}: {scenario.about}",
            file=sys.stderr,
            flush=True,
        )
        result = run_one(scenario, guest, options)
        if options.ci and result is not None and find_breaches(add_up([result])):
            # The machine is emulated: what else runs on this host holds it up as well.
            print(f"==> {scenario.name} once more, as it was not held", file=sys.stderr, flush=True)
            result = run_one(scenario, guest, options) or result
        if result is None:
            broken.append(scenario.name)
            continue
        scores[scenario.name] = result
        print(write_table({scenario.name: result}), file=sys.stderr, flush=True)
    return scores, broken


def show(scores, broken, options):
    """Prints what came out. @returns the exit code."""
    for name, one in scores.items():
        for line in list_failures(name, one):
            print(line)
    for name in broken:
        print(f"{name}: the machine itself failed, so nothing is known")
    if scores:
        print(f"\n{write_table(scores)}\n\n{write_confusion(list(scores.values()))}")
    total = add_up(list(scores.values()))
    document = {
        "seed": options.seed,
        "scenarios": scores,
        "total": total,
        "broken": broken,
        "confusion": confusion(list(scores.values())),
    }
    for file in filter(None, [options.folder / "results" / "lab.json", options.json]):
        file.write_text(json.dumps(document, indent=1))
    breaches = find_breaches(total) if options.ci else []
    for breach in breaches:
        print(f"not held: {breach}")
    return 1 if breaches or broken else 0


def run_outage(outage, guest, options):
    """Ends one machine as often as was asked for. @returns the results; fewer if machines failed."""
    results, tried = [], 0
    while len(results) < options.times and tried < TRIES:
        tried += 1
        # What a try left that failed stays beside that of the next.
        folder = options.folder / "results" / (outage.name + f".try-{tried}" * (tried > 1))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            rounds = options.times - len(results)
            for result in play_outage(outage, guest, options.seed + len(results), folder, rounds):
                results.append(result)
                print(write_outages([result]).splitlines()[-1], file=sys.stderr, flush=True)
        except (Trouble, OSError, ValueError) as problem:
            print(
                f"{outage.name}: the machine failed: {problem}; its files are in {folder}",
                file=sys.stderr,
                flush=True,
            )
    return results


def run_outages(chosen, options):
    """Ends machines, each in its way, and has the next start say how. @returns the exit code."""
    guests = {
        flavour: build_guest(options.folder, options.program, flavour)
        for flavour in dict.fromkeys(x.flavour for x in chosen)
    }
    # Processes, as the end of one is the end of its machine. A Ctrl-C is for this one, which ends the others.
    pool = multiprocessing.get_context("fork").Pool(
        options.jobs, signal.signal, (signal.SIGINT, signal.SIG_IGN)
    )
    try:
        results = sum(
            pool.starmap(run_outage, [(x, guests[x.flavour], options) for x in chosen], chunksize=1), []
        )
    finally:
        pool.terminate()
        pool.join()
        for image in (options.folder / "results").glob("*/*.img"):
            image.unlink()
    print(write_outages(results))
    played = Counter(x.name for x in results)
    broken = [x.name for x in chosen if played[x.name] < options.times]
    for name in broken:
        print(
            f"{name}: the machine itself failed; of {options.times - played[name]} of"
            f" {options.times} times nothing is known"
        )
    total = add_up_outages(results)
    print(json.dumps(total))
    for file in filter(None, [options.folder / "results" / "outages.json", options.json]):
        file.write_text(json.dumps({"outages": [x.__dict__ for x in results], "total": total}, indent=1))
    breaches = list_outage_breaches(results)
    for breach in breaches:
        print(f"not held: {breach}")
    return 1 if breaches or broken else 0


def main(arguments):
    # So that what is left to be undone is undone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = parse_arguments(arguments)
    scenarios, outages = read_scenarios(), read_outages()
    ends = [outages[x] for x in options.scenario if x in outages]
    if options.outages:
        ends = list(outages.values())
    options.scenario = [x for x in options.scenario if x not in outages]
    chosen = choose(scenarios, options)
    if options.list or not chosen + ends:
        list_scenarios(scenarios, read_missing(), outages)
        return 0
    (options.folder / "results").mkdir(parents=True, exist_ok=True)
    if options.score_again:
        return show(*score_again(chosen, options), options)
    with open(options.folder / "lock", "w", encoding="utf-8") as lock:
        # One scenario at a time: what victims feel is to come from it. Ends are not measured so finely.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ends:
            return run_outages(ends, options)
        return show(*run_all(chosen, options), options)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoKernel as problem:
        print(f"lab: {problem}", file=sys.stderr)
        sys.exit(NO_GUEST)
    except (BadScenario, CannotBuild) as problem:
        sys.exit(f"lab: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
