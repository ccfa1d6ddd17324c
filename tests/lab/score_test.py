"""What the scorer of the laboratory holds."""

import unittest

from host_watch import to_guest_waits
from recording import Felt, Mark, Moment, Recording, Span
from recording import read_felt, read_idle_disks, read_recording, write_recording
from report import add_up, confusion, list_failures, write_table
from requirements import find_breaches
from scenario import Scenario, Step, Truth
from score import find_episodes, score

DISK = Truth(kind="stall", resource=["disk"], name=["vdb"], culprit=["hog-sync"])


def at(wall, asleep=0.0):
    return Moment(wall, wall, wall - asleep)


def felt(begin, end, kind="sync", target="/data"):
    return Felt(kind, target, at(begin), at(end))


def mark(begin, end, truth, lasted=None, asleep=0.0):
    first, last = Span(at(begin), at(begin)), Span(at(end, asleep), at(end, asleep))
    return Mark("step", truth, first, last, lasted if lasted is not None else end - begin)


def stall(begin, end, **more):
    return {
        "kind": "stall",
        "started": begin,
        "ended": end,
        "duration": end - begin,
        "resource": "disk",
        "resource_name": "vdb",
        "confidence": "high",
        **more,
    }


def pause(begin, end, cause="stopped", **more):
    return {
        "kind": "pause",
        "started": begin,
        "ended": end,
        "duration": end - begin,
        "cause": cause,
        "confidence": "high",
        **more,
    }


def play(felts=(), marks=(), events=(), waits=()):
    return score(Recording(at(0), at(100), list(felts), list(marks), list(events), list(waits)))


class Episodes(unittest.TestCase):
    def test_what_is_felt_at_the_same_time_is_one_stall(self):
        found = find_episodes([felt(10, 12), felt(11, 14, "read"), felt(20, 22)])
        self.assertEqual([(x.begin, x.end) for x in found], [(10, 14), (20, 22)])
        self.assertEqual(found[0].felt_by, ["read /data", "sync /data"])

    def test_a_rest_between_two_tries_does_not_part_a_stall(self):
        self.assertEqual(len(find_episodes([felt(10, 12), felt(12.1, 14)])), 1)
        self.assertEqual(len(find_episodes([felt(10, 12), felt(12.6, 14)])), 2)

    def test_what_is_felt_for_less_than_a_second_is_no_stall(self):
        self.assertEqual(find_episodes([felt(10, 10.9), felt(10.95, 11.9)]), [])

    def test_lesser_delays_and_the_rests_around_a_stall_widen_its_bounds_only(self):
        found = find_episodes([felt(10, 10.4), felt(10.5, 12), felt(12.2, 12.8)])[0]
        bounds = [round(x, 6) for x in (*found.begin_range, *found.end_range)]
        self.assertEqual((bounds, found.begin, found.end), ([9.9, 10.5, 12, 12.9], 10.5, 12))

    def test_time_asleep_is_not_felt(self):
        asleep = Felt("timer", "-", at(10), Moment(20, 20, 10.2))
        self.assertEqual(find_episodes([asleep]), [])

    def test_a_line_that_was_cut_off_is_left_out(self):
        self.assertEqual(len(read_felt("felt sync /data 1 2 3 4 5 6\nfelt sync /da")), 1)


