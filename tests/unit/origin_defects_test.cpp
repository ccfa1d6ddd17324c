// What the designs that this program descends from got wrong about pauses. Each test runs their formula
// beside ours on the same input and shows that theirs fails.
#define CAF_SUITE origin_defects

#include "actors/clock_sampler/time_beat.hpp"
#include "actors/flight_recorder/compose_event.hpp"
#include "actors/pause_detector/compose_pause.hpp"
#include "actors/pause_detector/find_pause_or_sleep.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"
#include "actors/sample_policy/decide_sampling.hpp"
#include "actors/stress_scorer/score_stress.hpp"

#include "support/beats.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Theirs: an interval of twice what was expected is a pause, unless the machine woke recently; its
/// duration is the interval, and its stamp the end.
struct origin_detector {
  double expected = 5;
  std::optional<double> check(double interval, bool recently_woke) const {
    if (interval <= expected * 2 || recently_woke)
      return std::nullopt;
    return interval;
  }
};

std::vector<pause_event> ours(const late_beat& beat) {
  return find_pause_or_sleep(beat, pause_policy{});
}

} // namespace

CAF_TEST(B1 an hour of sampling slower than the policy says holds no pause) {
  // Theirs: one stressed sample elevates the policy to 1 s, the stream stays at 5 s, and the latency
  // that this mismatch makes keeps the policy elevated.
  origin_detector theirs;
  int invented = 0;
  bool elevated = false;
  int calm = 0;
  for (int i = 0; i < 720; ++i) {
    const double interval = 5;
    if (theirs.check(interval, false))
      ++invented;
    const double ratio = interval / (elevated ? 1 : 5);
    const double stress = (i == 2 ? 35 : 0) + (ratio > 1.5 ? std::min(30.0, (ratio - 1) * 20) : 0);
    if (stress >= 30)
      elevated = true, calm = 0;
    else if (elevated && stress < 20 && ++calm >= 5)
      elevated = false;
    theirs.expected = elevated ? 1 : 5;
  }
  CAF_CHECK_EQUAL(invented, 717); // each with its captures and its notification
  // Ours: beats come from a thread of their own, and each is judged by the deadline that was armed.
  int found = 0;
  auto deadline = std::chrono::nanoseconds{100ms};
  for (int i = 0; i < 36'000; ++i) {
    const auto woke = deadline + 3ms; // a stressed machine
    found += is_late(deadline, woke, 0ns, beat_policy{}) ? 1 : 0;
    deadline = next_deadline(deadline, woke, 100ms);
  }
  CAF_CHECK_EQUAL(found, 0);
}

CAF_TEST(B2 a spike of disk traffic is compared before it is learned) {
  const stress_policy policy;
  auto learned = start_learning(policy.baseline);
  double theirs = 10e6;
  for (int i = 0; i < 1000; ++i) {
    learned = learn_rate(learned, 1e6, policy.baseline);
    theirs = 0.1 * 1e6 + 0.9 * theirs;
  }
  // 90 MB/s on a disk that usually does 1 MB/s, and less than what is heavy anywhere.
  for (const double rate : {21e6, 50e6, 90e6}) {
    const double absorbed = 0.1 * rate + 0.9 * theirs; // theirs: update() and then compare
    CAF_CHECK(!(rate > 10 * absorbed));
    CAF_CHECK_EQUAL(score_io(rate, {}, learned, policy).value_or(0), policy.io_points);
  }
}

CAF_TEST(B3 the duration is what was lost and not the whole interval) {
  // A freeze of 74 s that began right after a sample; the next was due 5 s after it.
  CAF_CHECK_EQUAL(origin_detector{}.check(79, false).value_or(0), 79);
  const auto found = ours(quiet_gap(74s + 20ms)); // 20 ms into a beat
  CAF_CHECK_LESS_OR_EQUAL(std::abs(to_seconds(found.at(0).duration) - 74), 0.05);
  CAF_CHECK(found[0].started < found[0].ended);
}

CAF_TEST(B4 a freeze shorter than the sampling interval is found) {
  for (const auto freeze : {300ms, 2000ms, 4900ms}) {
    CAF_CHECK(!origin_detector{}.check(5 + to_seconds(freeze), false));
    CAF_CHECK_EQUAL(ours(quiet_gap(freeze + 20ms)).size(), 1u);
  }
}

CAF_TEST(B5 the first reading judges nothing) {
  // Theirs starts the clock before the child: 12 s of start-up are a pause.
  CAF_CHECK(origin_detector{}.check(12, false).has_value());
  // Ours arms its first deadline when its thread runs, and a beat without one before it is no late_beat.
  const auto started = std::chrono::nanoseconds{12s};
  const auto first = next_deadline(started, started, 100ms);
  CAF_CHECK(first == started + 100ms);
  CAF_CHECK(!is_late(first, first + 1ms, 0ns, beat_policy{}));
}

