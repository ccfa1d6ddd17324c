#define CAF_SUITE explain_span

#include "app/explain/find_open_end.hpp"
#include "app/explain/read_record.hpp"
#include "app/explain/render_answer.hpp"

#include "support/asked_span.hpp"
#include "support/history_fixture.hpp"

#include <nlohmann/json.hpp>

#include <random>
#include <sstream>

#include "support/test.hpp"

using namespace pmactor;
using namespace pmactor::asked;
using namespace std::chrono_literals;

CAF_TEST(stretches are merged and cut) {
  const auto x = merged({{5, 7}, {1, 2}, {2, 3}, {6, 9}, {4, 4}, {12, 11}});
  CAF_CHECK(x == (std::vector<stretch>{{1, 3}, {5, 9}}));
  CAF_CHECK(without(x, {{2, 6}, {8, 20}}) == (std::vector<stretch>{{1, 2}, {6, 8}}));
  CAF_CHECK(without({{0, 10}}, {{1, 2}, {4, 5}})
            == (std::vector<stretch>{{0, 1}, {2, 4}, {5, 10}}));
  CAF_CHECK(within(x, {2, 6}) == (std::vector<stretch>{{2, 3}, {5, 6}}));
  CAF_CHECK(is_about(total_of(x), 6));
}

CAF_TEST(time of which all is recorded and nothing happened is clear) {
  const auto x = ask(10, 20, {event(span_effect::paused, 30, 31)});
  CAF_CHECK(x.verdict == span_verdict::clear);
  CAF_CHECK(is_about(*x.lived_pct, 100));
  CAF_CHECK(x.found.empty());
  CAF_CHECK_EQUAL(x.nearby.size(), 1u);
}

CAF_TEST(each second of the span is counted once) {
  const auto x = ask(0, 100,
                     {event(span_effect::paused, 10, 20), event(span_effect::asleep, 15, 30),
                      event(span_effect::stalled, 5, 12), event(span_effect::stalled, 40, 50),
                      event(span_effect::slowed, 45, 55), event(span_effect::off, 90, 120)});
  CAF_CHECK(x.verdict == span_verdict::held_up);
  CAF_CHECK(is_about(x.off, 10));
  CAF_CHECK(is_about(x.asleep, 15));
  CAF_CHECK(is_about(x.paused, 5));
  CAF_CHECK(is_about(x.lived, 70));
  CAF_CHECK(is_about(x.stalled, 15));
  CAF_CHECK(is_about(x.slowed, 10));
  CAF_CHECK(is_about(*x.lived_pct, 70));
}

CAF_TEST(a pause of pmactor alone holds nothing up) {
  const auto x = ask(0, 10, {event(span_effect::alone, 2, 5)});
  CAF_CHECK(x.verdict == span_verdict::clear);
  CAF_CHECK_EQUAL(x.found.size(), 1u);
  CAF_CHECK(is_about(*x.lived_pct, 100));
}

CAF_TEST(where pmactor was held up and others need not have been the machine is not known) {
  const auto x = ask(0, 10, {event(span_effect::unwitnessed, 2, 5)});
  CAF_CHECK(x.verdict == span_verdict::unknown);
  CAF_CHECK(is_about(x.unwitnessed, 3));
  CAF_CHECK(is_about(*x.lived_pct, 100));
}