class Stalls(unittest.TestCase):
    def test_a_felt_stall_that_is_reported_is_found_with_its_errors(self):
        one = play(
            [felt(10, 14)],
            [mark(9.9, 14, DISK)],
            [stall(10.2, 13.9, culprits=[{"name": "hog-sync"}])],
        )["truths"][0]
        self.assertTrue(
            one["found"] and one["right"] and one["kind_right"] and one["culprit_right"]
        )
        self.assertAlmostEqual(one["begin_error"], 0.2)
        self.assertAlmostEqual(one["end_error"], -0.1)
        self.assertAlmostEqual(one["length_error"], -0.3)

    def test_a_felt_stall_without_a_report_is_missed(self):
        result = play([felt(10, 14)], [mark(10, 14, DISK)], [])
        self.assertFalse(result["truths"][0]["found"])
        self.assertEqual(confusion([result]), {"stall disk": {"missed": 1}})

    def test_a_short_event_within_a_long_stall_does_not_find_it_and_is_not_invented(self):
        result = play([felt(10, 30)], [mark(10, 30, DISK)], [pause(15, 16, "io")])
        self.assertFalse(result["truths"][0]["found"])
        self.assertEqual(result["invented"], [])

    def test_an_event_of_most_of_what_was_felt_without_a_break_finds_the_second_in_it(self):
        # Memory was short for 12 s; one try took longer than a second, as it began.
        felts = [felt(10, 11.2)] + [felt(11.3 + x, 12.2 + x) for x in range(10)]
        scored = play(felts, [mark(10, 22, DISK)], [stall(10.8, 22)])
        self.assertTrue(scored["truths"][0]["found"])
        self.assertAlmostEqual(scored["truths"][0]["begin_error"], 0.8)
        self.assertEqual(scored["felt_less"], [])
        for other in stall(10.8, 13), stall(11.25, 22):  # too short; not of that second
            self.assertFalse(play(felts, [mark(10, 22, DISK)], [other])["truths"][0]["found"])

    def test_an_event_that_nothing_was_felt_of_is_invented(self):
        result = play([], [], [stall(10, 12)])
        self.assertEqual([x["reported"] for x in result["invented"]], ["stall disk"])

    def test_an_event_of_something_felt_for_less_than_a_stall_is_not_invented(self):
        result = play([felt(10, 10.8)], [], [stall(10, 10.9)])
        self.assertEqual((result["invented"], result["felt_less"]), ([], ["stall disk"]))

    def test_a_stall_that_lasts_goes_on_until_the_recording_ends(self):
        lasts = stall(10, 11) | {"stall": {"over": False}, "ended": None}
        truth = play([felt(10, 50)], [], [lasts])["truths"][0]
        self.assertTrue(truth["found"])

    def test_an_event_from_before_the_recording_is_not_judged(self):
        self.assertEqual(play([], [], [stall(-5, -2), stall(-1, 1)])["invented"], [])

    def test_a_wrong_resource_is_wrong_and_a_sure_one_confidently_so(self):
        for name, sure, expected in (
            ("vda", "high", True),
            ("vda", "medium", False),
            ("vdb", "high", False),
        ):
            one = play(
                [felt(10, 14)],
                [mark(10, 14, DISK)],
                [stall(10, 14, resource_name=name, confidence=sure)],
            )["truths"][0]
            self.assertEqual((one["right"], one["confidently_wrong"]), (name == "vdb", expected))

    def test_what_is_confidently_wrong_of_a_part_of_a_stall_counts_though_it_does_not_find_it(self):
        one = play([felt(10, 30)], [mark(10, 30, DISK)], [pause(15, 16, "memory")])["truths"][0]
        self.assertEqual((one["found"], one["confidently_wrong"]), (False, True))

    def test_a_pause_with_a_fitting_cause_finds_a_stall_but_is_of_the_wrong_kind(self):
        one = play([felt(10, 14)], [mark(10, 14, DISK)], [pause(10, 14, "io")])["truths"][0]
        self.assertTrue(one["found"] and one["right"])
        self.assertFalse(one["kind_right"])

    def test_another_culprit_is_wrong_and_none_at_all_as_well(self):
        for culprits in ([{"name": "compiler"}, {"name": "hog-sync"}], []):
            one = play([felt(10, 14)], [mark(10, 14, DISK)], [stall(10, 14, culprits=culprits)])
            self.assertIs(one["truths"][0]["culprit_right"], False)

    def test_one_that_did_nothing_and_is_named_as_recorded_is_a_failure(self):
        def judged(*culprits):
            event = stall(10, 14, culprits=list(culprits))
            result = play([felt(10, 14)], [mark(10, 14, DISK)], [event])
            return add_up([result])["innocents"], list_failures("a", result)

        right = {"name": "hog-sync", "reason": "80 % of the wait for disk vdb, 3.20 s recorded"}
        other = {"name": "compiler", "reason": "20 % of the wait for disk vdb, 0.80 s recorded"}
        by_use = {"name": "compiler", "reason": "wrote 40 MB/s"}
        self.assertEqual(judged(right), (0, []))
        self.assertEqual(judged(right, by_use), (0, []))
        what = "a: stall disk of 4.0 s (step): "
        self.assertEqual(
            judged(right, other), (1, [what + "compiler is named as recorded, and did nothing"])
        )
        self.assertEqual(judged(by_use), (0, [what + "blamed on compiler first"]))

    def test_shares_may_be_off_by_ten_points(self):
        shares = {"hog-sync": 0.8, "hog-lesser": 0.2}
        both = Truth("stall", ["disk"], ["vdb"], culprit=["hog-sync"], shares=shares)
        right = {"name": "hog-sync", "reason": "80 % of the wait for disk vdb, 3.20 s recorded"}
        for held, off in ((2.3, 0), (1.3, 1)):
            doers = [{"name": "hog-sync", "held": held}, {"name": "hog-lesser", "held": 0.7}]
            event = stall(10, 14, culprits=[right], blame={"doers": doers})
            one = play([felt(10, 14)], [mark(10, 14, both)], [event])
            self.assertEqual(add_up([one])["share_off"], off)
        self.assertEqual(
            list_failures("a", one),
            ["a: stall disk of 4.0 s (step): shares are hog-sync 65%, hog-lesser 35%"],
        )

    def test_a_begin_or_an_end_that_is_far_off_is_not_on_time(self):
        spans = ((10.2, 13.8, 1), (9.7, 14.3, 1), (10.3, 14, 0), (9.6, 14, 0), (10, 14.4, 0))
        for begin, end, on_time in spans:
            total = add_up([play([felt(10, 14)], [mark(10, 14, DISK)], [stall(begin, end)])])
            self.assertEqual(total["on_time"], {"right": on_time, "of": 1})

    def test_a_stall_that_is_reported_twice_is_found_and_split(self):
        result = play([felt(10, 14)], [mark(10, 14, DISK)], [stall(10, 14), pause(11, 12, "io")])
        self.assertEqual((result["truths"][0]["found"], result["truths"][0]["events"]), (True, 2))
        self.assertEqual(add_up([result])["split"], 1)

    def test_a_pause_that_is_part_of_a_stall_is_no_event_of_its_own(self):
        part = pause(11, 12, "memory", part_of="1699999999999999995")
        result = play([felt(10, 14)], [mark(10, 14, DISK)], [stall(10, 14), part])
        self.assertEqual((result["truths"][0]["found"], result["truths"][0]["events"]), (True, 1))
        self.assertEqual(add_up([result])["split"], 0)
        self.assertEqual(play(events=[part])["invented"], [])
        self.assertEqual(len(play(events=[pause(11, 12, "memory", part_of=None)])["invented"]), 1)

    def test_a_stall_of_no_step_has_to_be_found_but_has_no_right_resource(self):
        one = play([felt(50, 52)], [mark(10, 14, DISK)], [stall(50, 52)])["truths"][0]
        self.assertEqual((one["found"], one["right"], one["step"]), (True, None, None))

    def test_what_is_felt_soon_after_a_step_belongs_to_it(self):
        self.assertEqual(play([felt(20, 22)], [mark(10, 14, DISK)])["truths"][0]["step"], "step")

    def test_a_wall_clock_that_was_set_does_not_confuse_the_steps(self):
        ahead, later = Moment(3620, 20, 20), Moment(3624, 24, 24)
        steps = [
            Mark("set", Truth(), Span(at(10), at(10)), Span(ahead, ahead), 0),
            Mark("disk", DISK, Span(ahead, ahead), Span(later, later), 4),
        ]
        event = stall(3620, 3624)
        one = play([Felt("sync", "/data", ahead, later)], steps, [event])["truths"][0]
        self.assertEqual((one["step"], one["found"], one["begin_error"]), ("disk", True, 0))

    def test_a_step_that_nothing_was_felt_of_shows_nothing(self):
        self.assertEqual(play([], [mark(10, 14, DISK)])["not_felt"], ["step"])
        harmless = Truth(kind="stall", resource=["disk"], sure=False)
        self.assertEqual(play([], [mark(10, 14, harmless)])["not_felt"], [])

    def test_kinds_that_are_not_scored_and_events_without_times_are_left_out(self):
        events = [
            {"kind": "critical", "started": 1, "ended": 2, "duration": 1},
            {"kind": "stall", "started": 3},
        ]
        self.assertEqual(play([], [], events)["invented"], [])


