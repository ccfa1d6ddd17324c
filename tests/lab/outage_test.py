"""What the scorer of outages holds, and that the laboratory's own outages are sound."""

import tempfile
import unittest
from pathlib import Path

from machine import Trouble
from outage import (
    Outage,
    add_up_outages,
    list_outage_breaches,
    read_outages,
    score_outage,
    write_outages,
)
from scenario import BadScenario


def event(cause, confidence="high", last=100.0, number=1):
    return {
        "id": number,
        "event_id": str(number),
        "kind": "outage",
        "cause": cause,
        "confidence": confidence,
        "facts": {"last_record": last, "title": "it ended", "length_known": True},
    }


QUIT = Outage("end-quit", "about", "quit", cause=["power_loss", "host_killed"])


class Scoring(unittest.TestCase):
    def test_any_of_the_causes_is_right(self):
        for cause in QUIT.cause:
            self.assertTrue(score_outage(QUIT, 103, [event(cause)], {}).is_right())

    def test_only_a_wrong_cause_of_high_confidence_is_confidently_wrong(self):
        for confidence, expected in (("high", True), ("medium", False), ("low", False)):
            result = score_outage(QUIT, 103, [event("reset", confidence)], {})
            self.assertFalse(result.is_right())
            self.assertEqual(result.is_confidently_wrong(), expected)

    def test_the_age_of_the_last_record_is_that_at_the_end(self):
        result = score_outage(QUIT, 103.5, [event("power_loss")], {"outage": {"id": 1}})
        self.assertEqual(result.age_s, 3.5)
        self.assertTrue(result.is_shown)

    def test_other_kinds_of_events_are_no_outages(self):
        pause = {"id": 7, "event_id": "7", "kind": "pause", "cause": "io"}
        with self.assertRaises(Trouble):
            score_outage(QUIT, 103, [pause], {})
        self.assertEqual(score_outage(QUIT, 103, [pause, event("reset")], {}).events, 1)

    def test_the_outages_of_earlier_rounds_do_not_count(self):
        events = [event("reset", number=2), event("power_loss")]
        result = score_outage(QUIT, 103, events, {}, known={"1"})
        self.assertEqual((result.found, result.events), ("reset", 1))
        with self.assertRaises(Trouble):
            score_outage(QUIT, 103, events, {}, known={"1", "2"})

    def test_the_sum_counts_what_was_right_wrong_and_stored_once(self):
        results = [
            score_outage(QUIT, 103, [event("power_loss")], {}),
            score_outage(QUIT, 109, [event("reset"), event("reset")], {}),
        ]
        total = add_up_outages(results)
        self.assertEqual(
            total,
            {
                "outages": 2,
                "right": 1,
                "confidently_wrong": 1,
                "stored_once": 1,
                "oldest_last_record_s": 9,
            },
        )
        self.assertIn(
            "| `end-quit` | 2 | 1 | 1 × power_loss (high), 1 × reset (high) | 9.0 s | 1 | 0 |",
            write_outages(results),
        )

    def test_an_outage_breaks_a_promise_by_age_number_silence_or_length(self):
        def breaches(outage=QUIT, events=None, status=None, ended=103):
            events = events or [event("power_loss")]
            status = {"outage": {"id": 1}} if status is None else status
            return list_outage_breaches([score_outage(outage, ended, events, status)])

        self.assertEqual(breaches(), [])
        self.assertIn("old", breaches(ended=111)[0])
        self.assertIn("not shown", breaches(status={"outage": {"id": 7}})[0])
        self.assertIn("2 times", breaches(events=[event("power_loss")] * 2)[0])
        self.assertIn("not shown", breaches(status={})[0])
        ordered = Outage("end-stop", "about", "daemon", cause=["power_loss"], is_shown=False)
        self.assertIn("though it was ordered", breaches(ordered)[0])
        unknown = event("power_loss")
        unknown["facts"]["length_known"] = False
        self.assertIn("length", breaches(events=[unknown])[0])

    def test_a_wrong_cause_counts_in_the_sum_and_at_once_if_it_was_sure(self):
        def results(wrong, confidence, right=19):
            shown = {"outage": {"id": 1}}
            return [score_outage(QUIT, 103, [event("power_loss")], shown)] * right + [
                score_outage(QUIT, 103, [event("reset", confidence)], shown)
            ] * wrong

        self.assertEqual(list_outage_breaches(results(1, "low")), [])
        self.assertIn("19 of 21 are right", list_outage_breaches(results(2, "low"))[0])
        self.assertIn("high confidence", list_outage_breaches(results(1, "high"))[0])


class Reading(unittest.TestCase):
    def test_the_laboratory_has_outages_of_every_way(self):
        found = read_outages()
        self.assertGreater(len(found), 10)
        self.assertEqual(
            {x.way for x in found.values()}, {"order", "restart", "quit", "reset", "daemon"}
        )
        for x in found.values():
            self.assertTrue(x.cause, x.name)

    def test_an_unknown_way_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "outage.toml").write_text(
                '[[outage]]\nname = "a"\nabout = "b"\nway = "explode"\n', encoding="utf-8"
            )
            with self.assertRaises(BadScenario):
                read_outages(folder)


if __name__ == "__main__":
    unittest.main()