CAF_TEST(the headline says what is known of a pause of pmactor and what is open) {
  const auto first_line = [](const span_answer& x) {
    const auto text = render_answer(x, {});
    return text.substr(0, text.find('\n'));
  };
  const auto pause = event(span_effect::unwitnessed, 2, 5);
  CAF_CHECK_EQUAL(first_line(ask(0, 60, {pause})),
                  "Not known for 3.00 s: pmactor was paused, and the machine may have run on.");
  CAF_CHECK_EQUAL(first_line(ask(3, 4, {pause})),
                  "Not known for 1.00 s: pmactor was paused, and the machine may have run on.");
  CAF_CHECK_EQUAL(first_line(ask(0, 60, {pause}, {{20, 60}})),
                  "Not known: pmactor was paused for 3.00 s, and 40.0 s are not recorded.");
  CAF_CHECK_EQUAL(first_line(ask(0, 60, {}, {{20, 60}})),
                  "Not known: what is recorded of it was lived, but not all of it is recorded.");
  CAF_CHECK_EQUAL(first_line(ask(30, 31, {}, {{20, 60}})), "Not known: nothing is recorded of it.");
  auto gone = outage(span_effect::noted, 20, 60);
  CAF_CHECK_EQUAL(first_line(ask(30, 31, {gone}, {{20, 60}})),
                  "Not known: pmactor did not run (outage 4), so nothing is recorded of it.");
  gone.called = "stop";
  CAF_CHECK_EQUAL(first_line(ask(30, 31, {gone}, {{20, 60}})),
                  "Not known: pmactor did not run (stop 4), so nothing is recorded of it.");
  CAF_CHECK_EQUAL(first_line(ask(0, 60, {}, {}, 7)), "Nothing held it up so far (53.0 s still to come).");
  CAF_CHECK_EQUAL(first_line(ask(10, 20, {}, {}, 5)), "Not known: it is still to come.");
}

CAF_TEST(the headline of what held nothing up says what there was) {
  const auto first_line = [](const span_answer& x) {
    text_style wide;
    wide.width = 200;
    const auto text = render_answer(x, wide);
    return text.substr(0, text.find('\n'));
  };
  CAF_CHECK_EQUAL(first_line(ask(0, 10, {})), "No: nothing held it up.");
  auto pause = event(span_effect::alone, 2, 5);
  pause.id = 3;
  pause.cause = "stopped";
  CAF_CHECK_EQUAL(first_line(ask(0, 10, {pause})),
                  "No: the machine ran on; pmactor alone was stopped (pause 3).");
  CAF_CHECK_EQUAL(first_line(ask(3, 4, {pause})),
                  "No: the machine ran on; pmactor alone was stopped (pause 3).");
  auto other = event(span_effect::alone, 7, 8);
  other.id = 4;
  other.cause = "io";
  CAF_CHECK_EQUAL(first_line(ask(0, 10, {pause, other})),
                  "No: the machine ran on; pmactor alone was held up (pause 3, 4).");
  event_row row;
  row.id = 5;
  row.kind = "critical";
  row.started = begin + 1;
  row.ended = begin + 9;
  row.stress_load = 40;
  row.stress_io = 20;
  const auto stress = span_event_of(row, begin);
  const auto x = ask(2, 3, {stress});
  CAF_CHECK(x.verdict == span_verdict::clear);
  CAF_CHECK_EQUAL(first_line(x), "No freeze, but critical stress: load 40 + disk 20 (critical 5).");
  auto later = stress;
  later.id = 6;
  CAF_CHECK_EQUAL(first_line(ask(0, 10, {stress, later})), "No freeze, but critical stress (critical 5, 6).");
  CAF_CHECK_EQUAL(first_line(ask(2, 3, {stress, pause})),
                  "No freeze, but critical stress: load 40 + disk 20 (critical 5); pmactor alone was stopped (pause 3).");
  row.stress_load.reset();
  row.stress_io.reset();
  CAF_CHECK_EQUAL(first_line(ask(2, 3, {span_event_of(row, begin)})), "No freeze, but critical stress (critical 5).");
}