class Hosts(unittest.TestCase):
    WAITS = [(10, 10.5, 0.5), (10.5, 11, 0.4)]

    def test_what_only_busy_victims_feel_of_a_busy_host_is_not_to_be_found(self):
        felts = [felt(10, 11.1, "fresh", "-")]
        self.assertEqual(len(play(felts)["truths"]), 1)
        result = play(felts, waits=self.WAITS)
        self.assertEqual((result["truths"], result["by_host"]), ([], 1))

    def test_a_disk_is_not_excused_by_a_busy_host_nor_is_a_step_that_makes_cpus_busy(self):
        self.assertEqual(len(play([felt(10, 11.1)], waits=self.WAITS)["truths"]), 1)
        busy = mark(9.9, 11.2, Truth(kind="stall", resource=["cpu"]))
        result = play([felt(10, 11.1, "timer", "-")], [busy], waits=self.WAITS)
        self.assertEqual(len(result["truths"]), 1)

    def test_a_pause_that_a_busy_host_made_is_not_invented_though_no_victim_felt_it(self):
        for begin, invented in ((10.2, 0), (11.6, 1)):
            event = pause(begin, begin + 0.4, "stolen")
            self.assertEqual(len(play([], [], [event], self.WAITS)["invented"]), invented)

    def test_a_busy_host_makes_neither_sleeps_nor_stalls_of_a_disk(self):
        sleep = {"kind": "sleep", "started": 10.1, "ended": 10.9, "duration": 0.8}
        felts = [felt(10, 10.95)]
        self.assertEqual(len(play(felts, [], [sleep], self.WAITS)["invented"]), 1)
        self.assertEqual(len(play([], [], [stall(10.1, 10.9)], self.WAITS)["invented"]), 1)
        cpu = stall(10.1, 10.9, resource="cpu")
        self.assertEqual(len(play([], [], [cpu], self.WAITS)["invented"]), 0)

    def test_waits_are_moved_to_the_clock_of_the_guest(self):
        readings = [(5, 0.0), (6, 0.5), (7, 0.5), (9, 1.0), (10, 1.5)]
        moved = to_guest_waits(readings, [(4, 104), (8, 208)])
        self.assertEqual(moved, [(105, 106, 0.5), (107, 109, 0.5), (209, 210, 0.5)])