CAF_TEST(B6 a sample is out when its document ends) {
  // What powermetrics has written when a sample is complete: the NUL comes with the next one.
  const std::string written = "<?xml version=\"1.0\"?><plist><dict/></plist>\n";
  CAF_CHECK(written.find('\0') == std::string::npos); // theirs: split at NUL, so nothing yet
  document_framer framer;
  framer.append(written);
  const auto piece = framer.next();
  CAF_REQUIRE(piece.has_value());
  CAF_CHECK(piece->what == stream_piece::kind::document);
}

CAF_TEST(B7 the monitor asks no other actor while all is well) {
  // Theirs runs `pmset -g log`, which may take 5 s, at every sample; that makes the next one late.
  const double asking = 5;
  CAF_CHECK(origin_detector{1}.check(1 + asking, false).has_value());
  // Ours receives late beats only, so that nothing is asked, read or stored for the others.
  int late_beats = 0;
  for (auto late = 0ms; late < 200ms; late += 1ms)
    late_beats += is_late(10s, 10s + late, 0ns, beat_policy{}) ? 1 : 0;
  CAF_CHECK_EQUAL(late_beats, 0);
}

CAF_TEST(B8 a wake within the gap does not erase the freeze) {
  // A nap of a minute, then a freeze of 30 s.
  CAF_CHECK(!origin_detector{}.check(90, true));
  const auto found = ours(quiet_gap(30s + 50ms, 60s));
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(found[0].duration == 60s);
  CAF_CHECK(found[1].duration == 30s);
}

CAF_TEST(B9 a sleep is reported by two clocks and needs no log) {
  // Theirs measures on a clock that stops in a sleep and then asks a log for a wake: a sleep never shows,
  // and a true pause beside a wake is lost.
  const auto beat = quiet_gap(100ms, 8h);
  const auto interval = to_seconds(beat.after.at.awake - beat.before.at.awake);
  CAF_CHECK(!origin_detector{}.check(interval, true));
  const auto found = ours(beat);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].kind == event_kind::sleep);
  CAF_CHECK(found[0].duration == 8h);
}

CAF_TEST(B10 a night asleep is no hour of critical stress) {
  scored_sample stressed;
  stressed.system.interval = stressed.system.lived = 1s;
  stressed.stress.load = 40;
  stressed.stress.memory = 30;
  sampling_policy policy;
  mode_state state;
  decide_sampling(state, stressed, policy);
  // Then the lid is closed for eight hours, and the next sample is as stressed.
  const auto asleep = 8h;
  const auto theirs = asleep + 1s; // datetime.now() - critical_since
  CAF_CHECK(theirs >= policy.alert_after);
  stressed.system.interval = asleep + 1s;
  CAF_CHECK(!decide_sampling(state, stressed, policy).alert);
  CAF_CHECK_LESS(state.critical_for, 5s);
}

CAF_TEST(B11 an event holds the stress and the culprits of the sample before it) {
  // Theirs: Event(stress=StressBreakdown(load=0, memory=0, …), culprits=[]).
  scored_sample before;
  before.system.tick = 1;
  before.system.at.awake = 999s;
  before.stress.load = 33;
  process_sample busy;
  busy.pid = 4711;
  busy.cpu_pct = 95;
  before.processes = {busy};
  sample_history history;
  history.add(before);
  auto beat = quiet_gap(5s);
  *beat.after.own_wait += 4900ms;
  const auto event = compose_pause(ours(beat).at(0), beat, ledger_policy{}, 100ms);
  const auto record = compose_event(event, history, lead_up_policy{}, culprit_policy{});
  CAF_REQUIRE(record.stress.has_value());
  CAF_CHECK_EQUAL(record.stress->total(), 33);
  CAF_REQUIRE_EQUAL(record.culprits.size(), 1u);
  CAF_CHECK_EQUAL(record.culprits[0].pid, 4711);
}

CAF_TEST(B12 lateness alone neither elevates nor holds a mode) {
  scored_sample late;
  late.system.interval = late.system.lived = 1s;
  late.stress.load = 5;
  late.stress.latency = 30;
  const double theirs = 5 + 30;
  sampling_policy policy;
  CAF_CHECK_GREATER_OR_EQUAL(theirs, policy.elevate_at);
  mode_state state;
  for (int i = 0; i < 100; ++i)
    CAF_CHECK(!decide_sampling(state, late, policy).elevated);
  CAF_CHECK(state.mode == sampling_mode::normal);
}