CAF_TEST(what is in progress is said to be) {
  span_record record;
  record.holes = {{begin + 40, begin + 100}};
  health_verdict daemon;
  CAF_CHECK(!find_open_end(record, daemon, begin + 100)); // it does not run
  daemon.state = health_state::stopped;
  daemon.headline = "pmactor is stopped (pid 4711)\x1b";
  CAF_CHECK(!find_open_end(record, daemon, begin + 200)); // there is a later sample
  record.open = find_open_end(record, daemon, begin + 100);
  CAF_REQUIRE(record.open);
  auto x = explain_span({begin + 50, begin + 60}, record, {}, begin + 100);
  CAF_CHECK(x.verdict == span_verdict::unknown);
  CAF_CHECK(is_about(x.unwitnessed, 10) && is_about(x.not_recorded, 0));
  auto text = render_answer(x, {});
  CAF_CHECK(text.starts_with("Not known: pmactor has been held up since "));
  CAF_CHECK(text.find("not recorded") == std::string::npos && text.find('\x1b') == std::string::npos);
  CAF_CHECK_EQUAL(nlohmann::json::parse(answer_json(x))["in_progress"]["held_up"].get<bool>(), true);
  daemon.state = health_state::degraded; // it runs, and its disk takes nothing
  record.open = find_open_end(record, daemon, begin + 100);
  x = explain_span({begin + 50, begin + 60}, record, {}, begin + 100);
  CAF_CHECK(is_about(x.not_recorded, 10));
  text = render_answer(x, {});
  CAF_CHECK(text.starts_with("Not known yet: pmactor runs, and since "));
  CAF_CHECK(text.find("pmactor did not run") == std::string::npos);
  x = explain_span({begin + 10, begin + 20}, record, {}, begin + 100);
  CAF_CHECK(x.verdict == span_verdict::clear && !x.open);
  CAF_CHECK(nlohmann::json::parse(answer_json(x))["in_progress"].is_null());
}

CAF_TEST(what a pause held up is said in the words of its scope) {
  event_row row;
  row.id = 7;
  row.kind = "pause";
  row.started = begin;
  row.ended = begin + 17;
  row.cause = "stopped";
  row.confidence = "high";
  const auto said = [&row](const char* scope) {
    row.scope = scope;
    return span_event_of(row, begin).scope;
  };
  CAF_CHECK_EQUAL(said("daemon_only"), "pmactor alone: its sampler child ran on meanwhile");
  CAF_CHECK_EQUAL(said("daemon_and_sampler"),
                  "pmactor and its sampler child: other processes need not have been");
  CAF_CHECK_EQUAL(said("unknown"), "pmactor, others perhaps: no second witness saw if they ran on");
  CAF_CHECK_EQUAL(said("\xff"), said("unknown"));
  CAF_CHECK_EQUAL(said("system"), ""); // the machine was held up, which the kind says
}

CAF_TEST(none is named beside an end that it did not bring about) {
  event_row row;
  row.id = 8;
  row.kind = "outage";
  row.started = begin;
  row.ended = begin + 5;
  row.cause = "killed";
  row.facts = R"x({"title":"pmactor was killed (SIGKILL)","of":"daemon"})x";
  row.culprits = R"([{"pid":1,"name":"qemu-system-x86","reason":"used 110 % CPU"}])";
  CAF_CHECK_EQUAL(span_event_of(row, begin).who, "");
  CAF_CHECK_EQUAL(kind_in_words(span_event_of(row, begin)), "outage");
  row.cause = "daemon_stopped";
  CAF_CHECK_EQUAL(kind_in_words(span_event_of(row, begin)), "stop");
  CAF_CHECK_EQUAL(span_event_of(row, begin).kind, "outage");
  row.kind = "pause";
  row.cause = "cpu_wait";
  CAF_CHECK_EQUAL(span_event_of(row, begin).who, "qemu-system-x86");
}

CAF_TEST(what was not recorded is not known) {
  const auto x = ask(0, 100, {}, {{40, 60}});
  CAF_CHECK(x.verdict == span_verdict::unknown);
  CAF_CHECK(is_about(x.not_recorded, 20));
  CAF_CHECK(x.gaps == (std::vector<stretch>{{begin + 40, begin + 60}}));
  const auto nothing = ask(45, 55, {}, {{40, 60}});
  CAF_CHECK(!nothing.lived_pct);
  CAF_CHECK(nothing.verdict == span_verdict::unknown);
}

CAF_TEST(a hole that a sleep or a pause accounts for is no gap) {
  CAF_CHECK(ask(0, 100, {event(span_effect::asleep, 41, 58)}, {{40, 60}}).gaps.empty());
  CAF_CHECK(ask(70, 100, {event(span_effect::paused, 41, 58)}, {{40, 60}}).verdict
            == span_verdict::clear);
  CAF_CHECK(ask(40, 60, {event(span_effect::alone, 41, 58)}, {{40, 60}}).verdict
            == span_verdict::clear);
  CAF_CHECK(ask(40, 60, {event(span_effect::noted, 41, 58)}, {{40, 60}}).verdict
            == span_verdict::unknown);
  const auto x = ask(0, 100, {event(span_effect::asleep, 41, 45)}, {{40, 60}});
  CAF_CHECK_EQUAL(x.gaps.size(), 2u);
}