class Pauses(unittest.TestCase):
    STOPPED = Truth(kind="pause", cause=["stopped"], scope="group")
    STOLEN = Truth(kind="pause", cause=["stolen", "unexplained"])
    STANDING = Truth(kind="pause", cause=["stolen"], clock="stands")
    SLEEP = Truth(kind="sleep")

    def test_a_pause_is_found_with_its_cause(self):
        one = play([], [mark(10, 13, self.STOPPED)], [pause(10, 13)])["truths"][0]
        self.assertTrue(one["found"] and one["right"] and one["kind_right"])

    def test_another_cause_is_wrong_and_an_unexplained_one_not_confidently(self):
        for cause, expected in (("io", True), ("unexplained", False)):
            one = play([], [mark(10, 13, self.STOPPED)], [pause(10, 13, cause)])["truths"][0]
            self.assertEqual((one["right"], one["confidently_wrong"]), (False, expected))

    def test_what_victims_feel_of_a_pause_of_the_machine_is_no_stall(self):
        result = play([felt(10, 13)], [mark(10, 13, self.STOLEN)], [pause(10, 13, "stolen")])
        self.assertEqual([x["kind"] for x in result["truths"]], ["pause"])

    def test_a_stall_while_only_the_daemon_is_stopped_remains_one(self):
        result = play([felt(10, 13)], [mark(10, 13, self.STOPPED)], [])
        self.assertEqual(sorted(x["kind"] for x in result["truths"]), ["pause", "stall"])

    def test_a_pause_in_which_clocks_stand_still_is_matched_by_its_length(self):
        for length, found in ((9, True), (5, False)):
            result = play(
                [], [mark(10, 10.1, self.STANDING, lasted=10)], [pause(40, 40 + length, "stolen")]
            )
            self.assertEqual(result["truths"][0]["found"], found)

    def test_a_sleep_has_the_length_that_the_clocks_differ_by(self):
        event = {"kind": "sleep", "started": 10, "ended": 16, "duration": 5.9}
        one = play([], [mark(10, 16, self.SLEEP, asleep=6)], [event])["truths"][0]
        self.assertTrue(one["found"])
        self.assertAlmostEqual(one["length_error"], -0.1)

    def test_a_sleep_may_begin_and_end_anywhere_within_its_order(self):
        for begin, error in ((10.9, 0), (11.2, 0.2)):
            event = {"kind": "sleep", "started": begin, "ended": 16.5, "duration": 6}
            one = play([], [mark(10, 17, self.SLEEP, asleep=6)], [event])["truths"][0]
            self.assertAlmostEqual(one["begin_error"], error)
            self.assertAlmostEqual(one["end_error"], 0)

    def test_a_sleep_in_which_the_clocks_do_not_part_may_be_found_as_a_pause_of_the_wrong_kind(
        self,
    ):
        for cause, right in (("unexplained", False), ("asleep", True)):
            one = play([], [mark(10, 16, self.SLEEP)], [pause(10, 16, cause)])["truths"][0]
            self.assertEqual((one["found"], one["kind_right"], one["right"]), (True, False, right))
            self.assertEqual((one["length"], one["confidently_wrong"]), (6, False))

    def test_a_sleep_is_not_found_by_a_pause(self):
        result = play([], [mark(10, 16, self.SLEEP, asleep=6)], [pause(10, 16)])
        self.assertFalse(result["truths"][0]["found"])
        self.assertEqual(len(result["invented"]), 1)


