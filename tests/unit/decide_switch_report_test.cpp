#define CAF_SUITE decide_switch_report

#include "actors/system_metrics/decide_switch_report.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A machine that is read each second.
struct machine {
  system_counters last;
  std::optional<std::chrono::nanoseconds> much_at;

  machine() {
    last.at.awake = 100s;
    last.switches = 1'000'000;
  }
  std::optional<switch_rate> after_a_second_of(std::uint64_t switches) {
    auto now = last;
    now.at.awake += 1s;
    *now.switches += switches;
    const auto result = decide_switch_report(&last, now, much_at);
    last = now;
    return result;
  }
};

} // namespace

CAF_TEST(at rest nothing is reported) {
  machine m;
  for (int i = 0; i < 60; ++i)
    CAF_CHECK(!m.after_a_second_of(1'200));
}

CAF_TEST(much switching is reported each second and for a while behind) {
  machine m;
  CAF_CHECK(m.after_a_second_of(80'000) == switch_rate{80'000});
  for (int i = 0; i < 15; ++i)
    CAF_CHECK(m.after_a_second_of(300) == switch_rate{300});
  for (int i = 0; i < 5; ++i)
    CAF_CHECK(!m.after_a_second_of(300));
}

CAF_TEST(what is not counted is not reported) {
  machine m;
  auto now = m.last;
  now.at.awake += 1s;
  CAF_CHECK(!decide_switch_report(nullptr, now, m.much_at));
  now.switches.reset();
  CAF_CHECK(!decide_switch_report(&m.last, now, m.much_at));
  CAF_CHECK(!decide_switch_report(&now, m.last, m.much_at));
  now.switches = 5; // it went back
  CAF_CHECK(!decide_switch_report(&m.last, now, m.much_at));
}
