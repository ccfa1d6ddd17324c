// What is known of time that was stored by other settings, and why the rest is not known.
#define CAF_SUITE explain_past

#include "app/explain/find_open_end.hpp"
#include "app/explain/read_record.hpp"
#include "app/explain/render_answer.hpp"

#include "support/asked_span.hpp"
#include "support/history_fixture.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace pmactor::asked;
using namespace std::chrono_literals;

CAF_TEST(why a stretch is not recorded is said where it is known) {
  const auto gone = outage(span_effect::noted, 22, 57);
  const auto says = [](const span_answer& x, const std::string& part) {
    for (const auto& one : x.not_known)
      if (one.find(part) != std::string::npos)
        return true;
    return false;
  };
  auto x = ask(0, 100, {gone}, {{20, 60}});
  CAF_CHECK(is_about(x.ended, 35) && is_about(x.not_due, 5)); // it ran up to its end and after its start
  CAF_CHECK(says(x, "35.0 s of it were not recorded: pmactor did not run (outage 4)."));
  CAF_CHECK(says(x, "For 5.00 s pmactor ran, and its next sample was not due: "));
  CAF_CHECK(!says(x, "past its retention"));
  CAF_CHECK(says(ask(0, 100, {}, {{20, 60}}), "past its retention"));
  span_record record;
  record.holes = {{begin, begin + 50}};
  record.begins = begin + 50;
  x = explain_span({begin, begin + 60}, record, {}, begin + 100);
  CAF_CHECK(is_about(x.before_all, 50));
  CAF_CHECK(says(x, "The history begins ") && says(x, "50.0 s of it were before."));
  x = explain_span({begin, begin + 10}, record, {}, begin + 100);
  CAF_CHECK(render_answer(x, {}).starts_with("Not known: the history begins "));
}

CAF_TEST(no time before the oldest sample is recorded however short it is) {
  // A file that was set aside took an earlier sleep along; the one after it is in the new file.
  span_record record;
  record.events = {event(span_effect::asleep, 5, 40)};
  record.holes = {{begin + 3, begin + 41}};
  record.begins = begin + 41;
  auto x = explain_span({begin + 3, begin + 4}, record, {}, begin + 100);
  CAF_CHECK(x.verdict == span_verdict::unknown);
  CAF_CHECK(is_about(x.before_all, 1) && is_about(x.not_recorded, 1));
  x = explain_span({begin + 6, begin + 7}, record, {}, begin + 100);
  CAF_CHECK(x.verdict == span_verdict::held_up && is_about(x.asleep, 1));
  record.holes.clear(); // shorter than a step
  x = explain_span({begin + 40.5, begin + 42}, record, {}, begin + 100);
  CAF_CHECK(x.verdict == span_verdict::unknown && is_about(x.before_all, 0.5));
}

CAF_TEST(of a history without a sample nothing is known) {
  history_fixture store;
  store.open()->end();
  event_reader events{store.file};
  history_reader history{store.file};
  const stretch span{begin, begin + 2};
  const auto x = explain_span(span, read_record(events, history, span, {}, begin + 3), {}, begin + 3);
  CAF_CHECK(x.verdict == span_verdict::unknown);
  CAF_CHECK(is_about(x.not_recorded, 2));
}

CAF_TEST(up to its end and from its start on pmactor ran) {
  const auto gone = outage(span_effect::noted, 24, 57);
  const auto x = ask(20, 23.5, {gone}, {{20, 60}});
  CAF_CHECK(is_about(x.ended, 0) && is_about(x.not_due, 3.5) && x.outages.empty());
  CAF_CHECK(x.verdict == span_verdict::unknown);
  const auto text = render_answer(x, {});
  CAF_CHECK(text.starts_with("Not known: pmactor ran, and its next sample was not due."));
  CAF_CHECK(text.find("did not run") == std::string::npos);
}

CAF_TEST(an outage whose begin is uncertain reaches into no time before it) {
  const auto gone = outage(span_effect::off, 24, 57, 10);
  CAF_CHECK(ask(10, 20, {gone}).verdict == span_verdict::clear);
  CAF_CHECK(ask(60, 70, {gone}).verdict == span_verdict::clear);
  CAF_CHECK(ask(20, 30, {gone}).verdict == span_verdict::held_up);
}