class During(unittest.TestCase):
    def test_the_first_evidence_is_due_when_a_stall_is_a_second_old(self):
        def captured(begin, *taken):
            artifacts = [{"at": x} for x in taken]
            return stall(begin, begin + 4, capture={"artifacts": artifacts})

        result = play(events=[captured(10, 11.9, 11.1), captured(20, 21.5), captured(30, None)])
        self.assertEqual([x and round(x, 3) for x in result["during"]], [0.1, 0.5, None])
        total = add_up([result])["during"]
        self.assertEqual((total["right"], total["of"]), (1, 3))
        self.assertIn(
            "a: first evidence 0.50 s after a stall was a second old", list_failures("a", result)
        )

    def test_what_led_up_to_it_was_no_stall_yet(self):
        late = stall(10, 16, capture={"artifacts": [{"at": 12.6}]})
        self.assertAlmostEqual(play([felt(11.5, 16)], [], [late])["during"][0], 0.1)

    def test_of_a_stall_that_was_over_at_once_none_is_due(self):
        self.assertEqual(play(events=[stall(10, 11.1)])["during"], [])


class IdleDisks(unittest.TestCase):
    LINE = "254 16 vdb {} 0 80 5 {} 0 16 2 0 4 7 {} 0 0 0 {} 1\n"

    def test_what_was_completed_between_two_notes_is_counted(self):
        text = self.LINE.format(10, 2, 0, 1) + self.LINE.format(10, 3, 1, 2) + "254 16 vdb 10"
        self.assertEqual(read_idle_disks(text), [["vdb", 0, 3]])

    def test_a_disk_that_was_not_left_alone_breaches_the_requirements(self):
        result = score(Recording(at(0), at(100), idle_disks=[["vdb", 0, 3]]))
        self.assertEqual(
            list_failures("a", result), ["a: disk vdb was not left alone: 0 reads and 3 writes"]
        )
        self.assertEqual(len(find_breaches(add_up([result]))), 1)


class Recordings(unittest.TestCase):
    def test_a_recording_that_is_read_back_is_the_same(self):
        kept = Recording(at(0), at(9), [felt(1, 3)], [mark(1, 3, DISK)], [stall(1, 3)], [[1, 2, 3]])
        scenario = Scenario("a", "b", [Step("wait", "step", truth=DISK)])
        self.assertEqual(read_recording(write_recording(kept), scenario), kept)


class Sums(unittest.TestCase):
    def test_stalls_of_a_group_are_counted_by_themselves(self):
        group = Truth(kind="stall", resource=["cpu"], scope="group")
        total = add_up([play([felt(10, 14), felt(50, 52)], [mark(10, 14, group)], [stall(50, 52)])])
        self.assertEqual(
            (total["stalls"], total["group_stalls"]), ({"found": 1, "of": 1}, {"found": 0, "of": 1})
        )

    def test_the_table_has_a_row_a_scenario_and_one_of_sums(self):
        one = play([felt(10, 14)], [mark(10, 14, DISK)], [stall(10, 14)])
        self.assertEqual(len(write_table({"a": one}).splitlines()), 2)
        table = write_table({"a": one, "b": one}).splitlines()
        self.assertEqual(
            [x.split()[:3] for x in table[1:]],
            [["a", "1", "1/1"], ["b", "1", "1/1"], ["all", "2", "2/2"]],
        )

    def test_each_failure_is_a_sentence(self):
        result = play([felt(10, 14)], [mark(10, 14, DISK)], [stall(50, 53)])
        self.assertEqual(
            list_failures("a", result),
            [
                "a: missed stall disk of 4.0 s (step), felt by sync /data",
                "a: invented stall disk of 3.0 s",
            ],
        )

    def test_what_is_missed_or_invented_breaches_the_requirements(self):
        good = add_up([play([], [mark(10, 13, Pauses.STOPPED)], [pause(10, 13)])])
        bad = add_up([play([], [mark(10, 13, Pauses.STOPPED)], [stall(50, 53)])])
        vain = add_up([play([], [mark(10, 13, DISK)], [])])
        breaches = [len(find_breaches(x)) for x in (good, bad, vain)]
        self.assertEqual(breaches, [0, 2, 1])


if __name__ == "__main__":
    unittest.main()