CAF_TEST(an event that only its uncertainty brings into the span is said to be at its edge) {
  const auto x = ask(0, 10, {event(span_effect::paused, 10.02, 12)});
  CAF_CHECK(x.verdict == span_verdict::held_up);
  CAF_CHECK(x.found.front().at_edge);
  CAF_CHECK(ask(0, 10, {event(span_effect::paused, 10.06, 12)}).verdict == span_verdict::clear);
}

CAF_TEST(what lies in the future is not known) {
  CAF_CHECK(ask(0, 10, {}, {}, 5).verdict == span_verdict::unknown);
  CAF_CHECK(ask(10, 20, {}, {}, 5).verdict == span_verdict::unknown);
  CAF_CHECK(is_about(ask(0, 10, {}, {}, 5).not_recorded, 5));
}

CAF_TEST(the record goes on behind its newest sample until the next is overdue) {
  const record_policy policy;
  hole_finder fresh{0, policy};
  fresh.before(-3);
  fresh.add(2);
  CAF_CHECK(fresh.end(8).empty());
  hole_finder overdue{0, policy};
  overdue.add(2);
  CAF_CHECK(overdue.end(10) == (std::vector<stretch>{{2, 10}}));
}

CAF_TEST(the forms hold foreign bytes harmless and agree) {
  auto x = event(span_effect::paused, 2, 5);
  x.id = 12;
  x.why = "others held the CPUs";
  x.who = "evil\x1b[31m\xff";
  const auto answer = ask(0, 10, {x});
  const auto text = render_answer(answer, {});
  CAF_CHECK(contains(text, "Yes: paused 3.00 s."));
  CAF_CHECK(contains(text, "lived 70.0 %"));
  CAF_CHECK(contains(text, "evil\\x1b[31m\\xff"));
  CAF_CHECK(text.find('\x1b') == text.npos);
  const auto json = nlohmann::json::parse(answer_json(answer));
  CAF_CHECK_EQUAL(json["verdict"], "held_up");
  CAF_CHECK_EQUAL(json["seconds"]["paused"], 3.0);
  CAF_CHECK_EQUAL(json["events"][0]["id"], 12);
}

CAF_TEST(the answer is as wide as the terminal and breaks no word) {
  auto x = event(span_effect::paused, 2, 5);
  x.id = 12;
  x.why = "others held the CPUs";
  x.who = "rsync";
  const auto answer = ask(0, 10, {x});
  for (const std::size_t width : {40u, 60u, 80u}) {
    text_style style;
    style.width = width;
    const auto text = render_answer(answer, style);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
      CAF_CHECK(width_of(line) < width);
    for (const auto* word : {"others", "CPUs", "rsync", "paused"})
      CAF_CHECK(contains(text, word));
  }
}