CAF_TEST(since a daemon ended that is not there any more it did not run) {
  span_record record;
  record.holes = {{begin + 40, begin + 100}};
  health_verdict daemon;
  CAF_CHECK(!find_end(record, daemon, begin + 100)); // nothing is known of one
  daemon.state = health_state::not_running;
  daemon.last_sign = wall_time(begin + 44);
  CAF_CHECK(!find_end(record, daemon, begin + 200)); // there is a later sample
  record.over_since = find_end(record, daemon, begin + 100);
  CAF_REQUIRE(record.over_since);
  const auto x = explain_span({begin, begin + 100}, record, {}, begin + 100);
  CAF_CHECK(is_about(x.ended, 56) && is_about(x.not_due, 4));
  CAF_CHECK(outage_words(x).starts_with("since "));
  CAF_CHECK(render_answer(x, {}).find("past its retention") == std::string::npos);
  daemon.last_sign = wall_time(begin + 30); // its last sample is newer
  CAF_CHECK(is_about(*find_end(record, daemon, begin + 100), begin + 40));
}

CAF_TEST(the longest gap that is not noticed is that of the span) {
  const auto limit = [](const span_answer& x) {
    return x.not_known.back();
  };
  const std::vector<stretch> every_ten{{0, 10}, {10, 20}, {20, 30}, {30, 40}};
  CAF_CHECK(limit(ask(5, 25, {}, every_ten)).find("up to 12.0 s is not noticed") != std::string::npos);
  CAF_CHECK(limit(ask(50, 60, {}, every_ten)).find("up to 7.00 s is not noticed") != std::string::npos);
}

CAF_TEST(samples that lie regularly far apart were stored by other settings and leave no gap) {
  const std::vector<stretch> every_minute{{0, 60}, {60, 120}, {120, 181}, {181, 240}};
  CAF_CHECK(ask(70, 80, {}, every_minute).verdict == span_verdict::clear);
  CAF_CHECK(ask(0, 240, {}, every_minute).verdict == span_verdict::clear);
  // The step in which the interval is changed is a shorter one; one that is longer is a gap.
  auto steps = every_minute;
  steps.push_back({240, 270});
  CAF_CHECK(ask(250, 260, {}, steps).verdict == span_verdict::clear);
  steps.back() = {240, 330};
  CAF_CHECK(ask(250, 260, {}, steps).verdict == span_verdict::unknown);
  // A pause within such a step takes its own time only.
  steps.back() = {240, 310};
  CAF_CHECK(ask(300, 309, {event(span_effect::paused, 250, 260)}, steps).verdict == span_verdict::clear);
  // Steps that do not follow each other, or in which pmactor did not run, are no interval.
  CAF_CHECK(ask(70, 80, {}, {{0, 60}, {65, 125}, {130, 190}}).verdict == span_verdict::unknown);
  const auto gone = outage(span_effect::noted, 65, 110);
  CAF_CHECK(ask(70, 80, {gone}, every_minute).verdict == span_verdict::unknown);
  // What goes on now is judged by the settings of now.
  CAF_CHECK(ask(200, 210, {}, every_minute, 240).verdict == span_verdict::unknown);
}

CAF_TEST(the past is judged by how it was stored and the seconds kept before an event do not vouch for it) {
  history_fixture home;
  std::vector<history_row> rows;
  std::uint64_t tick = 0;
  for (double at = begin; at <= begin + 600; at += 30)
    rows.emplace_back(sample_at(at, ++tick));
  for (double at = begin + 700; at <= begin + 720; at += 5)
    rows.emplace_back(sample_at(at, ++tick));
  event_record x;
  x.event.kind = event_kind::sleep;
  x.event.started = wall_time(begin + 700);
  x.event.ended = x.event.started + 1s;
  x.event.id = mint_event_id(x.event.kind, x.event.started);
  x.event.duration = 1s;
  x.event.cause = pause_cause::asleep;
  x.event.book[x.event.cause].length = 1s;
  for (double at = begin + 650; at < begin + 700; ++at)
    x.lead_up.push_back(sample_at(at, ++tick));
  rows.emplace_back(std::move(x));
  home.open()->store(rows);
  event_reader events{home.file};
  history_reader history{home.file};
  const auto verdict = [&](double from, double to) {
    const stretch span{begin + from, begin + to};
    return explain_span(span, read_record(events, history, span, {}, begin + 722), {}, begin + 722).verdict;
  };
  CAF_CHECK(verdict(100, 101) == span_verdict::clear);   // every 30 s, whatever the settings are now
  CAF_CHECK(verdict(655, 690) == span_verdict::unknown); // kept before the event
  CAF_CHECK(verdict(610, 640) == span_verdict::unknown); // longer than it was then
}
