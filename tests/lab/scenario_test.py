"""What the reader of scenarios holds, and that the laboratory's own scenarios are sound."""

import unittest

from machine import parse_answer
from scenario import BadScenario, jitter_of, read_missing, read_scenario, read_scenarios


def table(**step):
    return {"name": "a", "about": "b", "step": [{"do": "wait", **step}]}


class Reading(unittest.TestCase):
    def test_unknown_keys_actions_and_kinds_are_errors(self):
        for wrong in (
            table(length=3),
            table(do="explode"),
            table(disk="data"),
            table(truth={"kind": "freeze"}),
            {**table(), "memory": 3},
        ):
            with self.assertRaises(BadScenario):
                read_scenario(wrong)

    def test_a_stall_needs_a_resource_and_a_pause_a_cause(self):
        for kind in ("stall", "pause"):
            with self.assertRaises(BadScenario):
                read_scenario(table(truth={"kind": kind}))

    def test_a_single_word_stands_for_a_list_of_one(self):
        step = read_scenario(table(truth={"kind": "stall", "resource": "disk"})).steps[0]
        self.assertEqual(step.truth.resource, ["disk"])

    def test_further_victims_are_added_to_the_usual_ones(self):
        usual = read_scenario(table()).victims
        more = read_scenario({**table(), "also_victims": ["statfs /mnt"]}).victims
        self.assertEqual(more, usual + ["statfs /mnt"])

    def test_the_same_seed_gives_the_same_moments_and_another_one_others(self):
        scenario = read_scenario(table())
        self.assertEqual(jitter_of(scenario, 1), jitter_of(scenario, 1))
        self.assertNotEqual(jitter_of(scenario, 1), jitter_of(scenario, 2))

    def test_a_step_that_follows_at_once_is_not_moved(self):
        self.assertEqual(jitter_of(read_scenario(table(after=0)), 1), [0.0])


class Kept(unittest.TestCase):
    def test_all_scenarios_can_be_read_and_some_are_for_ci(self):
        scenarios = read_scenarios()
        self.assertGreater(len(scenarios), 30)
        in_ci = [x for x in scenarios.values() if x.ci]
        self.assertTrue(in_ci)
        # Beside the steps each takes half a minute.
        self.assertLess(sum(x.lasts() + 30 for x in in_ci), 170)

    def test_what_cannot_be_made_has_a_reason_and_is_no_scenario(self):
        missing = read_missing()
        self.assertTrue(all(missing.values()))
        self.assertFalse(set(missing) & set(read_scenarios()))


class Answers(unittest.TestCase):
    def test_an_answer_has_its_number_its_status_and_six_clocks(self):
        number, answer = parse_answer("done 7 1 1 2 3 4 5 6")
        self.assertEqual(
            (number, answer.status, answer.begin.total, answer.end.awake), ("7", 1, 2, 6)
        )

    def test_other_lines_are_none(self):
        for line in ("", "ready 1 2 3", "done 7 1 1 2 3"):
            self.assertIsNone(parse_answer(line))


if __name__ == "__main__":
    unittest.main()