// A day of a machine is made up, stored as the daemon stores it, and asked about at random moments.
CAF_TEST(of a thousand random moments each is answered as it was) {
  history_fixture home;
  std::mt19937_64 chance{2026};
  const auto uniform = [&chance](double least, double most) {
    return std::uniform_real_distribution<double>{least, most}(chance);
  };
  struct trouble {
    stretch time;
    bool is_held = false; ///< Else the daemon does not run.
  };
  std::vector<trouble> truth;
  std::vector<history_row> rows;
  constexpr double day = 86400;
  std::uint64_t tick = 0;
  double now = begin, next_sample = begin;
  const auto sample_until = [&](double end) {
    for (; next_sample < end; next_sample += 5)
      rows.emplace_back(sample_at(next_sample, ++tick));
  };
  while (now < begin + day) {
    now += uniform(10, 200);
    sample_until(now);
    const auto length = uniform(0.3, 60);
    const stretch time{now, now + length};
    const auto kind = static_cast<int>(uniform(0, 6));
    if (kind == 0) { // the daemon does not run, long enough to be seen
      now += 20 + length;
      truth.push_back({{time.from, now}, false});
      next_sample = now;
      continue;
    }
    event_record x;
    auto& event = x.event;
    event.kind = kind <= 2 ? event_kind::pause : kind == 3 ? event_kind::sleep : event_kind::stall;
    event.started = wall_time(time.from);
    event.ended = wall_time(time.to);
    event.id = mint_event_id(event.kind, event.started);
    event.duration = event.ended - event.started;
    event.uncertainty = 50ms;
    event.cause = event.kind == event_kind::sleep ? pause_cause::asleep : pause_cause::io;
    event.scope = kind == 2 ? pause_scope::daemon_only : pause_scope::system;
    event.book[event.cause].length = event.duration;
    if (event.kind == event_kind::stall)
      event.stall = stall_facts{stall_resource::disk, "sda", {"a direct read of sda"}, {}, true};
    rows.emplace_back(x);
    if (kind != 2)
      truth.push_back({time, true});
    if (kind <= 3) // no sample is taken meanwhile
      next_sample = std::max(next_sample, time.to);
    sample_until(time.to);
    now = time.to;
  }
  sample_until(now);
  const auto aut = home.open();
  for (std::size_t i = 0; i < rows.size(); i += 5000)
    aut->store(std::span{rows}.subspan(i, std::min<std::size_t>(5000, rows.size() - i)));
  event_reader events{home.file};
  history_reader history{home.file};
  const record_policy policy;
  std::size_t asked = 0, wrong = 0, held = 0, unknown = 0;
  while (asked < 1000) {
    const auto at = uniform(begin, begin + day);
    const stretch span{at, at + 1};
    bool is_held = false, is_down = false, is_open = false;
    for (const auto& x : truth) {
      const auto reach = x.is_held ? 0.05 : policy.longest_step(); // the stated uncertainty
      const bool inside = x.time.from < span.to && x.time.to > span.from;
      is_open =
        is_open || (!inside && x.time.from - reach < span.to && x.time.to + reach > span.from);
      (x.is_held ? is_held : is_down) = (x.is_held ? is_held : is_down) || inside;
    }
    if (is_open)
      continue;
    ++asked;
    const auto record = read_record(events, history, span, policy, now + 3);
    const auto verdict = explain_span(span, record, policy, now + 3).verdict;
    const auto expected = is_held   ? span_verdict::held_up
                          : is_down ? span_verdict::unknown
                                    : span_verdict::clear;
    wrong += verdict == expected ? 0 : 1;
    held += is_held ? 1 : 0;
    unknown += is_down && !is_held ? 1 : 0;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
  CAF_CHECK(held > 100);
  CAF_CHECK(unknown > 50);
}

CAF_TEST(what lasted as the daemon died is not known to have gone on) {
  history_fixture home;
  std::vector<history_row> rows;
  constexpr double died = begin + 100;
  std::uint64_t tick = 0;
  for (double at = begin; at <= died; at += 5)
    rows.emplace_back(sample_at(at, ++tick));
  event_record x;
  x.event.kind = event_kind::stall;
  x.event.started = wall_time(begin + 50);
  x.event.ended = x.event.started + 1s;
  x.event.id = mint_event_id(x.event.kind, x.event.started);
  x.event.duration = 1s;
  x.event.stall = stall_facts{stall_resource::disk, "sda", {"a direct read of sda"}, {}, false};
  rows.emplace_back(x);
  home.open()->store(rows);
  event_reader events{home.file};
  history_reader history{home.file};
  const auto verdict = [&](double from, double now) {
    const stretch span{begin + from, begin + from + 2};
    return explain_span(span, read_record(events, history, span, {}, begin + now), {}, begin + now)
      .verdict;
  };
  CAF_CHECK(verdict(80, 103) == span_verdict::held_up);
  CAF_CHECK(verdict(101, 104) == span_verdict::held_up); // the next sample is not overdue yet
  CAF_CHECK(verdict(80, 9000) == span_verdict::held_up);
  CAF_CHECK(verdict(40, 9000) == span_verdict::clear);
  CAF_CHECK(verdict(200, 9000) == span_verdict::unknown);
  CAF_CHECK(verdict(8990, 9000) == span_verdict::unknown);
}
