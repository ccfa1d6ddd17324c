#define CAF_SUITE obligations

#include "simulation/obligations.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace pmactor::simulation;
using namespace std::chrono_literals;

namespace {

struct fixture {
  obligations aut;
  event_id first = mint_event_id(event_kind::pause, 100s), second = mint_event_id(event_kind::pause, 101s);

  fixture() {
    aut.begin(settings{});
    aut.check(30s, true); // from here on all is owed
  }
  void gives_way(const event_id& event) {
    capture_report report;
    report.event = event;
    report.status = capture_status::skipped;
    report.why = "Another capture was under way.";
    aut.reported(report);
  }
  /// @returns what is broken when it has been calm for long; empty if nothing is.
  std::string broken_at(std::chrono::nanoseconds when) {
    try {
      aut.check(when - 1s, false);
      aut.check(when, true);
      aut.check(when + 60s, true);
      return {};
    } catch (const violation& x) {
      return x.broken;
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(obligations_tests, fixture)

CAF_TEST(an event that gives way to no capture at all is denied one) {
  gives_way(second);
  CAF_CHECK_EQUAL(broken_at(110s), "capture-denied");
}

CAF_TEST(an event may give way to a capture that is under way or begins with it) {
  aut.capture_began(first, 100s);
  gives_way(second);
  CAF_CHECK_EQUAL(broken_at(110s), "");
  fixture other;
  other.gives_way(other.second);
  other.aut.capture_began(other.first, 101s);
  CAF_CHECK_EQUAL(other.broken_at(110s), "");
}

CAF_TEST(an event may give way to a capture that is lost before it has begun) {
  const auto crash = [](obligations& x) { x.crashed("forensics-supervisor"); };
  const auto give_up = [](obligations& x) { x.gone("forensics-supervisor"); };
  const auto reload = [](obligations& x) { x.reloaded(settings{}, 102s); };
  const std::vector<std::function<void(obligations&)>> ways{crash, give_up, reload};
  for (std::size_t i = 0; i < ways.size(); ++i)
    for (const bool is_known_late : {false, true}) {
      fixture x;
      if (!is_known_late)
        x.gives_way(x.second);
      ways[i](x.aut);
      if (is_known_late)
        x.gives_way(x.second);
      CAF_CHECK_EQUAL(std::to_string(i) + x.broken_at(110s), std::to_string(i));
    }
}

CAF_TEST(no event may give way to a capture that was lost) {
  aut.capture_began(first, 100s);
  aut.crashed("forensics-supervisor");
  CAF_CHECK_EQUAL(broken_at(110s), "");
  gives_way(second);
  CAF_CHECK_EQUAL(broken_at(200s), "capture-denied");
}

CAF_TEST(a capture goes on when another child is given up or fails) {
  aut.capture_began(first, 100s);
  aut.gone("notifier");
  aut.crashed("storage-writer");
  CAF_CHECK_EQUAL(broken_at(110s), "");
  gives_way(second);
  CAF_CHECK_EQUAL(broken_at(200s), "");
}

CAF_TEST(a capture that begins after a failure is under way when it is calm again) {
  aut.crashed("forensics-supervisor");
  aut.capture_began(first, 100s);
  CAF_CHECK_EQUAL(broken_at(110s), "");
  gives_way(second);
  CAF_CHECK_EQUAL(broken_at(200s), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
